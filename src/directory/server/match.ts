/** Tests which entries match a filter. */
import type {
  Combination,
  Comparison,
  Extensible,
  Filter,
  Negation,
  Presence,
  Substrings,
} from '../protocol/filter.ts';
import { compareKeys, matchKey, partKey } from '../protocol/matching.ts';
import { LdapFailure, resultCode } from '../protocol/protocol.ts';
import type { Entry } from './entries.ts';

/** undefined: Undefined (RFC 4511 section 4.5.1.7), because the client may not read an attribute of the filter. */
export type Test = (entry: Entry) => boolean | undefined;

/** Whether an attribute of the entry with that DN may not be read, or only the value with that key; its type in lower case. */
export type Hides = (dn: string, type: string, key?: string) => boolean;

/** Bits of userAccountControl and its like, [MS-ADTS] section 3.1.1.3.4.4. */
const allBits = '1.2.840.113556.1.4.803';
const anyBit = '1.2.840.113556.1.4.804';

/**
 * Converts a filter into a test of one entry; work that depends only on the filter is done once. Absent attributes
 * match nothing, so their negation matches. Throws LdapFailure 18 for unknown matching rules.
 */
export function compileFilter(filter: Filter, hides?: Hides): Test {
  switch (filter.kind) {
    case 'and':
      return every(filter.filters.map(each => compileFilter(each, hides)));
    case 'or':
      return compileOr(filter.filters, hides);
    case 'not':
      return not(compileFilter(filter.filter, hides));
    case 'present':
      return onType(filter.attribute, hides, type => entry => entry.attributes.has(type));
    case 'equal':
      return compileEquality(filter, hides);
    default:
      return onType(filter.attribute, hides, () => compileItem(filter));
  }
}

function compileEquality(filter: Comparison, hides: Hides | undefined): Test {
  const key = matchKey(filter.attribute.toLowerCase(), filter.value);
  return onType(filter.attribute, hides, type => {
    const test = compileItem(filter);
    return entry => (hides?.(entry.dn, type, key) === true ? undefined : test(entry));
  });
}

function compileItem(filter: Exclude<Filter, Combination | Negation | Presence>): Test {
  switch (filter.kind) {
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

function onType(attribute: string, hides: Hides | undefined, compile: (type: string) => Test): Test {
  const type = attribute.toLowerCase();
  const test = compile(type);
  return hides === undefined ? test : entry => (hides(entry.dn, type) ? undefined : test(entry));
}

/** The negation of a test. */
export function not(test: Test): Test {
  return entry => {
    const found = test(entry);
    return found === undefined ? undefined : !found;
  };
}

/** Whether all tests match. */
export function every(tests: readonly Test[]): Test {
  return entry => {
    let all: boolean | undefined = true;
    for (const test of tests) {
      const found = test(entry);
      if (found === false) return false;
      all &&= found;
    }
    return all;
  };
}

/** Whether one of the tests matches. */
export function some(tests: readonly Test[]): Test {
  return entry => {
    let any: boolean | undefined = false;
    for (const test of tests) {
      const found = test(entry);
      if (found === true) return true;
      if (found === undefined) any = undefined;
    }
    return any;
  };
}

/** A search for many entries is one long "or" of equalities: those of one attribute become one set. */
function compileOr(filters: readonly Filter[], hides: Hides | undefined): Test {
  const wanted = new Map<string, Set<string>>();
  const tests: Test[] = [];
  for (const filter of filters) {
    if (filter.kind !== 'equal') tests.push(compileFilter(filter, hides));
    else addKey(wanted, filter);
  }
  for (const [attribute, keys] of wanted)
    tests.push(onType(attribute, hides, type => entry => hasOneOf(entry, type, keys, hides)));
  return some(tests);
}

function hasOneOf(
  entry: Entry,
  type: string,
  keys: ReadonlySet<string>,
  hides: Hides | undefined,
): boolean | undefined {
  const isHidden = (key: string) => hides?.(entry.dn, type, key) === true;
  if (keysOf(entry, type).some(key => keys.has(key) && !isHidden(key))) return true;
  return hides !== undefined && [...keys].some(isHidden) ? undefined : false;
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
