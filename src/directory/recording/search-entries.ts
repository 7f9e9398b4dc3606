/** Answers searches that a recording does not have, from its entries. */
import { isUnder } from '../../text/dn-key.ts';
import { keyOf, parentKey } from '../protocol/dn.ts';
import { type Filter, filterText } from '../protocol/filter.ts';
import { LdapFailure, type Reply, resultCode, type Search } from '../protocol/protocol.ts';
import { answerFound } from '../server/answer.ts';
import type { Entry } from '../server/entries.ts';
import { compileFilter, every, not, some, type Test } from '../server/match.ts';
import type { Cursors } from '../server/paging.ts';
import { isKnown, type RecordedEntries } from './recorded-entries.ts';

/**
 * Searches the entries of a recording.
 * @throws LdapFailure for a base that it does not show, and if it does not show whether an entry matches
 */
export function searchEntries(search: Search, recorded: RecordedEntries, cursors: Cursors): Reply {
  requireAttributes(search.attributes, recorded);
  return answerFound(search, cursors, () => ({ entries: find(search, recorded), code: resultCode.success }));
}

/** Names of lists of attributes, and the request for none. */
const LISTS: readonly string[] = ['*', '+', '1.1'];

function requireAttributes(wanted: readonly string[], { attributes }: RecordedEntries): void {
  const unknown = wanted.find(name => !LISTS.includes(name) && !attributes.has(name.toLowerCase()));
  if (unknown !== undefined) throw notRecorded(`the attribute ${unknown}`);
}

function find(search: Search, recorded: RecordedEntries): Entry[] {
  const candidates = below(search, recorded);
  const test = compile(search.filter, recorded);
  return candidates.filter(entry => {
    const matches = test(entry);
    if (matches === undefined) throw notRecorded(`whether ${entry.dn} matches ${filterText(search.filter)}`);
    return matches;
  });
}

function below({ dn, scope }: Search, { all }: RecordedEntries): Entry[] {
  const base = keyOf(dn);
  const around = [...all.values()].filter(({ key }) => key === base || (key !== '' && isUnder(key, base)));
  if (around.length === 0)
    throw new LdapFailure(resultCode.noSuchObject, `The snapshot shows no entry "${dn}"`);
  return around.filter(({ key }) => {
    if (scope === 'base') return key === base;
    if (scope === 'one') return key !== base && parentKey(key) === base;
    return scope === 'sub' || key !== base;
  });
}

function compile(filter: Filter, recorded: RecordedEntries): Test {
  const text = filterText(filter);
  const test = compileParts(filter, recorded);
  return entry => isKnown(recorded, text, entry) ?? test(entry);
}

function compileParts(filter: Filter, recorded: RecordedEntries): Test {
  switch (filter.kind) {
    case 'and':
      return every(filter.filters.map(each => compile(each, recorded)));
    case 'or':
      return some(filter.filters.map(each => compile(each, recorded)));
    case 'not':
      return not(compile(filter.filter, recorded));
    case 'present':
      // Every entry has one.
      if (filter.attribute.toLowerCase() === 'objectclass') return () => true;
      break;
    default:
  }
  return compileFilter(filter, (_, type) => !recorded.attributes.has(type));
}

function notRecorded(what: string): LdapFailure {
  return new LdapFailure(resultCode.unwillingToPerform, `The snapshot does not show ${what}`);
}
