/**
 * Handles members that match no user and no group after all have been read. Entries below the configured bases appeared
 * or moved during the read, and are read now. Entries elsewhere are looked up if the configuration says so. For the
 * others, the server is asked what they are.
 */
import type { Filter } from 'ldapts';
import { dnKey, isUnder } from '../../text/dn-key.ts';
import type { Connection } from '../connection/connect.ts';
import { internDn } from '../entry/dn-table.ts';
import type { Entry } from '../entry/entry.ts';
import { entryId } from '../entry/identity.ts';
import { noUser } from '../proof/negation.ts';
import { type Collection, hasArrived } from '../session/collection.ts';
import type { Session } from '../session/session.ts';
import { completeGroups } from './complete-groups.ts';
import { type NonUser, noteStrangers } from './non-users.ts';
import { groupsOf, type Kind, usersOf } from './references.ts';
import { lookUpEach, type Named, searchByDn, type WantedEntries } from './search-by-dn.ts';

/** Limit for finding out what unmatched members are. Whether they are members is always found out. */
const MAX_ASKED = 10_000;
/** The same limit for a server that must be asked for one entry at a time. */
const MAX_LOOKED_UP = 1000;
/** Groups that appear late can refer to other groups that appear late. */
const MAX_ROUNDS = 10;

/**
 * Reads users and groups among the members that are still unknown, and their members, until nothing new is found. With
 * `users.outside: lookup`, users are read anywhere in the directory. For the rest it records which entries exist and
 * are not users (`notUsers`).
 * @throws DirectoryError if the connection fails, or a referral must end the read
 */
export async function readUnmatchedMembers(session: Session, connection: Connection): Promise<void> {
  const { collection } = session;
  const { dns } = collection.interners;
  let from = 0;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const [seen, groups] = [dns.texts.length, collection.groups.entries.length];
    await readRound(session, connection, from);
    if (collection.groups.entries.length === groups) return;
    await completeGroups(session, connection, groups);
    from = seen;
  }
  for (const { number } of unmatchedMembers(collection, from)) collection.doubts.set(number, 'unreadable');
}

async function readRound(session: Session, connection: Connection, from: number): Promise<void> {
  const { collection } = session;
  const isLookedUp = collection.settings.users.outside === 'lookup';
  const elsewhere = () => unmatchedMembers(collection, from).filter(each => isLookedUp && !each.amongUsers);
  const users = usersOf(collection);
  await searchByDn(session, connection, elsewhere(), users);
  const present = isLookedUp
    ? await findPresent(session, connection, unmatchedMembers(collection, from))
    : await findPresentSparingly(session, connection, unmatchedMembers(collection, from));
  await findAmong(session, connection, present, each => each.amongUsers, users);
  await findAmong(session, connection, present, each => each.amongGroups, groupsOf(collection));
  const strangers = present.filter(([{ number }]) => isUnknown(collection, number));
  await noteStrangers(session, connection, strangers);
  const others = await lookUpEach(session, connection, elsewhere(), users);
  await noteStrangers(session, connection, await identify(session, connection, others));
}

/** Does not ask whether users outside the bases exist, because they do not count as members. */
async function findPresentSparingly(session: Session, connection: Connection, wanted: readonly NonUser[]) {
  const some = wanted.slice(0, MAX_ASKED);
  for (const { number } of wanted.slice(MAX_ASKED)) session.collection.notSearched.add(number);
  const isHere = ({ amongUsers, amongGroups }: NonUser) => amongUsers || amongGroups;
  const filter = noUser(session.collection);
  const here = await findPresent(session, connection, some.filter(isHere));
  const elsewhere = await findPresent(
    session,
    connection,
    some.filter(each => !isHere(each)),
    filter,
  );
  return [...here, ...elsewhere];
}

type Identified<T> = readonly [T, string | undefined];
type Present = readonly Identified<NonUser>[];

