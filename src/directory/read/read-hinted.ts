/** Reads some groups whole, and nothing else: those that changed entries or one person may affect, or one group. */
import { NotFoundError, RefusedError } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { DirectoryGroup, ExternalId, Snapshot } from '../../model/snapshot.ts';
import type { Hint, HintedEntries } from '../../model/watch.ts';
import { inTurns } from '../../steps/in-turns.ts';
import { dnKey, isUnder } from '../../text/dn-key.ts';
import { deadline } from '../connection/deadline.ts';
import { onFirstServer, rememberServers } from '../connection/failover.ts';
import type { GroupEntry } from '../entry/group-entry.ts';
import { assemble, requireIdentities } from '../members/assemble.ts';
import { findByValue, usersOf } from '../members/references.ts';
import { searchEntry } from '../search/entry-search.ts';
import { identified } from '../search/equality-filter.ts';
import { takenIn } from '../search/on-entry.ts';
import { baseSnapshot } from '../session/base-snapshot.ts';
import { checkSession, openSession, type ReadOptions, type Session } from '../session/session.ts';
import { collectHinted, collectRelated, findGroups } from './hinted-groups.ts';
import { readMappings } from './match-mappings.ts';
import { readWithStayers } from './read-stayers.ts';

/**
 * Reads the mapped groups among them, or those with the DN or name `hinted.group`, with all their members. The snapshot says
 * nothing about other groups (`whole: false`).
 * @throws DirectoryError `whole_read_needed` if only a read of the whole directory can show what changed; any other code if a
 * part could not be read completely
 * @throws NotFoundError if no mapped group has the DN or name `hinted.group`
 * @throws RefusedError if no person or several people match `hinted.user`
 */
export async function readHinted(
  settings: DirectorySettings,
  hinted: HintedEntries,
  options: ReadOptions,
): Promise<Snapshot> {
  using session = await openSession(settings, options);
  const { collection } = session;
  const hints = [...hinted.hints, ...(await hintsOfUser(session, hinted))];
  if (hinted.group === undefined) await collectHinted(session, { ...hinted, hints });
  else await findGroups(session, hinted.group);
  await collectRelated(session, { ...hinted, hints });
  const wanted = collection.groups.entries.length;
  const mappingOf = await mappingsOf(session);
  const hintedIds = new Set(hints.map(({ id }) => id));
  // A person who only stays is linked already, so it does not matter who else has that name.
  const linked = async (people: readonly ExternalId[]) =>
    hinted.linked(people.filter(id => !hintedIds.has(id)));
  const isWanted = ({ mapping }: DirectoryGroup, index: number) => index < wanted && mapping !== undefined;
  const contents = async () => {
    const all = await inTurns(assemble(collection, mappingOf), options);
    return {
      ...all,
      groups: all.groups.filter(isWanted),
      nestedGroups: all.groups.filter((group, index) => !isWanted(group, index)),
    };
  };
  const { loadMembers } = options;
  if (hinted.group !== undefined && !collection.groups.entries.some(group => mappingOf(group) !== undefined))
    throw notMapped(settings, hinted.group);
  const stayersOf =
    wanted === 0 ? () => undefined : await readWithStayers(session, { loadMembers, hints, linked, contents });
  const stable = await checkSession(session);
  requireIdentities(collection);
  const read = await contents();
  const stayers = stayersOf(read);
  if (stayers === 'unsure') return readHinted(settings, hinted, { ...options, loadMembers: undefined });
  return { ...baseSnapshot(session, { whole: false, stable }), ...read, ...(stayers && { stayers }) };
}

async function mappingsOf({
  collection,
  connection,
  paging,
}: Session): Promise<(group: GroupEntry) => number | undefined> {
  const { settings, traits, groups } = collection;
  const ids = groups.entries.flatMap(({ externalId }) => externalId ?? []);
  const among = identified(traits.idAttribute, ids);
  return readMappings(connection, settings, traits.idAttribute, paging, { among });
}

/**
 * Hints at the person with the DN or username `hinted.user`, and collects the entry.
 * @throws RefusedError `unknown_user` if neither the directory nor a hint shows this person, `ambiguous_user` if several
 * entries have that username
 */
async function hintsOfUser(
  session: Session,
  { user, hints }: Pick<HintedEntries, 'user' | 'hints'>,
): Promise<Hint[]> {
  if (user === undefined) return [];
  const { settings, users } = session.collection;
  await findPerson(session, user);
  const dns = users.entries.map(({ dn }) => dn);
  if (dns.length > 1) throw ambiguous(settings, user, dns);
  if (dns.length + hints.length === 0) throw unknown(settings, user);
  return users.entries.map(({ externalId: id, dn }) => ({ dn, ...(id !== undefined && { id }) }));
}

/**
 * Makes sure that a name is the username or DN of exactly one person of the directory.
 * @throws RefusedError as `hintsOfUser`
 * @throws DirectoryError if the directory cannot be searched
 */
export async function requirePerson(
  settings: DirectorySettings,
  wanted: Pick<HintedEntries, 'user' | 'hints'>,
  outer: AbortSignal,
): Promise<void> {
  const signal = deadline(settings.runTimeoutMs, outer);
  await onFirstServer(settings, rememberServers(), signal, async server => {
    using session = await openSession(settings, { server, signal });
    await hintsOfUser(session, wanted);
  });
}

/** Collects the person with that DN, or if there is none, those with that username. */
async function findPerson(session: Session, wanted: string): Promise<void> {
  const { collection, connection, paging } = session;
  const { collect, ...search } = usersOf(collection);
  const key = dnKey(wanted);
  if (key && isUnder(key, dnKey(search.base) ?? '')) {
    const entry = await searchEntry(connection, { ...search, base: wanted }, paging);
    if (entry) await takenIn(collect(entry));
  }
  if (collection.users.entries.length > 0) return;
  await findByValue(session, usersOf(collection), collection.settings.users.username, [wanted]);
}

function unknown({ name, users }: DirectorySettings, user: string): RefusedError {
  return new RefusedError(
    'unknown_user',
    `"${user}" is neither a local user with an entry in directory ${name} nor the DN or the ${users.username} of an entry that users.filter matches. Give the DN of the entry, or sync the whole directory.`,
  );
}

function ambiguous({ name, users }: DirectorySettings, user: string, dns: readonly string[]): RefusedError {
  const entries = dns.map(dn => `"${dn}"`).join(', ');
  return new RefusedError(
    'ambiguous_user',
    `Several entries of directory ${name} have the ${users.username} "${user}": ${entries}. Give the DN of one of them.`,
  );
}

function notMapped({ name, groups }: DirectorySettings, wanted: string): NotFoundError {
  return new NotFoundError(
    `No group that a mapping of directory ${name} matches has the DN or the ${groups.name} "${wanted}".`,
  );
}
