/**
 * Describes member values that do not match exactly one user or group. Each value is described once for all groups that
 * have it. Pure.
 */
import type { UnresolvedReference } from '../../model/snapshot.ts';
import { dnKey, isUnder } from '../../text/dn-key.ts';
import { usernameKey } from '../../text/loose-key.ts';
import type { Undecodable } from '../entry/member-values.ts';
import { type Collection, hasArrived } from '../session/collection.ts';
import type { UsernameOwners } from './username-owners.ts';

export interface Referring {
  readonly collection: Collection;
  readonly owners: UsernameOwners;
  readonly all: UnresolvedReference[];
  /** Indexes into `all`, by number of the DN, by number of the username, and by key. */
  readonly byDn: Map<number, number>;
  readonly byName: Map<number, number>;
  readonly byKey: Map<string, number>;
  /** The bases below which users and groups are read, as keys. */
  readonly scopes: readonly string[];
  /**
   * The server refers to another server for some of the users, so a username without a user may belong to one of those.
   */
  readonly hidesUsers: boolean;
}

export function startReferring(collection: Collection, owners: UsernameOwners): Referring {
  const { settings, referredTo } = collection;
  const scopes = [settings.users.baseDn, settings.groups.baseDn].map(base => dnKey(base) ?? '');
  const [users = ''] = scopes;
  const hidesUsers = [...referredTo.keys()].some(key => isUnder(key, users) || isUnder(users, key));
  const nothing = { all: [], byDn: new Map(), byName: new Map(), byKey: new Map() };
  return { collection, owners, scopes, hidesUsers, ...nothing };
}

/** The index of the description of a DN that does not match one user or a group. */
export function referenceToDn(referring: Referring, number: number): number {
  const known = referring.byDn.get(number);
  if (known !== undefined) return known;
  const index = referring.all.push(dnReference(referring, number)) - 1;
  referring.byDn.set(number, index);
  return index;
}

/** The index of the description of a username that does not match one user. */
export function referenceToName(referring: Referring, number: number): number {
  const known = referring.byName.get(number);
  if (known !== undefined) return known;
  const index = referring.all.push(nameReference(referring, number)) - 1;
  referring.byName.set(number, index);
  return index;
}

/** The index of the description of a value that is not valid text. */
export function undecodable({ all, byKey }: Referring, { value, attribute, digest }: Undecodable): number {
  const key = `raw:${attribute.toLowerCase()}:${digest}`;
  const known = byKey.get(key);
  if (known !== undefined) return known;
  const index = all.push({ key, value, reason: 'undecodable', absent: false, candidates: [] }) - 1;
  byKey.set(key, index);
  return index;
}

const NO_CANDIDATES: readonly number[] = [];

function dnReference({ collection, scopes }: Referring, number: number): UnresolvedReference {
  const { interners, users, groups, doubts, notUsers } = collection;
  const value = interners.dns.texts[number] ?? '';
  const key = dnKey(value);
  const unmatched = { value, candidates: NO_CANDIDATES, absent: false };
  // Text that is not a DN is compared without letter case only, as its number is.
  if (key === undefined) return { ...unmatched, key: `raw:text:${value.toLowerCase()}`, reason: 'not_a_dn' };
  const reference = { ...unmatched, key: `dn:${key}` };
  const candidates = users.ambiguous.get(number);
  if (candidates) return { ...reference, candidates, reason: 'ambiguous_user' };
  // The owner of an entry may add an object class to it, which must not bring others into the group.
  if (hasArrived(users, number) && hasArrived(groups, number))
    return { ...reference, reason: 'user_and_group' };
  const doubt = doubts.get(number);
  if (doubt !== undefined) return { ...reference, reason: doubt };
  if (notUsers.has(number)) {
    const identity = notUsers.get(number);
    return { ...reference, reason: 'not_a_user', ...(identity !== undefined && { identity }) };
  }
  return { ...reference, ...absence(collection, scopes, number, key) };
}

/** The reason for a DN without an entry. */
function absence(
  { settings, traits, notSearched, referredTo }: Collection,
  scopes: readonly string[],
  number: number,
  key: string,
): Pick<UnresolvedReference, 'reason' | 'absent'> {
  // The empty DN is a placeholder in groups that must have a member.
  if (key === '') return { reason: 'out_of_scope', absent: true };
  for (const place of referredTo.keys())
    if (place !== '' && isUnder(key, place)) return { reason: 'elsewhere', absent: false };
  const isInScope = settings.users.outside === 'lookup' || scopes.some(scope => isUnder(key, scope));
  if (!isInScope) return { reason: 'out_of_scope', absent: false };
  // Such a server takes the value away when it deletes the entry (MS-ADTS 3.1.1.5.5), so the entry exists and is hidden.
  if (traits.backLink !== undefined) return { reason: 'unreadable', absent: false };
  return { reason: 'dangling_dn', absent: !notSearched.has(number) && !referredTo.has('') };
}

function nameReference({ collection, owners, hidesUsers }: Referring, number: number): UnresolvedReference {
  const value = collection.interners.usernames.texts[number] ?? '';
  const candidates = [...(owners.others.get(number) ?? NO_CANDIDATES)];
  const reference = { key: `name:${usernameKey(value)}`, value, candidates };
  if (candidates.length === 0) return { ...reference, reason: 'no_directory_user', absent: !hidesUsers };
  const reason = owners.second.has(number) ? 'second_username' : 'ambiguous_user';
  return { ...reference, reason, absent: false };
}
