/** The types that the stages exchange: read → snapshot → plan → guard → run. Types only. */

/** A directory's identity of an entry: canonical UUID text, lower case, whatever the vendor calls it. */
export type ExternalId = string;
/** Ascending, without repetition. What it holds (ordinals or user ids) is said where it is used. */
export type IdSet = Int32Array;

// ── what a read found ────────────────────────────────────────────────────────────────────────────────────────────

export interface DirectoryUser {
  /** undefined: the entry carries no identity attribute, or shares it with another entry (`idIssue`). */
  readonly externalId: ExternalId | undefined;
  readonly idIssue?: 'source_id_missing' | 'duplicate_id';
  /** Of `duplicate_id`: the identity that several entries show. */
  readonly sharedId?: ExternalId;
  readonly dn: string;
  readonly username: string | undefined;
  /** undefined also where it is not needed, like the full name: then it is not asked for. */
  readonly email: string | undefined;
  readonly fullName: string | undefined;
  /** Disabled or expired in the directory; undefined: the flag could not be read. */
  readonly disabled: boolean | undefined;
  /** When an account that is open now expires, milliseconds since 1970. Nothing else tells that it did. */
  readonly expiresAt?: number;
  /** Primary groups count as memberships, and the entry does not show its own; false: the server says that it has none. */
  readonly primaryGroupUnread?: boolean;
}

/** Why a member value does not lead to exactly one entry with an identity. */
export type UnresolvedReason =
  | 'dangling_dn'
  | 'out_of_scope'
  | 'not_a_user'
  | 'ambiguous_user'
  | 'no_directory_user'
  | 'second_username'
  | 'not_a_dn'
  | 'elsewhere'
  | 'unreadable'
  | 'undecodable';

/** A member value that leads to no directory user. */
export interface UnresolvedValue {
  readonly value: string;
  /** The group's attribute that holds the value; several where more than one could. */
  readonly attribute?: string;
  readonly reason: UnresolvedReason;
}

/**
 * A member value that does not lead to exactly one person, group or other entry with an identity, so that it may name a
 * person who is not recognised by it. One object for all groups that hold the value.
 */
export interface UnresolvedReference {
  /**
   * The value in one form, the same in every read: `dn:` and the key of the DN, `name:` and the username in lower case, or
   * `raw:` and what else tells it apart.
   */
  readonly key: string;
  /** As the directory spells it. */
  readonly value: string;
  readonly reason: UnresolvedReason;
  /** The server says that no entry is there; false: it did not say so, or an entry is there. */
  readonly absent: boolean;
  /** Ordinals of the people that it may name. Empty: no entry is known that it could be. */
  readonly candidates: readonly number[];
  /** The identity of the entry that is there, where it is no person of the configuration (`not_a_user`). */
  readonly identity?: ExternalId;
}

/** Could not read is never empty: either all of a group's members are known, or nothing may be removed. */
export type Members =
  | {
      readonly kind: 'complete';
      /** Ordinals into Snapshot.users, nested groups already flattened. */
      readonly users: IdSet;
      /** Those of them whom a value names by username. */
      readonly byUsername: IdSet;
      /** Of the group's own values, for reports. */
      readonly unresolved: readonly UnresolvedValue[];
      /** Indexes into Snapshot.references: values of the group and of the nested groups on the way. */
      readonly references: IdSet;
      /** Some members come from their own entries (primary group, memberURL), so that no value of the group names them. */
      readonly fromEntries: boolean;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface DirectoryGroup {
  readonly externalId: ExternalId | undefined;
  readonly idIssue?: 'source_id_missing' | 'duplicate_id';
  readonly dn: string;
  /** The value of the naming attribute; of several, the one in the DN. */
  readonly name: string | undefined;
  /** What the mapping templates mention; keys in lower case. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Index of the first mapping that matches, undefined: in the directory but out of scope. */
  readonly mapping: number | undefined;
  readonly members: Members;
}

export interface ReadCounts {
  readonly queries: number;
  readonly entries: number;
  readonly users: number;
  readonly groups: number;
  readonly memberValues: number;
  readonly references: number;
  /** Of all answers, as they came over the wire. */
  readonly bytes: number;
}

/** Everything one complete read of a directory found. An incomplete read is a DirectoryError, never a Snapshot. */
export interface Snapshot {
  readonly directory: string;
  readonly server: string;
  /** The attribute that every externalId comes from. */
  readonly idAttribute: string;
  /** false: only the groups that were asked for were read, so the absence of any other proves nothing. */
  readonly whole: boolean;
  readonly users: readonly DirectoryUser[];
  readonly groups: readonly DirectoryGroup[];
  /** Moves with every change of the directory; undefined where the server offers none. Read before everything else. */
  readonly marker: string | undefined;
  /**
   * All connections were to one server as one identity, and its marker was the same at the beginning and at the end of
   * each: what was read is one moment. False where there is no marker.
   */
  readonly stable: boolean;
  readonly references: readonly UnresolvedReference[];
  /** Of the people that were asked for by identity (`ReadTargets.people`), those that are there and are no people of the configuration. */
  readonly outside: ReadonlyMap<ExternalId, { readonly dn: string }>;
  /**
   * Of the same, those that are there and of whom the server does not say whether they are people of the configuration: the
   * account may not read what users.filter looks at.
   */
  readonly unclear: ReadonlySet<ExternalId>;
  /**
   * Of the groups that were asked about by identity (`ReadTargets.scope`), those that may belong to another mapping than the
   * one that was assumed, with the reason.
   */
  readonly unclearGroups: ReadonlyMap<ExternalId, string>;
  /**
   * Of the people who were asked about by identity (`ReadTargets.newcomers`), those whose accounts may be disabled: the account
   * of the read may not see the attribute that would say so.
   */
  readonly veiled: ReadonlySet<ExternalId>;
  /** Attributes of disabled accounts that the server shows of no account: as was found for `newcomers`. */
  readonly unshownStates: readonly string[];
  /** Of a read of some groups, the identities of the nested groups that it met. */
  readonly met?: readonly ExternalId[];
  /** DNs below which the server refers to other servers; '' where a reference does not say. */
  readonly referredTo: readonly string[];
  readonly counts: ReadCounts;
  readonly warnings: readonly string[];
}

/** The only groups and people that a read is about, by identity. */
export interface ReadTargets {
  readonly groups: readonly ExternalId[];
  readonly people: readonly ExternalId[];
  /** Groups of which it is only asked whether they certainly belong to that mapping, or to none (undefined). */
  readonly scope?: ReadonlyMap<ExternalId, number | undefined>;
  /** People of whom it is only asked whether it is certain that their accounts are not disabled. */
  readonly newcomers?: readonly ExternalId[];
}
