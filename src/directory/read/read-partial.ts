/** Completes a partial read: the entries that its groups refer to, and other users with the same usernames. */
import { DirectoryError } from '../../errors.ts';
import type { DirectoryUser, ExternalId } from '../../model/snapshot.ts';
import type { StoredPeople } from '../../model/watch.ts';
import { identityValue } from '../entry/identity.ts';
import { resolveMoves } from '../members/moved-entries.ts';
import {
  findByValue,
  isMoreIn,
  NOTHING_SEARCHED,
  readPrimaryMembers,
  readReferencedEntries,
  usersOf,
} from '../members/references.ts';
import { readUnmatchedMembers } from '../members/unmatched-members.ts';
import { searchAll } from '../search/paged-search.ts';
import type { Session } from '../session/session.ts';

const MAX_ROUNDS = 20;
/** For more names than this, reading all users costs less. */
const MAX_NAMES = 20_000;

/**
 * Reads the entries that the collected groups refer to: nested groups, members, members by primary group, and entries
 * that appear during the read.
 * @throws DirectoryError if any of them could not be read
 */
export async function readAllReferenced(session: Session): Promise<void> {
  const { collection, connection } = session;
  let searched = NOTHING_SEARCHED;
  let groups = 0;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    await readPrimaryMembers(session, groups);
    groups = collection.groups.entries.length;
    searched = await readReferencedEntries(session, searched);
    await readUnmatchedMembers(session, connection);
    if (!isMoreIn(collection, searched) && groups === collection.groups.entries.length) return;
  }
  throw new DirectoryError(
    'interrupted',
    `${connection.url} changes faster than it can be read. The read was stopped after ${MAX_ROUNDS} attempts.`,
  );
}

/**
 * Reads the other users that have the identity or username of a collected user, or the same address if users are matched by
 * email. So a partial read decides as a whole read does whether these are unique.
 * @throws DirectoryError if a search fails
 */
async function readNamesakes(session: Session, linked: Linked | undefined): Promise<void> {
  const { collection, connection, paging } = session;
  const { settings, traits, users } = collection;
  const kind = usersOf(collection);
  const people = users.entries.filter(({ stored }) => stored !== true);
  const known = await linked?.(people.flatMap(({ externalId }) => externalId ?? []));
  const isKnown = ({ externalId: id = '', dn, username }: DirectoryUser) => {
    const stored = known?.get(id);
    return (
      username !== undefined && stored?.username === username && stored.dn === dn && !users.repeated.has(id)
    );
  };
  const read = people.filter(person => !isKnown(person));
  const names = distinct(read.map(({ username }) => username));
  const addresses = settings.users.match.includes('email') ? distinct(read.map(({ email }) => email)) : [];
  if (names.length + addresses.length > MAX_NAMES) {
    const { base, filter, attributes, collect } = kind;
    await searchAll(connection, { base, scope: 'sub', filter, attributes }, paging, collect);
    return;
  }
  const ids = read.flatMap(({ externalId }) => externalId ?? []);
  await findByValue(
    session,
    kind,
    traits.idAttribute,
    ids.map(id => identityValue(id, traits.idAttribute)),
  );
  await findByValue(session, kind, settings.users.username, names);
  await findByValue(session, kind, settings.users.email, addresses);
}

/**
 * Returns the stored DNs and usernames of linked people. Other entries with the identity or username of a linked person matter
 * only if the person's DN or username changed: then the entry may be that of another person.
 */
type Linked = (people: readonly ExternalId[]) => Promise<StoredPeople>;

/**
 * Reads all entries that a partial read needs after its groups.
 * @param readMore called after the entries that the groups refer to, before the people with the same usernames
 * @throws DirectoryError if any of them could not be read
 */
export async function completePartialRead(
  session: Session,
  linked?: Linked,
  readMore?: () => Promise<void>,
): Promise<void> {
  await readAllReferenced(session);
  await readMore?.();
  await readNamesakes(session, linked);
  await resolveMoves(session, session.connection);
}

function distinct(texts: readonly (string | undefined)[]): string[] {
  const found = new Map<string, string>();
  for (const text of texts) if (text) found.set(text.toLowerCase(), text);
  return [...found.values()];
}
