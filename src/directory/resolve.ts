/** Member values → users and nested groups, and what leads to neither. Pure. */

import { dnKey, isUnder } from '../dn/dn-key.ts';
import type { UnresolvedValue } from '../model.ts';
import { type Collection, NOBODY } from './collect.ts';
import type { Nested } from './flatten.ts';
import type { GroupEntry } from './groups.ts';
import { findUsername } from './interned-usernames.ts';
import { isUsernames } from './member-values.ts';

export interface Resolved extends Nested {
  readonly unresolved: readonly UnresolvedValue[];
}

/** Who a number of an interner stands for: an index, NOBODY or SEVERAL. */
type Lookup = Int32Array;
const SEVERAL = -2;
const NO_GROUPS = new Int32Array(0);

interface Lookups {
  readonly userByDn: Lookup;
  readonly groupByDn: Lookup;
  readonly userByName: Lookup;
  /** Where an entry ought to have been read, as keys. */
  readonly scopes: readonly string[];
}

/** The direct members of every group, by the order of the groups. */
export function resolveGroups(collection: Collection): Resolved[] {
  const { settings, users, groups } = collection;
  const lookups: Lookups = {
    userByDn: lookupByDn(collection, users),
    groupByDn: lookupByDn(collection, groups),
    userByName: lookupByName(collection),
    scopes: [settings.users.baseDn, settings.groups.baseDn].map(base => dnKey(base) ?? ''),
  };
  const primary = primaryMembers(collection);
  return groups.entries.map((group, index) => {
    const byDn = resolveDns(group, collection, lookups);
    const byName = resolveNames(group, collection, lookups);
    const users = [...(primary.get(groups.primary[index]) ?? []), ...byName.users];
    return {
      users: users.length === 0 ? byDn.users : Int32Array.from([...byDn.users, ...users]),
      groups: settings.groups.nested ? byDn.groups : NO_GROUPS,
      unresolved: [
        ...undecodable(group),
        ...byDn.unresolved.map(value => ({ ...value, ...attributeOf(group, name => !isUsernames(name)) })),
        ...byName.unresolved.map(value => ({ ...value, ...attributeOf(group, isUsernames) })),
      ],
      unknown: byDn.unknown,
    };
  });
}

/** DNs are kept without the attribute that they came from, which matters only where several have some. */
function attributeOf({ values }: GroupEntry, holds: (attribute: string) => boolean) {
  return { attribute: values.attributes.filter(holds).join(', ') };
}

function resolveDns({ values }: GroupEntry, collection: Collection, lookups: Lookups): Resolved {
  const users = new Int32Array(values.dns.length);
  let count = 0;
  const groups: number[] = [];
  const unresolved: UnresolvedValue[] = [];
  let unknown = values.unknown;
  for (const number of values.dns) {
    const user = lookups.userByDn[number] ?? NOBODY;
    const group = lookups.groupByDn[number] ?? NOBODY;
    if (user >= 0) users[count++] = user;
    if (group >= 0) groups.push(group);
    if (collection.unreadable.has(number))
      unknown ??= `a member could not be looked up: ${collection.unreadable.get(number)}`;
    if (group === SEVERAL) unknown ??= `several groups answer to ${collection.interners.dns.texts[number]}`;
    if (user < 0 && group < 0) unresolved.push(unresolvedDn(collection, number, user, lookups.scopes));
  }
  return { users: users.subarray(0, count), groups: Int32Array.from(groups), unresolved, unknown };
}

function resolveNames(
  { values }: GroupEntry,
  { interners }: Collection,
  { userByName }: Lookups,
): { users: number[]; unresolved: UnresolvedValue[] } {
  const users: number[] = [];
  const unresolved: UnresolvedValue[] = [];
  for (const number of values.usernames) {
    const user = userByName[number] ?? NOBODY;
    const value = interners.usernames.texts[number] ?? '';
    if (user >= 0) users.push(user);
    else unresolved.push({ value, reason: user === SEVERAL ? 'ambiguous_user' : 'no_directory_user' });
  }
  return { users, unresolved };
}

function lookupByDn(
  { interners }: Collection,
  arrivals: { readonly byDn: readonly number[]; readonly ambiguous: ReadonlySet<number> },
): Lookup {
  const lookup = new Int32Array(interners.dns.texts.length).fill(NOBODY);
  lookup.set(arrivals.byDn);
  for (const number of arrivals.ambiguous) lookup[number] = SEVERAL;
  return lookup;
}

/** Only the usernames that some group mentions. */
function lookupByName({ interners: { usernames }, users }: Collection): Lookup {
  const lookup = new Int32Array(usernames.texts.length).fill(NOBODY);
  if (lookup.length === 0) return lookup;
  users.entries.forEach(({ username }, index) => {
    const number = username === undefined ? undefined : findUsername(usernames, username);
    if (number !== undefined) lookup[number] = lookup[number] === NOBODY ? index : SEVERAL;
  });
  return lookup;
}

/** Users by the key of their primary group. */
function primaryMembers({ users, settings }: Collection): Map<string | undefined, number[]> {
  const members = new Map<string | undefined, number[]>();
  if (!settings.groups.primaryGroup) return members;
  for (const [index, key] of users.primary.entries()) {
    if (key === undefined) continue;
    const known = members.get(key);
    if (known) known.push(index);
    else members.set(key, [index]);
  }
  return members;
}

function undecodable({ values }: GroupEntry): UnresolvedValue[] {
  return values.undecodable.map(value => ({
    value,
    attribute: value.split(' ')[0] ?? '',
    reason: 'undecodable',
  }));
}

function unresolvedDn(
  { interners, notUsers, settings }: Collection,
  number: number,
  user: number,
  scopes: readonly string[],
): UnresolvedValue {
  const value = interners.dns.texts[number] ?? '';
  if (user === SEVERAL) return { value, reason: 'ambiguous_user' };
  if (notUsers.has(number)) return { value, reason: 'not_a_user' };
  const key = dnKey(value);
  const isSought = settings.users.outside === 'lookup' && key !== '';
  const inScope = key !== undefined && (isSought || scopes.some(scope => isUnder(key, scope)));
  return { value, reason: inScope ? 'dangling_dn' : 'out_of_scope' };
}
