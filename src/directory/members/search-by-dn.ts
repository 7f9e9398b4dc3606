/** Searches for members by their DN: in batches if the server can, otherwise one at a time. */

import { AndFilter, type Filter, OrFilter } from 'ldapts';
import { DirectoryError } from '../../errors.ts';
import { dnKey, isUnder } from '../../text/dn-key.ts';
import type { Connection } from '../connection/connect.ts';
import { textsOf } from '../entry/entry.ts';
import { anyEntry } from '../proof/existence.ts';
import { lookUp } from '../search/entry-search.ts';
import { BATCH, equals } from '../search/equality-filter.ts';
import { type OnEntry, takenIn } from '../search/on-entry.ts';
import { searchAll } from '../search/paged-search.ts';
import { doubtOf, isolateFailure } from '../session/isolate-failure.ts';
import type { Session } from '../session/session.ts';

/** A DN with its number and key. */
export interface Named {
  readonly number: number;
  readonly dn: string;
  readonly key: string;
}

export interface WantedEntries {
  /** Undefined: any entry. */
  readonly filter: Filter | undefined;
  readonly attributes: readonly string[];
  readonly collect: OnEntry;
}

/**
 * Searches in batches, below each of the server's naming contexts. A search that fails finds nothing and adds a remark.
 * @returns the entries for which the server did not say whether they match
 */
export async function searchByDn(
  session: Session,
  connection: Connection,
  wanted: readonly Named[],
  { collect, ...search }: WantedEntries,
): Promise<Named[]> {
  const { dnAttribute } = session.collection.traits;
  if (dnAttribute === undefined) return [...wanted];
  const unanswered: Named[] = [];
  for (const [base, dns] of byContext(session, wanted)) {
    for (let at = 0; at < dns.length; at += BATCH) {
      const batch = dns.slice(at, at + BATCH);
      const names = new OrFilter({ filters: batch.map(({ dn }) => equals(dnAttribute, dn)) });
      const filter = search.filter ? new AndFilter({ filters: [search.filter, names] }) : names;
      const about = `for members below "${base}" by ${dnAttribute}`;
      const asked = { base, scope: 'sub', filter, attributes: search.attributes, about } as const;
      const failed = await isolateFailure(session, connection, () =>
        searchAll(connection, asked, session.paging, collect),
      );
      if (failed) session.collection.remarks.push(failed.message);
      if (failed) unanswered.push(...batch);
    }
  }
  return unanswered;
}

/**
 * Searches one entry at a time. A failure makes only that entry doubtful.
 * @returns the entries that exist and do not match, or are not shown
 */
export async function lookUpEach<T extends Named>(
  session: Session,
  connection: Connection,
  wanted: readonly T[],
  { collect, filter = anyEntry(session.collection.traits), attributes }: WantedEntries,
): Promise<T[]> {
  const others: T[] = [];
  for (const each of wanted) {
    const search = { base: each.dn, filter, attributes, about: 'for one member' };
    const found = await isolateFailure(session, connection, () => lookUp(connection, search, session.paging));
    if (found instanceof DirectoryError) session.collection.doubts.set(each.number, doubtOf(found));
    else if (found === undefined) others.push(each);
    else if (found === 'missing') session.collection.notSearched.delete(each.number);
    else await takenIn(collect(found));
  }
  return others;
}

/** The most specific context counts: Active Directory's schema context is below its domain context. */
function byContext({ root }: Session, wanted: readonly Named[]): Map<string, Named[]> {
  const contexts = textsOf(root, 'namingContexts')
    .map(dn => ({ dn, key: dnKey(dn) ?? '' }))
    .filter(({ key }) => key !== '')
    .toSorted((one, other) => other.key.length - one.key.length);
  const found = new Map<string, Named[]>();
  for (const each of wanted) {
    const context = contexts.find(({ key }) => isUnder(each.key, key));
    if (context === undefined) continue;
    const others = found.get(context.dn);
    if (others) others.push(each);
    else found.set(context.dn, [each]);
  }
  return found;
}
