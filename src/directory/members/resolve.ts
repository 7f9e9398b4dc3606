/** Resolves member values to users, nested groups and unresolved values. Pure. */
import type { UnresolvedReference, UnresolvedValue } from '../../model/snapshot.ts';
import { each, SLICE, type Steps } from '../../steps/steps.ts';
import type { GroupEntry } from '../entry/group-entry.ts';
import { isUsernames } from '../entry/member-values.ts';
import { type Collection, type EntryTable, NO_ENTRY } from '../session/collection.ts';
import type { Nested } from './flatten.ts';
import {
  type Referring,
  referenceToDn,
  referenceToName,
  startReferring,
  undecodable,
} from './unresolved-values.ts';
import { type UsernameOwners, usernameOwners } from './username-owners.ts';

export interface Resolved extends Nested {
  readonly unresolved: readonly UnresolvedValue[];
}

/** By number of an interner: an index, NO_ENTRY or SEVERAL. */
type Lookup = Int32Array;
const SEVERAL = -2;
const NO_NUMBERS = new Int32Array(0);

interface Lookups {
  readonly userByDn: Lookup;
  readonly groupByDn: Lookup;
  readonly owners: UsernameOwners;
  /** The unresolved values of all groups. */
  readonly referring: Referring;
}

/** The result for one kind of value. */
interface Found {
  readonly users: Int32Array;
  readonly groups: Int32Array;
  readonly references: readonly number[];
  readonly unknown: string | undefined;
}

/** The direct members of every group, in the order of the groups, and the unresolved values, each once. */
export function* resolveGroups(collection: Collection): Steps<{
  resolved: Resolved[];
  references: readonly UnresolvedReference[];
}> {
  const { settings, users, groups } = collection;
  const owners = yield* usernameOwners(collection);
  const referring = startReferring(collection, owners);
  const lookups: Lookups = {
    userByDn: lookupByDn(collection, users),
    groupByDn: lookupByDn(collection, groups),
    owners,
    referring,
  };
  yield;
  const primary = yield* primaryMembers(collection);
  const resolved: Resolved[] = [];
  for (const [index, group] of groups.entries.entries()) {
    const key = settings.groups.primaryGroup ? groups.primary[index] : undefined;
    const byDn = yield* resolveDns(group, collection, lookups);
    const byName = yield* resolveNames(group, lookups);
    const users = [...(primary.get(key) ?? []), ...byName.users];
    resolved.push({
      users: users.length === 0 ? byDn.users : Int32Array.from([...byDn.users, ...users]),
      byUsername: byName.users.length === 0 ? NO_NUMBERS : Int32Array.from(byName.users),
      groups: settings.groups.nested ? byDn.groups : NO_NUMBERS,
      ...unresolved(group, referring, byDn.references, byName.references),
      fromEntries: key !== undefined || group.values.attributes.includes('memberURL'),
      unknown: byDn.unknown,
    });
    yield;
  }
  return { resolved, references: referring.all };
}

function unresolved(
  group: GroupEntry,
  referring: Referring,
  dns: readonly number[],
  names: readonly number[],
): Pick<Resolved, 'references' | 'unresolved'> {
  const raw = group.values.undecodable.map(value => undecodable(referring, value));
  const count = raw.length + dns.length + names.length;
  if (count === 0) return { references: NO_NUMBERS, unresolved: [] };
  const unresolvedOf = (numbers: readonly number[], attribute: string) =>
    numbers.flatMap(number => {
      const { value, reason } = referring.all[number] ?? {};
      return value === undefined || reason === undefined ? [] : [{ value, attribute, reason }];
    });
  return {
    references: Int32Array.from([...raw, ...dns, ...names]),
    unresolved: [
      ...group.values.undecodable.map(({ value, attribute }) => ({
        value,
        attribute,
        reason: 'undecodable' as const,
      })),
      ...unresolvedOf(
        dns,
        attributesOf(group, name => !isUsernames(name)),
      ),
      ...unresolvedOf(names, attributesOf(group, isUsernames)),
    ],
  };
}

/**
 * The attributes that a value may have come from. DNs are stored without their attribute, which matters only if a group
 * uses several.
 */
function attributesOf({ values }: GroupEntry, holds: (attribute: string) => boolean): string {
  return values.attributes.filter(holds).join(', ');
}

function* resolveDns({ values }: GroupEntry, collection: Collection, lookups: Lookups): Steps<Found> {
  const users = new Int32Array(values.dns.length);
  let count = 0;
  const groups: number[] = [];
  const references: number[] = [];
  let unknown = values.unknown;
  for (const [at, number] of values.dns.entries()) {
    if (at % SLICE === SLICE - 1) yield;
    const user = lookups.userByDn[number] ?? NO_ENTRY;
    const group = lookups.groupByDn[number] ?? NO_ENTRY;
    if (user >= 0) users[count++] = user;
    if (group >= 0 && user < 0) groups.push(group);
    if (group === SEVERAL) unknown ??= `several groups have the DN ${collection.interners.dns.texts[number]}`;
    const isBoth = user >= 0 && group >= 0 && collection.settings.groups.nested;
    if (!isBoth && (user >= 0 || (group >= 0 && user === NO_ENTRY))) continue;
    unknown ??= collection.unreadGroups.get(number);
    references.push(referenceToDn(lookups.referring, number));
  }
  return { users: users.subarray(0, count), groups: Int32Array.from(groups), references, unknown };
}

function* resolveNames({ values }: GroupEntry, { owners, referring }: Lookups) {
  const users: number[] = [];
  const references: number[] = [];
  yield* each(values.usernames, number => {
    const user = owners.sole[number] ?? NO_ENTRY;
    if (user >= 0) users.push(user);
    else references.push(referenceToName(referring, number));
  });
  return { users, references };
}

function lookupByDn<T>(
  { interners }: Collection,
  { byDn, ambiguous }: Pick<EntryTable<T>, 'byDn' | 'ambiguous'>,
): Lookup {
  const lookup = new Int32Array(interners.dns.texts.length).fill(NO_ENTRY);
  lookup.set(byDn);
  for (const number of ambiguous.keys()) lookup[number] = SEVERAL;
  return lookup;
}

/** The users by the key of their primary group. */
function* primaryMembers({ users, settings }: Collection): Steps<Map<string | undefined, number[]>> {
  const members = new Map<string | undefined, number[]>();
  if (!settings.groups.primaryGroup) return members;
  yield* each(users.primary, (key, index) => {
    if (key === undefined) return;
    const known = members.get(key);
    if (known) known.push(index);
    else members.set(key, [index]);
  });
  return members;
}
