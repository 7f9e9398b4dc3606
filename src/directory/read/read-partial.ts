/** What every read of a part of a directory does once it has its groups: what they refer to, and who else might be meant. */
import { DirectoryError } from '../../errors.ts';
import { resolveMoves } from '../members/moved-entries.ts';
import {
  findByValue,
  isMoreIn,
  NOTHING_SOUGHT,
  readPrimaryMembers,
  readReferences,
  usersOf,
} from '../members/references.ts';
import { readLeftovers } from '../members/unmatched-members.ts';
import { searchAll } from '../search/paged-search.ts';
import type { Session } from '../session/session.ts';

const MOST_ROUNDS = 20;
/** For more names than these, reading all people costs less. */
const MOST_NAMES = 20_000;

/**
 * Reads whatever the collected groups refer to: nested groups, members, those of their primary groups, and late comers.
 * @throws DirectoryError when any of it could not be read
 */
export async function readReferred(session: Session): Promise<void> {
  const { collection, connection } = session;
  let sought = NOTHING_SOUGHT;
  let groups = 0;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    await readPrimaryMembers(session, groups);
    groups = collection.groups.entries.length;
    sought = await readReferences(session, sought);
    await readLeftovers(session, connection);
    if (!isMoreIn(collection, sought) && groups === collection.groups.entries.length) return;
  }
  throw new DirectoryError('interrupted', `${connection.url} changes faster than it can be read.`);
}

/**
 * Reads the other people who bear a username, or an address where people are found by that, of those collected: whether
 * it is one person's alone is decided as in a read of the whole directory.
 * @throws DirectoryError when that could not be read
 */
async function readBearers(session: Session): Promise<void> {
  const { collection, connection, paging } = session;
  const { settings, users } = collection;
  const kind = usersOf(collection);
  const read = [...users.entries];
  const names = distinct(read.map(({ username }) => username));
  const addresses = settings.users.match.includes('email') ? distinct(read.map(({ email }) => email)) : [];
  if (names.length + addresses.length > MOST_NAMES) {
    const { base, filter, attributes, collect } = kind;
    await searchAll(connection, { base, scope: 'sub', filter, attributes }, paging, collect);
    return;
  }
  await findByValue(session, kind, settings.users.username, names);
  await findByValue(session, kind, settings.users.email, addresses);
}

/**
 * All of that.
 * @throws DirectoryError when any of it could not be read
 */
export async function completePart(session: Session): Promise<void> {
  await readReferred(session);
  await readBearers(session);
  await resolveMoves(session, session.connection);
}

function distinct(texts: readonly (string | undefined)[]): string[] {
  const found = new Map<string, string>();
  for (const text of texts) if (text) found.set(text.toLowerCase(), text);
  return [...found.values()];
}
