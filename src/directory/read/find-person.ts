/** Finds the person whom an operator names. */
import { RefusedError } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Hint, HintedEntries } from '../../model/watch.ts';
import { dnKey, isUnder } from '../../text/dn-key.ts';
import { deadline } from '../connection/deadline.ts';
import { onFirstServer, rememberServers } from '../connection/failover.ts';
import { findByValue, usersOf } from '../members/references.ts';
import { searchEntry } from '../search/entry-search.ts';
import { takenIn } from '../search/on-entry.ts';
import { openSession, type Session } from '../session/session.ts';

/**
 * Hints at the person with the DN or username `hinted.user`, and collects the entry.
 * @throws RefusedError `unknown_user` if neither the directory nor a hint shows this person, `ambiguous_user` if several
 * entries have that username
 */
export async function hintsOfUser(
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
