/** Reads the members that group entries only refer to: the rest of long member lists, and the results of memberURLs. */
import { DirectoryError } from '../../errors.ts';
import type { Connection } from '../connection/connect.ts';
import type { GroupEntry } from '../entry/group-entry.ts';
import { joinMemberValues, type MemberValues, unknownMembers } from '../entry/member-values.ts';
import { requireShown } from '../proof/unshown-attributes.ts';
import { searchEntry } from '../search/entry-search.ts';
import { isolateFailure } from '../session/isolate-failure.ts';
import type { Session } from '../session/session.ts';
import { NOT_ASKED_FOR } from '../syntax/dynamic-rules.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import { expandUrls } from './dynamic-groups.ts';
import { type Ask, readRanges } from './ranged-values.ts';

/**
 * Completes the groups that were collected from index `from` on. A failure for one group makes only that group unknown.
 * An attribute that the account may not read does the same.
 * @throws DirectoryError if the connection or the referral policy ends the read
 */
export async function completeGroups(session: Session, connection: Connection, from = 0): Promise<void> {
  const { groups, counts } = session.collection;
  for (const group of groups.entries.slice(from)) {
    const { dns, usernames, undecodable, bitStrings, missing, ranged, attributes, urls } = group.values;
    if (missing !== undefined || (!ranged && urls.length === 0)) continue;
    const plain = { dns, usernames, undecodable, bitStrings, unknown: undefined };
    const parts = [ranged ? await readAllRanges(session, connection, group) : plain];
    if (urls.length > 0) parts.push(await expandAll(session, connection, urls));
    const values = joinMemberValues(parts);
    counts.memberValues += values.dns.length + values.usernames.length - dns.length - usernames.length;
    group.values = { ...values, missing, ranged: false, attributes, urls: [] };
  }
  await requireShown(session, connection, from);
}

async function readAllRanges(
  session: Session,
  connection: Connection,
  { dn }: GroupEntry,
): Promise<MemberValues> {
  const { settings, interners } = session.collection;
  const filter = parseFilter('(objectClass=*)');
  const ask: Ask = async attributes => {
    const entry = await searchEntry(connection, { base: dn, filter, attributes }, session.paging);
    if (entry) return entry;
    throw new DirectoryError('base_missing', `"${dn}" no longer exists.`);
  };
  const read = () => readRanges(ask, settings.groups.members, interners);
  return orUnknown(await isolateFailure(session, connection, read));
}

async function expandAll(
  session: Session,
  connection: Connection,
  urls: readonly string[],
): Promise<MemberValues> {
  const { dynamic } = session.collection.settings.groups;
  if (dynamic === undefined) return unknownMembers(NOT_ASKED_FOR);
  return orUnknown(
    await isolateFailure(session, connection, () => expandUrls(session, connection, urls, dynamic)),
  );
}

function orUnknown(found: MemberValues | DirectoryError): MemberValues {
  return found instanceof DirectoryError ? unknownMembers(found.message) : found;
}
