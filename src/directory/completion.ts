/** What group entries only point at: the rest of long member lists, and whom dynamic groups describe. */
import { DirectoryError } from '../errors.ts';
import type { Connection } from './connect.ts';
import { expandUrls } from './dynamic.ts';
import { NOT_ASKED_FOR } from './dynamic-rules.ts';
import { parseFilter } from './filter.ts';
import type { GroupEntry } from './groups.ts';
import { searchEntry } from './look-up.ts';
import { joinMemberValues, type MemberValues, unknownMembers } from './member-values.ts';
import { ownFailure } from './own-failure.ts';
import { type Ask, readRanges } from './range.ts';
import type { Session } from './session.ts';
import { requireShown } from './unshown.ts';

/**
 * Completes the groups that were collected from number `from` on. What fails for one group leaves that group unknown, and
 * so does what it may hide.
 * @throws DirectoryError when the connection or the policy for referrals ends the read
 */
export async function completeGroups(session: Session, connection: Connection, from = 0): Promise<void> {
  const { groups, counts } = session.collection;
  for (const group of groups.entries.slice(from)) {
    const { dns, usernames, undecodable, missing, ranged, attributes, urls } = group.values;
    if (missing !== undefined || (!ranged && urls.length === 0)) continue;
    const plain = { dns, usernames, undecodable, unknown: undefined };
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
    throw new DirectoryError('base_missing', `"${dn}" is no longer there.`);
  };
  const read = () => readRanges(ask, settings.groups.members, interners);
  return orUnknown(await ownFailure(session, connection, read));
}

async function expandAll(
  session: Session,
  connection: Connection,
  urls: readonly string[],
): Promise<MemberValues> {
  const { dynamic } = session.collection.settings.groups;
  if (dynamic === undefined) return unknownMembers(NOT_ASKED_FOR);
  return orUnknown(
    await ownFailure(session, connection, () => expandUrls(session, connection, urls, dynamic)),
  );
}

function orUnknown(found: MemberValues | DirectoryError): MemberValues {
  return found instanceof DirectoryError ? unknownMembers(found.message) : found;
}
