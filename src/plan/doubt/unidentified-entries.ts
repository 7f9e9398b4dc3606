/** Entries that a group's values name and that show no identity of their own, found by what they have in common with a member. */
import type { UserLink } from '../../model/current.ts';
import type { KnownDoubt } from '../../model/doubt.ts';
import type { IdSet, UnresolvedReference } from '../../model/snapshot.ts';
import { storable } from '../../text/storable.ts';
import { dnReference, type Lookups, nameReference } from './lookups.ts';

/** Ordinals. Disabled accounts are left out: they carry no membership. */
export interface Unidentified {
  /** Of entries that show no identity, by the reference key of their DN, and of their username. */
  readonly byDn: ReadonlyMap<string, number>;
  readonly byName: ReadonlyMap<string, readonly number[]>;
  /** By the identity that several entries show. */
  readonly byShared: ReadonlyMap<string, readonly number[]>;
  /** Without an identity, where no linked person was, and not named by the group before: they may be any missing member's. */
  readonly free: readonly number[];
}

/** More than one is enough to doubt; so many are named. */
const MOST_NAMED = 20;

/** Linear in the people whom the values name. */
export function unidentifiedAmong(users: IdSet, accessGroupId: number, lookups: Lookups): Unidentified {
  const { snapshot, includeDisabled, formerDns, nobodyBefore } = lookups;
  const byDn = new Map<string, number>();
  const byName = new Map<string, number[]>();
  const byShared = new Map<string, number[]>();
  const free: number[] = [];
  const before = nobodyBefore.get(accessGroupId);
  for (const ordinal of users) {
    const person = snapshot.users[ordinal];
    if (person?.idIssue === undefined || (person.disabled === true && !includeDisabled)) continue;
    if (person.idIssue === 'duplicate_id') {
      if (person.sharedId !== undefined) push(byShared, person.sharedId, ordinal);
      continue;
    }
    const key = dnReference(person.dn);
    byDn.set(key, ordinal);
    if (person.username !== undefined) push(byName, nameReference(person.username), ordinal);
    if (!formerDns.has(key) && before?.has(storable(person.dn)) !== true) free.push(ordinal);
  }
  return { byDn, byName, byShared, free: free.slice(0, MOST_NAMED) };
}

/**
 * Ordinals of those that may be the member's: where the member's entry was, called as it was, or with its identity. While the
 * member's is not found, and no other person's was there, also one that the group did not name so before: it may have been
 * renamed, and then hidden.
 */
export function entriesLike(
  { link, ordinal }: { readonly link: UserLink; readonly ordinal: number | undefined },
  { byDn, byName, byShared, free }: Unidentified,
  { formerDns }: Lookups,
  known: KnownDoubt | undefined,
): ReadonlySet<number> {
  const name = link.username === undefined ? undefined : nameReference(link.username);
  const at = (key: string) => {
    const found = byDn.get(key);
    return found === undefined ? [] : [found];
  };
  const found = [
    ...at(dnReference(link.dn)),
    ...((name !== undefined && byName.get(name)) || []),
    ...(byShared.get(link.externalId) ?? []),
  ];
  if (ordinal !== undefined) return new Set(found);
  const earlier = (known?.keys ?? [])
    .filter(key => key.startsWith('entry:'))
    .map(key => key.slice('entry:'.length))
    .filter(key => !formerDns.has(key));
  return new Set([...found, ...earlier.flatMap(at), ...free]);
}

/** Ambiguous values by what their candidates without an identity of their own have: the identity shown, and the DN. */
export function byUnidentified(
  byCandidate: ReadonlyMap<number, readonly UnresolvedReference[]>,
  { snapshot }: Lookups,
): ReadonlyMap<string, readonly UnresolvedReference[]> {
  const found = new Map<string, UnresolvedReference[]>();
  for (const [ordinal, references] of byCandidate) {
    const person = snapshot.users[ordinal];
    if (person?.idIssue === undefined) continue;
    for (const key of [person.sharedId, dnReference(person.dn)])
      if (key !== undefined) for (const reference of references) push(found, key, reference);
  }
  return found;
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
