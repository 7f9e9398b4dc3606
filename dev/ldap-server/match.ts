/** Decides which entries a filter selects. */
import type { Entry } from './entries.ts';
import type { Comparison, Extensible, Filter, Substrings } from './filter.ts';
import { compareKeys, matchKey, partKey } from './matching.ts';
import { LdapFailure, resultCode } from './protocol.ts';

export type Test = (entry: Entry) => boolean;

/** Bits of userAccountControl and its like, [MS-ADTS] section 3.1.1.3.4.4. */
const allBits = '1.2.840.113556.1.4.803';
const anyBit = '1.2.840.113556.1.4.804';

/**
 * Turns a filter into a test of one entry; everything that depends on the filter alone is worked out once.
 * Absent attributes match nothing, so their negation matches. Throws LdapFailure 18 for unknown matching rules.
 */
export function compileFilter(filter: Filter): Test {
  switch (filter.kind) {
    case 'and': {
      const tests = filter.filters.map(compileFilter);
      return entry => tests.every(test => test(entry));
    }
    case 'or':
      return compileOr(filter.filters);
    case 'not': {
      const test = compileFilter(filter.filter);
      return entry => !test(entry);
    }
    case 'present': {
      const type = filter.attribute.toLowerCase();
      return entry => entry.attributes.has(type);
    }
    case 'substrings':
      return compileSubstrings(filter);
    case 'extensible':
      return compileExtensible(filter);
    case 'greaterOrEqual':
      return compileComparison(filter, (key, asserted) => compareKeys(key, asserted) >= 0);
    case 'lessOrEqual':
      return compileComparison(filter, (key, asserted) => compareKeys(key, asserted) <= 0);
    default:
      return compileComparison(filter, (key, asserted) => key === asserted);
  }
}

/** Look-ups of many entries are one long "or" of equalities: those of one attribute become one set. */
function compileOr(filters: readonly Filter[]): Test {
  const wanted = new Map<string, Set<string>>();
  const tests: Test[] = [];
  for (const filter of filters) {
    if (filter.kind !== 'equal') tests.push(compileFilter(filter));
    else addKey(wanted, filter);
  }
  for (const [type, keys] of wanted) tests.push(entry => keysOf(entry, type).some(key => keys.has(key)));
  return entry => tests.some(test => test(entry));
}

function addKey(wanted: Map<string, Set<string>>, { attribute, value }: Comparison): void {
  const type = attribute.toLowerCase();
  const keys = wanted.get(type) ?? new Set();
  wanted.set(type, keys.add(matchKey(type, value)));
}

function compileComparison(filter: Comparison, holds: (key: string, asserted: string) => boolean): Test {
  const type = filter.attribute.toLowerCase();
  const asserted = matchKey(type, filter.value);
  return entry => keysOf(entry, type).some(key => holds(key, asserted));
}

function compileSubstrings({ attribute, initial, any, final }: Substrings): Test {
  const type = attribute.toLowerCase();
  const start = initial ? partKey(type, initial).trimStart() : '';
  const middle = any.map(part => partKey(type, part));
  const end = final ? partKey(type, final).trimEnd() : '';
  return entry => keysOf(entry, type).some(key => hasParts(key, start, middle, end));
}

function hasParts(key: string, start: string, middle: readonly string[], end: string): boolean {
  if (!key.startsWith(start)) return false;
  let from = start.length;
  for (const part of middle) {
    const at = key.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return key.endsWith(end) && key.length - end.length >= from;
}

function compileExtensible({ attribute, rule, value }: Extensible): Test {
  const type = attribute.toLowerCase();
  if (type && rule === '') return compileComparison({ kind: 'equal', attribute, value }, (a, b) => a === b);
  if (!type || (rule !== allBits && rule !== anyBit)) {
    throw new LdapFailure(resultCode.inappropriateMatching, `The matching rule "${rule}" is not supported`);
  }
  const mask = Number(value.toString()) | 0;
  const holds =
    rule === allBits ? (bits: number) => (bits & mask) === mask : (bits: number) => (bits & mask) !== 0;
  return entry => keysOf(entry, type).some(key => holds(Number(key)));
}

function keysOf(entry: Entry, type: string): readonly string[] {
  return entry.attributes.get(type)?.matchKeys() ?? [];
}
