/** Looks up the entries that groups refer to, and no others. */
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
import { type Collection, collectGroup, collectUser, hasArrived } from '../session/collection.ts';
import { doubtOf, isolateFailure } from '../session/isolate-failure.ts';
import type { Session } from '../session/session.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import { completeGroups } from './complete-groups.ts';

export interface Kind {
  readonly base: string;
  readonly filter: Filter;
  readonly attributes: readonly string[];
  readonly collect: OnEntry;
  /** Its members are members of the group that names it. */
  readonly nests: boolean;
}

/** What has been looked for; not finding it proves that it is not there. */
export interface SearchedSoFar {
  readonly groups: number;
  readonly dns: number;
  readonly usernames: number;
}

export const NOTHING_SOUGHT: SearchedSoFar = { groups: 0, dns: 0, usernames: 0 };

/**
 * Completes what the collected groups refer to: members that are users or groups, their members, and so on until
 * nothing new turns up.
 * @param before what has been looked for already
 * @returns what has been looked for now
 * @throws DirectoryError when any search fails
 */
export async function readReferences(session: Session, before = NOTHING_SOUGHT): Promise<SearchedSoFar> {
  const { collection } = session;
  const users = usersOf(collection);
  const groups = groupsOf(collection);
  const { dns, usernames } = collection.interners;
  const dnAttribute = await usableDnAttribute(session);
  let sought = before;
  while (isMoreIn(collection, sought)) {
    await completeGroups(session, session.connection, sought.groups);
    const groupsNow = collection.groups.entries.length;
    const newDns = unread(collection, sought.dns);
    const newNames = usernames.texts.slice(sought.usernames);
    sought = { groups: groupsNow, dns: dns.texts.length, usernames: usernames.texts.length };
    await findByDn(session, users, newDns, dnAttribute);
    await findByDn(session, groups, newDns, dnAttribute);
    await findByValue(session, users, collection.settings.users.username, newNames);
  }
  return sought;
}

/**
 * How entries are found by their DN in batches; undefined: only one by one. A server that does not find a group so that
 * is known to be there would not find members either, and they would all seem to be gone.
 */
async function usableDnAttribute({ connection, collection, paging }: Session): Promise<string | undefined> {
  const { dnAttribute } = collection.traits;
  const [known] = collection.groups.entries;
  if (dnAttribute === undefined || known === undefined) return undefined;
  const search = { base: known.dn, filter: equals(dnAttribute, known.dn), attributes: ['1.1'] };
  return (await searchEntry(connection, search, paging)) ? dnAttribute : undefined;
}

/** Whether there is more than has been looked for. */
export function isMoreIn({ groups, interners }: Collection, sought: SearchedSoFar): boolean {
  const { dns, usernames } = interners;
  return (
    sought.groups < groups.entries.length ||
    sought.dns < dns.texts.length ||
    sought.usernames < usernames.texts.length
  );
}

/** Users whose primary group is among those collected, from that one on. */
export async function readPrimaryMembers(session: Session, from: number): Promise<void> {
  const { collection } = session;
  if (!collection.settings.groups.primaryGroup) return;
  const keys = collection.groups.primary.slice(from).filter(key => key !== undefined);
  await findByValue(session, usersOf(collection), collection.traits.primaryGroup.user, keys);
}

/** Users, as they are collected. */
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

/** Groups, as they are collected: nested ones, unless nesting is off. */
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

/** The numbers of DNs, from that one on, that are not themselves collected entries. */
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

/** Entries with one of these values of an attribute. */
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
