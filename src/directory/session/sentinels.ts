/** Checks sentinels: groups that must be visible with a member, or the read counts as incomplete. */
import { DirectoryError } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Connection } from '../connection/connect.ts';
import { type Entry, isRanged, valuesOf } from '../entry/entry.ts';
import { searchEntry } from '../search/entry-search.ts';
import { parseFilter } from '../syntax/filter-parser.ts';

/** @throws DirectoryError `sentinel_missing` */
export async function checkSentinels(connection: Connection, settings: DirectorySettings): Promise<void> {
  for (const dn of settings.sentinels) {
    const problem = await sentinelProblem(connection, settings, dn);
    if (problem)
      throw new DirectoryError(
        'sentinel_missing',
        `The sentinel ${dn} ${problem}, so the read counts as incomplete and nothing is changed.`,
      );
  }
}

/** The problem of a sentinel; undefined if it is visible with a member. */
export async function sentinelProblem(
  connection: Connection,
  { groups }: DirectorySettings,
  dn: string,
): Promise<string | undefined> {
  const filter = parseFilter('(objectClass=*)');
  const attributes = [...groups.members, 'memberURL'];
  const entry = await searchEntry(connection, { base: dn, filter, attributes });
  if (entry === undefined) return 'is missing, or the account may not see it';
  if (groups.members.some(name => hasMembers(entry, name))) return undefined;
  return hasMembers(entry, 'memberURL')
    ? 'is a dynamic group, which proves nothing: choose a group that lists its members'
    : 'shows no member';
}

function hasMembers(entry: Entry, name: string): boolean {
  return isRanged(entry, name) || valuesOf(entry, name).some(value => value.length > 0);
}
