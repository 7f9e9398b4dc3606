/** Searches for one entry by its DN. */
import { PresenceFilter } from 'ldapts';
import type { Connection } from '../connection/connect.ts';
import { type Entry, readEntry } from '../entry/entry.ts';
import { checkReply, request, type Search, type SearchOptions } from './search.ts';

/** noSuchObject, invalidDNSyntax: a DN that the server cannot parse names no entry in it. */
const NOT_THERE: readonly number[] = [32, 34];

/** The entry with that DN; undefined if the directory says that there is none, or none that the account may see. */
export async function searchEntry(
  connection: Connection,
  search: Omit<Search, 'scope'>,
  options: SearchOptions = { referrals: 'ignore' },
): Promise<Entry | undefined> {
  const found = await lookUp(connection, search, options);
  return found === 'missing' ? undefined : found;
}

/**
 * Same as `searchEntry`, but distinguishes two cases: `missing` if no entry has that DN, undefined if the entry does
 * not match the filter.
 * @throws DirectoryError `referral` if the entry is on another server
 */
export async function lookUp(
  connection: Connection,
  search: Omit<Search, 'scope'>,
  options: SearchOptions,
): Promise<Entry | 'missing' | undefined> {
  const wanted: Search = { ...search, scope: 'base' };
  const { reply, counts } = await request(connection, wanted, [], options);
  options.onPage?.(counts);
  if (NOT_THERE.includes(reply.result.status)) return 'missing';
  checkReply(reply, wanted, counts.entries, options);
  const [frame] = reply.entries;
  return frame && readEntry(frame);
}

/**
 * Makes sure that the search base exists. 389 Directory Server answers a paged search below a missing entry with
 * success and no entries; only the missing control in its answer shows the difference. An unpaged search reports the
 * missing base.
 * @throws DirectoryError `base_missing`
 */
export async function requireBase(
  connection: Connection,
  search: Search,
  options: SearchOptions,
): Promise<void> {
  const filter = new PresenceFilter({ attribute: 'objectClass' });
  const base: Search = { ...search, scope: 'base', filter, attributes: ['1.1'] };
  const { reply, counts } = await request(connection, base, [], options);
  options.onPage?.(counts);
  checkReply(reply, search, 0, options);
}
