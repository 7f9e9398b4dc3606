/** Entries that the values of a group name and that show no unique identity, and the members whom they may be. */
import type { UserLink } from '../../model/current.ts';
import type { KnownDoubt } from '../../model/doubt.ts';
import type { IdSet } from '../../model/snapshot.ts';
import { each, type Steps } from '../../steps/steps.ts';
import { storable } from '../../text/storable.ts';
import { dnReference, type Lookups, nameReference } from './lookups.ts';

/** Ordinals of such entries. Disabled accounts are not included, because they cause no membership. */
export interface Unidentified {
  /** Entries without an identity, by the reference keys of their DN and username. */
  readonly byDn: ReadonlyMap<string, number>;
  readonly byName: ReadonlyMap<string, readonly number[]>;
  /** By the identity that several entries show. */
  readonly byShared: ReadonlyMap<string, readonly number[]>;
  /**
   * Entries without an identity that the group did not name as such before, except at the last DN of a member who is not found:
   * they may belong to any missing member.
   */
  readonly free: readonly number[];
}

/** One entry is enough for a doubt. At most this many are listed. */
const MAX_NAMED = 20;

/** Finds such entries among the people whom the values name. Linear in their number. */
export function* unidentifiedAmong(
  users: IdSet,
  { accessGroupId, present }: { readonly accessGroupId: number; readonly present: ReadonlySet<number> },
  lookups: Lookups,
): Steps<Unidentified> {
  const { snapshot, includeDisabled, formerDns, ordinalOf, unidentifiedBefore } = lookups;
  const isMissingAt = (key: string) => {
    const owner = formerDns.get(key);
    return owner !== undefined && present.has(owner.userId) && !ordinalOf.has(owner.externalId);
  };
  const byDn = new Map<string, number>();
  const byName = new Map<string, number[]>();
  const byShared = new Map<string, number[]>();
  const free: number[] = [];
  const before = unidentifiedBefore.get(accessGroupId);
  yield* each(users, ordinal => {
    const person = snapshot.users[ordinal];
    if (person?.idIssue === undefined || (person.disabled === true && !includeDisabled)) return;
    if (person.idIssue === 'duplicate_id') {
      if (person.sharedId !== undefined) push(byShared, person.sharedId, ordinal);
      return;
    }
    const key = dnReference(person.dn);
    byDn.set(key, ordinal);
    if (person.username !== undefined) push(byName, nameReference(person.username), ordinal);
    if (!isMissingAt(key) && before?.has(storable(person.dn)) !== true) free.push(ordinal);
  });
  return { byDn, byName, byShared, free: free.slice(0, MAX_NAMED) };
}

/**
 * Returns the entries that may belong to the member: those with the member's last DN, last username or identity. If the
 * member's entry was not found, these include entries that are new in the group: the entry may have been renamed before its
 * identity was hidden.
 */
export function entriesLike(
  { link, ordinal }: { readonly link: UserLink; readonly ordinal: number | undefined },
  { byDn, byName, byShared, free }: Unidentified,
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
    .map(key => key.slice('entry:'.length));
  return new Set([...found, ...earlier.flatMap(at), ...free]);
}

function push(lists: Map<string, number[]>, key: string, ordinal: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [ordinal]);
  else if (list.length < MAX_NAMED) list.push(ordinal);
}