/** The entries that exist, with their identities. */
async function findPresent(
  session: Session,
  connection: Connection,
  wanted: readonly NonUser[],
  filter?: Filter,
): Promise<Present> {
  const { collection } = session;
  if (collection.traits.dnAttribute === undefined)
    return await identify(
      session,
      connection,
      wanted.filter(each => each.amongUsers || each.amongGroups),
    );
  const found = new Map<number, string | undefined>();
  const search = identities(collection, filter, (number, identity) => found.set(number, identity));
  for (const { number } of await searchByDn(session, connection, wanted, search))
    collection.notSearched.add(number);
  await findReferrals(
    session,
    connection,
    wanted.filter(({ number }) => !found.has(number)),
    search,
  );
  return identified(wanted, found);
}

/**
 * Looks for referral objects: a search below them returns only a reference, which may name another DN. Active Directory has
 * none.
 */
async function findReferrals(
  session: Session,
  connection: Connection,
  unfound: readonly NonUser[],
  search: WantedEntries,
): Promise<void> {
  const { collection } = session;
  if (collection.referredTo.size === 0 || collection.traits.backLink !== undefined) return;
  await lookUpEach(session, connection, unfound.slice(0, MAX_LOOKED_UP), search);
  for (const { number } of unfound.slice(MAX_LOOKED_UP)) collection.notSearched.add(number);
}

/** Same as `findPresent`, one entry at a time. An entry that exists and is not shown stays in doubt. */
async function identify<T extends Named>(
  session: Session,
  connection: Connection,
  wanted: readonly T[],
): Promise<Identified<T>[]> {
  const found = new Map<number, string | undefined>();
  const search = identities(session.collection, undefined, (number, identity) => found.set(number, identity));
  const hidden = await lookUpEach(session, connection, wanted.slice(0, MAX_LOOKED_UP), search);
  for (const { number } of wanted.slice(MAX_LOOKED_UP)) session.collection.notSearched.add(number);
  for (const { number } of hidden) session.collection.doubts.set(number, 'unreadable');
  return identified(wanted, found);
}

function identified<T extends Named>(
  wanted: readonly T[],
  found: ReadonlyMap<number, string | undefined>,
): Identified<T>[] {
  return wanted.filter(({ number }) => found.has(number)).map(each => [each, found.get(each.number)]);
}

function identities(
  { interners, traits: { idAttribute } }: Collection,
  filter: Filter | undefined,
  note: (number: number, identity: string | undefined) => void,
): WantedEntries {
  const collect = (entry: Entry): undefined => {
    const number = internDn(interners.dns, entry.bytes, entry.dnStart, entry.dnEnd);
    if (number !== undefined) note(number, entryId(entry, idAttribute));
  };
  return { filter, attributes: [idAttribute], collect };
}

/** Reads the entries that match the filter now. An entry for which the search fails stays in doubt. */
async function findAmong(
  session: Session,
  connection: Connection,
  present: Present,
  lies: (each: NonUser) => boolean,
  kind: Kind,
): Promise<void> {
  const wanted = present.map(([each]) => each).filter(lies);
  if (session.collection.traits.dnAttribute === undefined) {
    await lookUpEach(session, connection, wanted, kind);
    return;
  }
  for (const { number } of await searchByDn(session, connection, wanted, kind))
    session.collection.doubts.set(number, 'unreadable');
}

/** Members by DN that are still unknown, starting at a DN number. */
function unmatchedMembers(collection: Collection, from: number): NonUser[] {
  const { interners, settings } = collection;
  const [users, groups] = [settings.users, settings.groups].map(({ baseDn }) => dnKey(baseDn) ?? '');
  const found: NonUser[] = [];
  for (let number = from; number < interners.dns.texts.length; number += 1) {
    if (!isUnknown(collection, number)) continue;
    const dn = interners.dns.texts[number] ?? '';
    const key = dnKey(dn);
    if (!key) continue;
    const [amongUsers, amongGroups] = [isUnder(key, users ?? ''), isUnder(key, groups ?? '')];
    found.push({ number, dn, key, amongUsers, amongGroups });
  }
  return found;
}

function isUnknown({ users, groups, notUsers, doubts }: Collection, number: number): boolean {
  const isFound = hasArrived(users, number) || hasArrived(groups, number) || notUsers.has(number);
  return !isFound && !doubts.has(number);
}
