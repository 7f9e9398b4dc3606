/** Reads one mapped group and the entries that it refers to. */

import { AndFilter } from 'ldapts';
import { NotFoundError } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { inTurns } from '../../steps/in-turns.ts';
import { dnKey } from '../../text/dn-key.ts';
import type { GroupEntry } from '../entry/group-entry.ts';
import { assemble, requireIdentities } from '../members/assemble.ts';
import { groupsOf } from '../members/references.ts';
import { searchEntry } from '../search/entry-search.ts';
import { equals } from '../search/equality-filter.ts';
import { takenIn } from '../search/on-entry.ts';
import { searchAll } from '../search/paged-search.ts';
import type { Search } from '../search/search.ts';
import { baseSnapshot } from '../session/base-snapshot.ts';
import { checkSession, openSession, type ReadOptions, type Session } from '../session/session.ts';
import { mappingOfOne } from './match-mappings.ts';
import { completePartialRead } from './read-partial.ts';

/**
 * Reads the mapped groups with that DN or name, with all their members and nothing else. So the snapshot says nothing
 * about other groups (`whole: false`).
 * @throws NotFoundError if no mapped group has that DN or name
 * @throws DirectoryError if any part could not be read completely
 */
export async function readOneGroup(
  settings: DirectorySettings,
  wanted: string,
  options: ReadOptions,
): Promise<Snapshot> {
  using session = await openSession(settings, options);
  const { collection, connection } = session;
  await findGroups(session, wanted);
  const mappings = new Map<GroupEntry, number | undefined>();
  for (const group of collection.groups.entries)
    mappings.set(group, await mappingOfOne(connection, settings, group, session.paging));
  if ([...mappings.values()].every(mapping => mapping === undefined)) throw gone(settings, wanted);
  await completePartialRead(session);
  const stable = await checkSession(session);
  requireIdentities(collection);
  const contents = await inTurns(
    assemble(collection, group => mappings.get(group)),
    options,
  );
  return {
    ...baseSnapshot(session, { whole: false, stable }),
    ...contents,
    groups: contents.groups.filter(group => group.mapping !== undefined),
    nestedGroups: contents.groups.filter(group => group.mapping === undefined),
  };
}

/** Collects the groups with that DN, or if there are none, those with that name. */
export async function findGroups(session: Session, wanted: string): Promise<void> {
  const { collect, ...search } = groupsOf(session.collection);
  if (dnKey(wanted)) {
    const entry = await searchEntry(session.connection, { ...search, base: wanted }, session.paging);
    if (entry) await takenIn(collect(entry));
  }
  if (session.collection.groups.entries.length > 0) return;
  const { name } = session.collection.settings.groups;
  const filter = new AndFilter({ filters: [search.filter, equals(name, wanted)] });
  const named: Search = { ...search, scope: 'sub', filter };
  await searchAll(session.connection, named, session.paging, collect);
}

function gone({ name, groups }: DirectorySettings, wanted: string): NotFoundError {
  return new NotFoundError(
    `No group that a mapping of directory ${name} matches has the DN or the ${groups.name} "${wanted}".`,
  );
}
