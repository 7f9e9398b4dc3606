/** Reads all users and groups of a directory that its configuration selects. */
import type { DirectorySettings } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { inTurns } from '../../steps/in-turns.ts';
import type { Connection } from '../connection/connect.ts';
import { type GroupEntry, groupAttributes } from '../entry/group-entry.ts';
import { disabledAccounts, peopleWithoutNames, userAttributes } from '../entry/user-entry.ts';
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
  const snapshotOf = await readAll(session, [settings]);
  return snapshotOf(settings, options);
}

/** Whether two configurations of one directory select the same entries and attributes, so that one read is enough. */
export function selectSame(one: DirectorySettings, other: DirectorySettings): boolean {
  return JSON.stringify(selectionOf(one)) === JSON.stringify(selectionOf(other));
}

/** The mappings, and the names of the groups that they apply to, are compared with the entries after they were read. */
function selectionOf({ vendor, idAttribute, users, groups, sentinels, referrals }: DirectorySettings) {
  const { include: _include, exclude: _exclude, ...searched } = groups;
  return { vendor, idAttribute, users, searched, sentinels, referrals };
}

/**
 * Reads once for two configurations that select the same entries. Returns a snapshot for each: they differ in the mappings of
 * the groups.
 * @throws DirectoryError if any part could not be read completely
 */
export async function readForBoth(
  both: readonly [DirectorySettings, DirectorySettings],
  options: ReadOptions,
): Promise<readonly [Snapshot, Snapshot]> {
  const [one, other] = both;
  const mappings = [...one.mappings, ...other.mappings];
  using session = await openSession({ ...one, mappings }, options, 2);
  const snapshotOf = await readAll(session, both);
  return [await snapshotOf(one, options), await snapshotOf(other, options)];
}

type SnapshotOf = (variant: DirectorySettings, options: ReadOptions) => Promise<Snapshot>;
type MappingOf = (group: GroupEntry) => number | undefined;

/** Reads all entries. Returns a function that gives the snapshot for one of these configurations. */
async function readAll(session: Session, variants: readonly DirectorySettings[]): Promise<SnapshotOf> {
  const { collection, paging, connection: first, connections } = session;
  const second = connections[1] ?? first;
  const mappings = new Map<DirectorySettings, MappingOf>();
  const readAllMappings = async () => {
    for (const variant of variants)
      mappings.set(variant, await readMappings(second, variant, collection.traits.idAttribute, paging));
  };
  await Promise.all([
    readUsers(first, collection, paging),
    readGroups(second, collection, paging)
      .then(() => completeGroups(session, second))
      .then(readAllMappings),
  ]);
  const inTime = collection.groups.entries.length;
  await readUnmatchedMembers(session, first);
  for (const [variant, mappingOf] of mappings) {
    const late = await mappingsOfLate(session, first, variant, inTime);
    mappings.set(variant, group => mappingOf(group) ?? late.get(group));
  }
  await resolveMoves(session, first);
  const stable = await checkSession(session);
  requireIdentities(collection);
  return async (variant, options) => {
    const mappingOf = mappings.get(variant) ?? (() => undefined);
    const contents = await inTurns(assemble(collection, mappingOf), options);
    const disabled = disabledAccounts(contents.users);
    const unnamed = peopleWithoutNames(contents.users);
    const counts = { ...collection.counts, way: 'whole' as const, disabled, unnamed };
    return { ...baseSnapshot(session, { whole: true, stable }), counts, ...contents };
  };
}

/** Finds the mappings of groups that were read after the searches of the mappings. */
async function mappingsOfLate(
  { collection, paging }: Session,
  connection: Connection,
  settings: DirectorySettings,
  from: number,
): Promise<ReadonlyMap<GroupEntry, number>> {
  const found = new Map<GroupEntry, number>();
  for (const group of collection.groups.entries.slice(from)) {
    const mapping = await mappingOfOne(connection, settings, group, paging);
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
