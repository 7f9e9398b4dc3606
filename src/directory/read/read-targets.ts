/** Reads some groups and people again, known by their identity, wherever they are now. */
import type { DirectorySettings } from '../../model/settings.ts';
import type { ExternalId, ReadTargets, Snapshot } from '../../model/snapshot.ts';
import { inTurns } from '../../steps/in-turns.ts';
import { identityValue } from '../entry/identity.ts';
import { assemble } from '../members/assemble.ts';
import { findByValue, groupsOf, usersOf } from '../members/references.ts';
import { checkSession, openSession, type ReadOptions } from '../session/session.ts';
import { findOutside, identified } from './entries-outside.ts';
import { readMappings } from './match-mappings.ts';
import { completePart } from './read-partial.ts';

/**
 * Those groups with all their members, and those people; nothing else, so the snapshot says nothing about others
 * (`whole: false`). Who is there and is no person of the configuration stands in `outside`, and of whom that is not known
 * in `unclear`. Who and what is not there is simply missing.
 * @throws DirectoryError when anything could not be read whole
 */
export async function readTargets(
  settings: DirectorySettings,
  { groups, people }: ReadTargets,
  options: ReadOptions,
): Promise<Snapshot> {
  using session = await openSession(settings, options);
  const { collection, connection, marker, paging } = session;
  const { idAttribute } = collection.traits;
  const idValues = (ids: readonly ExternalId[]) => ids.map(id => identityValue(id, idAttribute));
  await findByValue(session, groupsOf(collection), idAttribute, idValues(groups));
  const mappingOf = await readMappings(
    connection,
    settings,
    idAttribute,
    paging,
    identified(idAttribute, groups),
  );
  await findByValue(session, usersOf(collection), idAttribute, idValues(people));
  const elsewhere = await findOutside(session, people);
  await completePart(session);
  const stable = await checkSession(session);
  const contents = await inTurns(assemble(collection, mappingOf), options);
  const wanted = new Set(groups);
  // Those that are only nested in them stand in nobody's list; an identity that two show is asked of the entries.
  const isWanted = (_: unknown, index: number) =>
    wanted.has(collection.groups.entries[index]?.externalId ?? '');
  return {
    directory: settings.name,
    server: connection.url,
    idAttribute,
    whole: false,
    marker,
    stable,
    ...elsewhere,
    referredTo: [...collection.referredTo.values()],
    counts: { ...collection.counts },
    ...contents,
    groups: contents.groups.filter(isWanted),
  };
}
