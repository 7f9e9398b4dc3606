/** The requests of a partial read, by identity. Types only. */
import type { ExternalId } from './snapshot.ts';
import type { StoredPeople } from './watch.ts';

/** A value of an attribute of a group. */
export interface AttributeValue {
  readonly attribute: string;
  readonly value: string;
}

/** The groups and people that a partial read requests, by identity. */
export interface ReadTargets {
  readonly groups: readonly ExternalId[];
  readonly people: readonly ExternalId[];
  /** Groups to check only for that mapping, or for none (undefined). */
  readonly scope?: ReadonlyMap<ExternalId, number | undefined>;
  /** Values that these groups had and do not show: the server must deny them as well. */
  readonly naming?: ReadonlyMap<ExternalId, readonly AttributeValue[]>;
  /**
   * The people and groups whose absence would be a fact, with their last DN and name: entries without an identity are
   * searched there.
   */
  readonly lastSeen?: ReadonlyMap<ExternalId, LastSeen>;
  /** People to check only for a disabled account. */
  readonly newcomers?: readonly ExternalId[];
  readonly denials?: readonly Denial[];
}

/** Checks that no value of these groups names these members, including values that the account cannot read. */
export interface Denial {
  /** DNs: a group and its nested groups. */
  readonly groups: readonly string[];
  readonly members: readonly DeniedMember[];
  /** Former values that the groups no longer show: a hidden one may cause every membership. */
  readonly former: FormerCauses;
  /** DNs of the groups that may have caused memberships and match no found entry: an entry may exist there. */
  readonly unfound: readonly string[];
  /** The memberURLs that the groups show. */
  readonly urls: readonly string[];
  /** The numbers by which accounts name the groups as their primary group. */
  readonly numbers: readonly string[];
  /** The identities of the requested directory groups. */
  readonly sources: readonly ExternalId[];
  /** Whether the DNs of the members include those of all groups that have them. */
  readonly complete: boolean;
}

/** Nested groups, memberURLs, and values with a bit string: a filter with the DN alone may not find these. */
export interface FormerCauses {
  readonly dns: readonly string[];
  readonly urls: readonly string[];
  readonly bitStrings: readonly string[];
}

export interface DeniedMember {
  /** Identifies the membership in the answer. */
  readonly key: string;
  readonly id: ExternalId;
  /** The member's own DN, and those of the groups that have the member: their values would make a member as well. */
  readonly dns: readonly string[];
  readonly usernames: readonly string[];
  /** Former usernames that the groups show: the entry of the member may have one that the account cannot read. */
  readonly former: readonly string[];
  /** The DN of the member's entry, if it was read: it may hide an attribute of a memberURL filter, or its primary group. */
  readonly entry: string | undefined;
  /** Only if it was not read: DNs of entries without a unique identity that may be the member's. Omitted: none. */
  readonly lookalikes?: readonly string[];
}

/** The DN and the username, or the name of a group, in the last read. */
export interface LastSeen {
  readonly dn: string;
  readonly name: string | undefined;
}

/** How to read only the mapped groups, the groups that the database knows, and what these refer to. */
export interface MappedEntries {
  /** If the groups refer to more entries than this, a read of the whole directory costs less. */
  readonly limit: number;
  /** Returns the groups that are linked to an AccessGroup. */
  readonly known: () => Promise<readonly ExternalId[]>;
  /** Returns the stored DNs and usernames of these people. People without a link to a local user are left out. */
  readonly linked: (people: readonly ExternalId[]) => Promise<StoredPeople>;
}
