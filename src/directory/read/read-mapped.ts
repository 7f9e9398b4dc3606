/** Reads only the mapped groups and what they refer to, so that few mapped groups of a large directory cost little. */
import { DirectoryError } from '../../errors.ts';
import type { MappedEntries } from '../../model/read-targets.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { ExternalId, ReadCounts, Snapshot } from '../../model/snapshot.ts';
import { inTurns } from '../../steps/in-turns.ts';
import { namingText } from '../entry/entry.ts';
import { identityValue } from '../entry/identity.ts';
import { disabledAccounts, peopleWithoutNames } from '../entry/user-entry.ts';
import { assemble, requireIdentities } from '../members/assemble.ts';
import { findByValue, groupsOf } from '../members/references.ts';
import type { OnEntry } from '../search/on-entry.ts';
import { baseSnapshot } from '../session/base-snapshot.ts';
import type { Collection } from '../session/collection.ts';
import { isBelow } from '../session/naming-contexts.ts';
import { checkSession, openSession, type ReadOptions, type Session } from '../session/session.ts';
import { readMappings, wantedName } from './match-mappings.ts';
import { completePartialRead } from './read-partial.ts';

/**
 * Reads the mapped groups and the linked ones with all their members (`allMapped`). People are searched by the values of the
 * groups, so the absence of a person is no fact.
 * @throws DirectoryError `whole_read_needed` if the groups refer to more entries than `mapped.limit`; any other code if a part
 * could not be read completely
 */
export async function readMapped(
  settings: DirectorySettings,
  mapped: MappedEntries,
  options: ReadOptions,
): Promise<Snapshot> {
  let read: Collection | undefined;
  const onProgress = (counts: ReadCounts) => {
    options.onProgress?.(counts);
    if (read !== undefined) requireFew(read, mapped.limit);
  };
  using session = await openSession(settings, { ...options, onProgress });
  const { collection } = session;
  read = collection;
  const mappingOf = await collectMapped(session);
  await collectLinked(session, await mapped.known());
  await completePartialRead(session, mapped.linked);
  const stable = await checkSession(session);
  requireIdentities(collection);
  const contents = await inTurns(assemble(collection, mappingOf), options);
  const counts = {
    ...collection.counts,
    way: 'mapped' as const,
    disabled: disabledAccounts(contents.users),
    unnamed: peopleWithoutNames(contents.users),
  };
  return { ...baseSnapshot(session, { whole: false, stable }), allMapped: true, counts, ...contents };
}

/** Collects the groups that a mapping can match. Returns what `readMappings` returns. */
async function collectMapped({ collection, connection, paging }: Session) {
  const { settings, traits } = collection;
  const { attributes, collect } = groupsOf(collection);
  const isWanted = wantedName(settings);
  // The base of a mapping may be above that of the groups.
  const collectWanted: OnEntry = entry =>
    isBelow(entry.dn, settings.groups.baseDn) && isWanted({ name: namingText(entry, settings.groups.name) })
      ? collect(entry)
      : undefined;
  return readMappings(connection, settings, traits.idAttribute, paging, {
    read: { attributes, collect: collectWanted },
  });
}

/** Reads the linked groups that no mapping matches now: whether such a group is elsewhere or gone decides what happens to it. */
async function collectLinked(session: Session, linked: readonly ExternalId[]): Promise<void> {
  const { collection } = session;
  const { idAttribute } = collection.traits;
  const others = linked.filter(id => !collection.groups.ids.has(id));
  await findByValue(
    session,
    groupsOf(collection),
    idAttribute,
    others.map(id => identityValue(id, idAttribute)),
  );
}

/** @throws DirectoryError `whole_read_needed` */
function requireFew({ interners, users, groups }: Collection, limit: number): void {
  const values = interners.dns.texts.length + interners.usernames.texts.length;
  const entries = users.entries.length + groups.entries.length;
  if (Math.max(values, entries) <= limit) return;
  throw new DirectoryError('whole_read_needed', `The mapped groups refer to more than ${limit} entries.`);
}
