/** What the judgement of removals looks things up in; built once for a plan, and only when something would be removed. */
import { dnKey } from '../../dn/dn-key.ts';
import type {
  CurrentState,
  DirectoryUser,
  KnownGroup,
  ManagedGroup,
  Snapshot,
  UserLink,
} from '../../model.ts';
import type { KnownDoubt } from '../../model-doubt.ts';
import type { DirectorySettings } from '../../settings.ts';
import { storable } from '../text.ts';

export interface Lookups {
  readonly snapshot: Snapshot;
  readonly current: CurrentState;
  readonly includeDisabled: boolean;
  readonly nested: boolean;
  /** Keys of the DNs below which groups and people are sought. */
  readonly groupsBase: string;
  readonly usersBase: string;
  readonly linkOf: ReadonlyMap<number, UserLink>;
  /** Ordinals of the entries with a clear identity, for the identities that are linked. */
  readonly ordinalOf: ReadonlyMap<string, number>;
  /** Links whose entry is not where it was: by the key of the DN, and by the username, that they had. */
  readonly formerDns: ReadonlyMap<string, UserLink>;
  readonly formerNames: ReadonlyMap<string, UserLink>;
  /** Keys of values that were unresolved already when the directory was last read whole. */
  readonly unresolvedBefore: ReadonlySet<string>;
  readonly knownGroups: ReadonlyMap<string, KnownGroup>;
  readonly managed: ReadonlyMap<number, ManagedGroup>;
  readonly doubts: ReadonlyMap<string, KnownDoubt>;
  /** Keys of the DNs below which the server refers to others; '' where it does not say. */
  readonly referredTo: readonly string[];
}

/** The key of a known doubt. */
export function doubtKey(accessGroupId: number, userId: number): string {
  return `${accessGroupId}/${userId}`;
}

/** The key that a DN has among the references. */
export function dnReference(dn: string): string {
  return storable(`dn:${dnKey(dn) ?? ''}`);
}

/** The key that a username has among the references. */
export function nameReference(username: string): string {
  return storable(`name:${username.toLowerCase()}`);
}

/** Linear in people, links and groups. */
export function buildLookups(
  snapshot: Snapshot,
  current: CurrentState,
  { users, groups }: Pick<DirectorySettings, 'users' | 'groups'>,
): Lookups {
  const ordinalOf = new Map<string, number>();
  const linked = new Set(current.links.map(link => link.externalId));
  for (const [ordinal, { externalId, idIssue }] of snapshot.users.entries())
    if (externalId !== undefined && idIssue === undefined && linked.has(externalId))
      ordinalOf.set(externalId, ordinal);
  const formerDns = new Map<string, UserLink>();
  const formerNames = new Map<string, UserLink>();
  for (const link of current.links) {
    const entry = entryOf(snapshot, ordinalOf, link);
    if (entry?.dn !== link.dn) formerDns.set(dnReference(link.dn), link);
    if (link.username !== undefined && entry?.username !== link.username)
      formerNames.set(nameReference(link.username), link);
  }
  return {
    snapshot,
    current,
    includeDisabled: users.includeDisabled,
    nested: groups.nested,
    groupsBase: dnKey(groups.baseDn) ?? '',
    usersBase: dnKey(users.baseDn) ?? '',
    linkOf: new Map(current.links.map(link => [link.userId, link])),
    ordinalOf,
    formerDns,
    formerNames,
    unresolvedBefore: new Set(current.references.keys()),
    knownGroups: new Map(current.groups.map(group => [dnReference(group.dn), group])),
    managed: new Map(current.managed.map(group => [group.id, group])),
    doubts: new Map(current.doubts.map(doubt => [doubtKey(doubt.accessGroupId, doubt.userId), doubt])),
    referredTo: snapshot.referredTo.map(place => dnKey(place) ?? ''),
  };
}

function entryOf(
  { users }: Snapshot,
  ordinalOf: ReadonlyMap<string, number>,
  { externalId }: UserLink,
): DirectoryUser | undefined {
  const ordinal = ordinalOf.get(externalId);
  return ordinal === undefined ? undefined : users[ordinal];
}
