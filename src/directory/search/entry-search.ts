/** Searches for one entry whose DN is known. */
import { PresenceFilter } from 'ldapts';
import type { Connection } from '../connection/connect.ts';
import { type Entry, readEntry } from '../entry/entry.ts';
import { checkReply, request, type Search, type SearchOptions } from './search.ts';

/** noSuchObject, invalidDNSyntax: a name that the server cannot read names nothing in it. */
const NOT_THERE: readonly number[] = [32, 34];

/** The one entry with that DN, or undefined when the directory says that it has none we may see. */
export async function searchEntry(
  connection: Connection,
  search: Omit<Search, 'scope'>,
  options: SearchOptions = { referrals: 'ignore' },
): Promise<Entry | undefined> {
  const found = await lookUp(connection, search, options);
  return found === 'missing' ? undefined : found;
}

/**
 * The same, told apart: `missing` when there is no entry with that DN, undefined when there is one that does not match.
 * @throws DirectoryError `referral` when another server would have to say
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
 * Makes sure that the base of a search is there. 389 Directory Server takes a paged search below an entry that is not
 * for a success without entries; only the control that its answer lacks gives that away. An unpaged search tells.
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
