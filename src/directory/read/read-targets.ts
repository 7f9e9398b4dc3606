/** Reads some groups and people again, by identity, even if they have moved. */

import type { ReadTargets } from '../../model/read-targets.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { ExternalId, Snapshot } from '../../model/snapshot.ts';
import { inTurns } from '../../steps/in-turns.ts';
import { identityValue } from '../entry/identity.ts';
import { assemble } from '../members/assemble.ts';
import { findByValue, groupsOf, usersOf } from '../members/references.ts';
import { findUndenied } from '../proof/denied-values.ts';
import { identified } from '../search/equality-filter.ts';
import { baseSnapshot } from '../session/base-snapshot.ts';
import { checkSession, openSession, type ReadOptions } from '../session/session.ts';
import { findHiddenStates } from './account-state.ts';
import { findOutside } from './entries-outside.ts';
import { findUnclearGroups } from './group-scope.ts';
import { readMappings } from './match-mappings.ts';
import { provePrimaryGroups } from './primary-groups.ts';
import { readWithStayers } from './read-stayers.ts';

/**
 * Reads these groups with all their members, and these people, and nothing else. So the snapshot says nothing about
 * others (`whole: false`). `outside` has the people whose entry exists but is not a user, `unclear` those for whom this
 * is unknown. Groups and people that do not exist are absent from the snapshot.
 * @throws DirectoryError if any part could not be read completely
 */
export async function readTargets(
  settings: DirectorySettings,
  targets: ReadTargets,
  options: ReadOptions,
): Promise<Snapshot> {
  const { groups, people, lastSeen, newcomers = [], denials = [] } = targets;
  using session = await openSession(settings, options);
  const { collection, connection, paging } = session;
  const { idAttribute } = collection.traits;
  const idValues = (ids: readonly ExternalId[]) => ids.map(id => identityValue(id, idAttribute));
  await findByValue(session, groupsOf(collection), idAttribute, idValues(groups));
  const mappingOf = await readMappings(connection, settings, idAttribute, paging, {
    among: identified(idAttribute, groups),
  });
  await findByValue(session, usersOf(collection), idAttribute, idValues(people));
  const elsewhere = await findOutside(session, people, lastSeen);
  const unclearGroups = await findUnclearGroups(session, targets);
  const states = await findHiddenStates(session, newcomers);
  const undenied = await findUndenied(session, denials);
  const wanted = new Set(groups);
  // Excludes groups that are only nested in the wanted ones. Uses the identity of the entry, because an identity that
  // two entries share is removed from the group.
  const isWanted = (_: unknown, index: number) =>
    wanted.has(collection.groups.entries[index]?.externalId ?? '');
  const contents = async () => {
    const all = await inTurns(assemble(collection, mappingOf), options);
    return { ...all, groups: all.groups.filter(isWanted) };
  };
  const hints = [...people, ...newcomers].map(id => ({ id }));
  const stayersOf = await readWithStayers(session, { loadMembers: options.loadMembers, hints, contents });
  await provePrimaryGroups(session, people);
  const stable = await checkSession(session);
  const read = await contents();
  if (stayersOf(read) === 'unsure')
    return readTargets(settings, targets, { ...options, loadMembers: undefined });
  return {
    ...baseSnapshot(session, { whole: false, stable }),
    ...elsewhere,
    unclearGroups,
    ...states,
    undenied,
    ...read,
  };
}
