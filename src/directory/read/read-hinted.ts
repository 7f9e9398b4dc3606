/** Reads the groups that changed entries may affect, whole, and nothing else. */
import type { DirectorySettings } from '../../model/settings.ts';
import type { ExternalId, Snapshot } from '../../model/snapshot.ts';
import type { HintedEntries } from '../../model/watch.ts';
import { inTurns } from '../../steps/in-turns.ts';
import type { GroupEntry } from '../entry/group-entry.ts';
import { assemble, requireIdentities } from '../members/assemble.ts';
import { identified } from '../search/equality-filter.ts';
import { checkSession, openSession, type ReadOptions, type Session } from '../session/session.ts';
import { hintsOfUser } from './find-person.ts';
import { collectHinted } from './hinted-groups.ts';
import { readMappings } from './match-mappings.ts';
import { completePartialRead, partialSnapshot } from './read-partial.ts';

/**
 * Reads the mapped groups among them with all their members. The snapshot says nothing about other groups (`whole: false`).
 * @throws DirectoryError `whole_read_needed` if only a read of the whole directory can show what changed; any other code if a
 * part could not be read completely
 * @throws RefusedError if `hinted.user` is no person, or several
 */
export async function readHinted(
  settings: DirectorySettings,
  hinted: HintedEntries,
  options: ReadOptions,
): Promise<Snapshot> {
  using session = await openSession(settings, options);
  const { collection } = session;
  const hints = [...hinted.hints, ...(await hintsOfUser(session, hinted))];
  await collectHinted(session, { ...hinted, hints });
  const wanted = collection.groups.entries.length;
  const mappingOf = await mappingsOf(session);
  const hintedIds = new Set(hints.map(({ id }) => id));
  // A person who only stays is linked already, so it does not matter who else has that name.
  const linked = async (people: readonly ExternalId[]) =>
    hinted.linked(people.filter(id => !hintedIds.has(id)));
  if (wanted > 0) await completePartialRead(session, linked);
  const stable = await checkSession(session);
  requireIdentities(collection);
  const contents = await inTurns(assemble(collection, mappingOf), options);
  const isNested = (_: unknown, index: number) => index >= wanted;
  const nested = contents.groups.filter(isNested).filter(({ idIssue }) => idIssue === undefined);
  return {
    ...partialSnapshot(session, stable),
    ...contents,
    groups: contents.groups.slice(0, wanted).filter(({ mapping }) => mapping !== undefined),
    nestedFound: nested.flatMap(({ externalId }) => externalId ?? []),
  };
}

async function mappingsOf({
  collection,
  connection,
  paging,
}: Session): Promise<(group: GroupEntry) => number | undefined> {
  const { settings, traits, groups } = collection;
  const ids = groups.entries.flatMap(({ externalId }) => externalId ?? []);
  if (ids.length === 0) return () => undefined;
  const among = identified(traits.idAttribute, ids);
  return readMappings(connection, settings, traits.idAttribute, paging, among);
}
