/** Reads the entries that groups refer to, and no others. */
import { AndFilter, type Filter, OrFilter } from 'ldapts';
import { DirectoryError } from '../../errors.ts';
import { dnKey, isUnder } from '../../text/dn-key.ts';
import { groupAttributes } from '../entry/group-entry.ts';
import { userAttributes } from '../entry/user-entry.ts';
import { searchEntry } from '../search/entry-search.ts';
import { BATCH, equals } from '../search/equality-filter.ts';
import { type OnEntry, takenIn } from '../search/on-entry.ts';
import { searchAll } from '../search/paged-search.ts';
import type { Search } from '../search/search.ts';
import {
  type Collection,
  collectGroup,
  collectStored,
  collectUser,
  hasArrived,
} from '../session/collection.ts';
import { doubtOf, isolateFailure } from '../session/isolate-failure.ts';
import type { Session } from '../session/session.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import { completeGroups } from './complete-groups.ts';

export interface Kind {
  readonly base: string;
  readonly filter: Filter;
  readonly attributes: readonly string[];
  readonly collect: OnEntry;
  /** Whether the members of such an entry are members of the group that lists it. */
  readonly nests: boolean;
}

/** How far the search has come. If one of these is not found, it does not exist. */
export interface SearchedSoFar {
  readonly groups: number;
  readonly dns: number;
  readonly usernames: number;
}

export const NOTHING_SEARCHED: SearchedSoFar = { groups: 0, dns: 0, usernames: 0 };

/**
 * Reads the users and groups that the collected groups refer to, and their members, until nothing new is found.
 * @param before how far an earlier search came
 * @returns how far the search has come now
 * @throws DirectoryError if any search fails
 */
export async function readReferencedEntries(
  session: Session,
  before = NOTHING_SEARCHED,
): Promise<SearchedSoFar> {
  const { collection } = session;
  const users = usersOf(collection);
  const groups = groupsOf(collection);
  const { dns, usernames } = collection.interners;
  const dnAttribute = await usableDnAttribute(session);
  let searched = before;
  while (isMoreIn(collection, searched)) {
    await completeGroups(session, session.connection, searched.groups);
    collectStored(collection, searched.dns);
    const groupsNow = collection.groups.entries.length;
    const newDns = unread(collection, searched.dns);
    const newNames = usernames.texts.slice(searched.usernames);
    searched = { groups: groupsNow, dns: dns.texts.length, usernames: usernames.texts.length };
    const findUsers = async () => {
      await findByDn(session, users, newDns, dnAttribute);
      await findByValue(session, users, collection.settings.users.username, newNames);
    };
    await Promise.all([findUsers(), findByDn(session, groups, newDns, dnAttribute)]);
  }
  return searched;
}

/**
 * The attribute by which entries are found in batches by DN; undefined: one at a time. If a server does not find a
 * group in this way that is known to exist, it would not find members either, and all of them would seem to be gone.
 */
async function usableDnAttribute({ connection, collection, paging }: Session): Promise<string | undefined> {
  const { dnAttribute } = collection.traits;
  const [known] = collection.groups.entries;
  if (dnAttribute === undefined || known === undefined) return undefined;
  const search = { base: known.dn, filter: equals(dnAttribute, known.dn), attributes: ['1.1'] };
  return (await searchEntry(connection, search, paging)) ? dnAttribute : undefined;
}

/** Whether there are entries that have not been searched yet. */
export function isMoreIn({ groups, interners }: Collection, searched: SearchedSoFar): boolean {
  const { dns, usernames } = interners;
  return (
    searched.groups < groups.entries.length ||
    searched.dns < dns.texts.length ||
    searched.usernames < usernames.texts.length
  );
}

/** Reads the users whose primary group is among the collected groups, starting at index `from`. */
export async function readPrimaryMembers(session: Session, from: number): Promise<void> {
  const { collection } = session;
  if (!collection.settings.groups.primaryGroup) return;
  const keys = collection.groups.primary.slice(from).filter(key => key !== undefined);
  await findByValue(session, usersOf(collection), collection.traits.primaryGroup.user, keys);
}

/** How users are searched and collected. */
export function usersOf(collection: Collection): Kind {
  const { settings, traits } = collection;
  return {
    base: settings.users.baseDn,
    filter: parseFilter(settings.users.filter),
    attributes: userAttributes(settings, traits),
    collect: entry => collectUser(collection, entry),
    nests: false,
  };
}

/** How groups are searched and collected. They nest unless nesting is turned off. */
export function groupsOf(collection: Collection): Kind {
  const { settings, traits } = collection;
  return {
    base: settings.groups.baseDn,
    filter: parseFilter(settings.groups.filter),
    attributes: groupAttributes(settings, traits),
    collect: entry => collectGroup(collection, entry),
    nests: settings.groups.nested,
  };
}

/** The DN numbers, starting at `from`, whose entries were not collected. */
function unread({ interners, groups, users }: Collection, from: number): number[] {
  const numbers: number[] = [];
  for (let number = from; number < interners.dns.texts.length; number += 1)
    if (!hasArrived(groups, number) && !hasArrived(users, number)) numbers.push(number);
  return numbers;
}

async function findByDn(
  session: Session,
  kind: Kind,
  numbers: readonly number[],
  dnAttribute: string | undefined,
): Promise<void> {
  const { interners } = session.collection;
  const scope = dnKey(kind.base) ?? '';
  const inScope = numbers.filter(number => {
    const key = dnKey(interners.dns.texts[number] ?? '');
    return key !== undefined && key !== '' && isUnder(key, scope);
  });
  const dns = inScope.map(number => interners.dns.texts[number] ?? '');
  if (dnAttribute !== undefined) return await findByValue(session, kind, dnAttribute, dns);
  for (const number of inScope) await findOne(session, kind, number);
}

async function findOne(
  { connection, collection, paging }: Session,
  kind: Kind,
  number: number,
): Promise<void> {
  const search = { ...kind, base: collection.interners.dns.texts[number] ?? '', about: 'for one member' };
  const look = () => searchEntry(connection, search, paging);
  const found = await isolateFailure({ collection, paging }, connection, look);
  if (found instanceof DirectoryError) {
    collection.doubts.set(number, doubtOf(found));
    if (kind.nests && doubtOf(found) === 'unreadable')
      collection.unreadGroups.set(number, `a member could not be looked up: ${found.message}`);
  } else if (found) await takenIn(kind.collect(found));
}

/** Reads the entries that have one of these values of an attribute. */
export async function findByValue(
  session: Session,
  kind: Kind,
  attribute: string,
  values: readonly (string | Buffer)[],
): Promise<void> {
  for (let at = 0; at < values.length; at += BATCH) {
    const filters = values.slice(at, at + BATCH).map(value => equals(attribute, value));
    const filter = new AndFilter({ filters: [kind.filter, new OrFilter({ filters })] });
    const about = `for ${filters.length} values of ${attribute} below "${kind.base}"`;
    const search: Search = { base: kind.base, scope: 'sub', filter, attributes: kind.attributes, about };
    await searchAll(session.connection, search, session.paging, kind.collect);
  }
}
