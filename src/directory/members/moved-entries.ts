/** Resolves entries that were collected with two DNs: the entry may have moved during the read. */
import { DirectoryError } from '../../errors.ts';
import type { ExternalId } from '../../model/snapshot.ts';
import type { Connection } from '../connection/connect.ts';
import { entryId } from '../entry/identity.ts';
import { anyEntry } from '../proof/existence.ts';
import { lookUp } from '../search/entry-search.ts';
import { type Collection, type EntryTable, NO_ENTRY } from '../session/collection.ts';
import { isolateFailure } from '../session/isolate-failure.ts';
import type { Session } from '../session/session.ts';

/** If more entries than these share an identity, they did not move: the directory has duplicate identities. */
const MAX_ASKED = 1000;

interface Identified {
  readonly externalId: ExternalId | undefined;
  readonly dn: string;
}

/**
 * Asks for users and groups that share an identity whether they are still at their DN, and drops those that are not. If
 * two still exist, they really share the identity.
 * @throws DirectoryError if the connection fails, or a referral must end the read
 */
export async function resolveMoves(session: Session, connection: Connection): Promise<void> {
  const { users, groups, secondNames, counts } = session.collection;
  const kept = await settle(session, connection, users);
  if (kept) {
    const names = [...secondNames];
    secondNames.clear();
    for (const [index, others] of names) {
      const now = kept[index] ?? NO_ENTRY;
      if (now !== NO_ENTRY) secondNames.set(now, others);
    }
  }
  await settle(session, connection, groups);
  counts.users = users.entries.length;
  counts.groups = groups.entries.length;
}

/** @returns the new index of each entry, or NO_ENTRY; undefined if all stay */
async function settle(
  session: Session,
  connection: Connection,
  arrivals: EntryTable<Identified>,
): Promise<number[] | undefined> {
  const { entries, repeated } = arrivals;
  if (repeated.size === 0 || repeated.size > MAX_ASKED) return undefined;
  const sharing = Map.groupBy(entries.keys(), index => entries[index]?.externalId);
  const gone = new Map<number, 'gone' | 'replaced'>();
  for (const id of repeated) {
    const indexes = sharing.get(id) ?? [];
    if (indexes.length > MAX_ASKED) continue;
    const found = new Map<number, 'there' | 'gone' | 'replaced'>();
    for (const index of indexes)
      found.set(index, await lookAgain(session, connection, entries[index]?.dn ?? '', id));
    // An entry at neither DN has moved again: the entry that was read last is the best information.
    if (![...found.values()].includes('there')) found.set(indexes.at(-1) ?? NO_ENTRY, 'there');
    for (const [index, state] of found) if (state !== 'there') gone.set(index, state);
    if (
      found
        .values()
        .filter(state => state === 'there')
        .toArray().length === 1
    )
      repeated.delete(id);
  }
  return gone.size > 0 ? drop(session.collection, arrivals, gone) : undefined;
}

async function lookAgain(
  session: Session,
  connection: Connection,
  dn: string,
  id: ExternalId,
): Promise<'there' | 'gone' | 'replaced'> {
  const { traits } = session.collection;
  const search = {
    base: dn,
    filter: anyEntry(traits),
    attributes: [traits.idAttribute],
    about: 'for one entry that was found twice',
  };
  const found = await isolateFailure(session, connection, () => lookUp(connection, search, session.paging));
  // An entry that exists and is not shown may still be this one.
  if (found === undefined || found instanceof DirectoryError) return 'there';
  if (found === 'missing') return 'gone';
  if (entryId(found, traits.idAttribute) !== id) return 'replaced';
  // Another spelling of one DN was found: the entry has been respelled, and the other arrival has the new spelling.
  return found.dn.toLowerCase() === dn.toLowerCase() ? 'there' : 'gone';
}

/**
 * Removes entries and their DNs. A value with such a DN then matches no entry, or another entry that has taken over the
 * DN.
 */
function drop<T extends Identified>(
  { doubts }: Collection,
  { entries, primary, byDn, ambiguous }: EntryTable<T>,
  gone: ReadonlyMap<number, 'gone' | 'replaced'>,
): number[] {
  let next = 0;
  const now = entries.map((_, index) => (gone.has(index) ? NO_ENTRY : next++));
  const stays = (_: unknown, index: number) => !gone.has(index);
  keep(entries, stays);
  keep(primary, stays);
  for (const [number, index] of byDn.entries()) {
    if (index === NO_ENTRY) continue;
    const left = (ambiguous.get(number) ?? [index])
      .map(each => now[each] ?? NO_ENTRY)
      .filter(each => each !== NO_ENTRY);
    byDn[number] = left[0] ?? NO_ENTRY;
    if (left.length === 0 && gone.get(index) === 'replaced') doubts.set(number, 'unreadable');
    if (left.length > 1) ambiguous.set(number, left);
    else ambiguous.delete(number);
  }
  return now;
}

/** Keeps only the selected items, in place. */
function keep<T>(list: T[], isKept: (each: T, index: number) => boolean): void {
  const kept = list.filter(isKept);
  list.length = 0;
  for (const each of kept) list.push(each);
}
