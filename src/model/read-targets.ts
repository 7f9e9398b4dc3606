/** What a partial read asks a directory for, by identity. Types only. */
import type { ExternalId } from './snapshot.ts';

/** A value of an attribute of a group. */
export interface AttributeValue {
  readonly attribute: string;
  readonly value: string;
}

/** The groups and people that a partial read requests, by identity. */
export interface ReadTargets {
  readonly groups: readonly ExternalId[];
  readonly people: readonly ExternalId[];
  /** Groups of which it is only asked whether they certainly belong to that mapping, or to none (undefined). */
  readonly scope?: ReadonlyMap<ExternalId, number | undefined>;
  /** Values that these groups had and do not show: the server must deny them as well. */
  readonly naming?: ReadonlyMap<ExternalId, readonly AttributeValue[]>;
  /**
   * The people and groups whose absence would be a fact, with where they were in the last read: entries without an identity are
   * searched there.
   */
  readonly lastSeen?: ReadonlyMap<ExternalId, LastSeen>;
  /** People of whom it is only asked whether it is certain that their accounts are not disabled. */
  readonly newcomers?: readonly ExternalId[];
  readonly denials?: readonly Denial[];
}

/** Asks whether it is certain that no value of these groups, also none that the account cannot read, names these members. */
export interface Denial {
  /** DNs: a group and its nested groups. */
  readonly groups: readonly string[];
  readonly members: readonly DeniedMember[];
  /** What the groups had and do not show any more: a hidden value may carry every member. */
  readonly former: FormerCarriers;
  /** DNs that the groups hold, that may have carried members, and by which no search found an entry: one may be there. */
  readonly unfound: readonly string[];
  /** The memberURLs that the groups show. */
  readonly urls: readonly string[];
  /** The identities of the directory groups that are asked for. */
  readonly sources: readonly ExternalId[];
  /** Whether the DNs of the members include those of all groups that have them. */
  readonly complete: boolean;
}

/** Nested groups, memberURLs, and values with a bit string: a filter with the DN alone may not find these. */
export interface FormerCarriers {
  readonly dns: readonly string[];
  readonly urls: readonly string[];
  readonly bitStrings: readonly string[];
}

export interface DeniedMember {
  /** Identifies the membership in the answer. */
  readonly key: string;
  /** The member's own DN, and those of the groups that have the member: their values would make a member as well. */
  readonly dns: readonly string[];
  readonly usernames: readonly string[];
  /** Former usernames that the groups show: the entry of the member may have one that the account cannot read. */
  readonly former: readonly string[];
  /** The DN of the member's entry, if it was read: what a memberURL looks at may be hidden there. */
  readonly entry: string | undefined;
}

/** The DN and the username, or the name of a group, in the last read. */
export interface LastSeen {
  readonly dn: string;
  readonly name: string | undefined;
}
