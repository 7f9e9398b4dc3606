/** Reads all users and groups of a directory that its configuration selects. */
import type { DirectorySettings } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { inTurns } from '../../steps/in-turns.ts';
import type { Connection } from '../connection/connect.ts';
import { type GroupEntry, groupAttributes } from '../entry/group-entry.ts';
import { disabledAccounts, userAttributes } from '../entry/user-entry.ts';
import { assemble, requireIdentities } from '../members/assemble.ts';
import { completeGroups } from '../members/complete-groups.ts';
import { resolveMoves } from '../members/moved-entries.ts';
import { readUnmatchedMembers } from '../members/unmatched-members.ts';
import { type PagingOptions, searchAll } from '../search/paged-search.ts';
import type { Search } from '../search/search.ts';
import { baseSnapshot } from '../session/base-snapshot.ts';
import { type Collection, collectGroup, collectUser } from '../session/collection.ts';
import { checkSession, openSession, type ReadOptions, type Session } from '../session/session.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import { mappingOfOne, readMappings } from './match-mappings.ts';

/**
 * Reads users and groups in parallel, over two connections to one server.
 * @throws DirectoryError if any part could not be read completely
 */
export async function readWhole(settings: DirectorySettings, options: ReadOptions): Promise<Snapshot> {
  using session = await openSession(settings, options, 2);
  const { collection, paging, connection: first, connections } = session;
  const second = connections[1] ?? first;
  const [, mappingOf] = await Promise.all([
    readUsers(first, collection, paging),
    readGroups(second, collection, paging)
      .then(() => completeGroups(session, second))
      .then(() => readMappings(second, settings, collection.traits.idAttribute, paging)),
  ]);
  const inTime = collection.groups.entries.length;
  await readUnmatchedMembers(session, first);
  const late = await mappingsOfLate(session, first, inTime);
  await resolveMoves(session, first);
  const stable = await checkSession(session);
  requireIdentities(collection);
  const contents = await inTurns(
    assemble(collection, group => mappingOf(group) ?? late.get(group)),
    options,
  );
  const counts = { ...collection.counts, way: 'whole' as const, disabled: disabledAccounts(contents.users) };
  return { ...baseSnapshot(session, { whole: true, stable }), counts, ...contents };
}

/** Finds the mappings of groups that were read after the searches of the mappings. */
async function mappingsOfLate(
  { collection, paging }: Session,
  connection: Connection,
  from: number,
): Promise<ReadonlyMap<GroupEntry, number>> {
  const found = new Map<GroupEntry, number>();
  for (const group of collection.groups.entries.slice(from)) {
    const mapping = await mappingOfOne(connection, collection.settings, group, paging);
    if (mapping !== undefined) found.set(group, mapping);
  }
  return found;
}

async function readUsers(connection: Connection, to: Collection, paging: PagingOptions): Promise<void> {
  const { baseDn, filter } = to.settings.users;
  const attributes = userAttributes(to.settings, to.traits);
  const search: Search = { base: baseDn, scope: 'sub', filter: parseFilter(filter), attributes };
  await searchAll(connection, search, paging, entry => collectUser(to, entry));
}

async function readGroups(connection: Connection, to: Collection, paging: PagingOptions): Promise<void> {
  const { baseDn, filter } = to.settings.groups;
  const attributes = groupAttributes(to.settings, to.traits);
  const search: Search = { base: baseDn, scope: 'sub', filter: parseFilter(filter), attributes };
  await searchAll(connection, search, paging, entry => collectGroup(to, entry));
}
