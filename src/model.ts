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
  readonly dn: string;
  readonly username: string | undefined;
  /** undefined also where it is not needed, like the full name: then it is not asked for. */
  readonly email: string | undefined;
  readonly fullName: string | undefined;
  /** Disabled or expired in the directory; undefined: the flag could not be read. */
  readonly disabled: boolean | undefined;
}

/** A member value that leads to no directory user. */
export interface UnresolvedValue {
  readonly value: string;
  /** The group's attribute that holds the value; several where more than one could. */
  readonly attribute?: string;
  readonly reason:
    | 'dangling_dn'
    | 'out_of_scope'
    | 'not_a_user'
    | 'ambiguous_user'
    | 'no_directory_user'
    | 'undecodable';
}

/** Could not read is never empty: either all of a group's members are known, or nothing may be removed. */
export type Members =
  /** `users`: ordinals into Snapshot.users, nested groups already flattened. */
  | { readonly kind: 'complete'; readonly users: IdSet; readonly unresolved: readonly UnresolvedValue[] }
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
  readonly counts: ReadCounts;
  readonly warnings: readonly string[];
}

// ── what the database holds ──────────────────────────────────────────────────────────────────────────────────────

export type LinkState = 'linked' | 'conflict' | 'missing' | 'out_of_scope' | 'released';

/** A directory group that we have met before, with its AccessGroup where it has one. */
export interface KnownGroup {
  readonly externalId: ExternalId;
  readonly dn: string;
  readonly cn: string;
  readonly mapping: string;
  readonly state: LinkState;
  readonly reason: string | undefined;
  /** Complete reads in a row that did not find it: 0, 1, or 2 (retired). */
  readonly missedReads: number;
  readonly accessGroupId: number | undefined;
  /** A person has said that the sync leaves its AccessGroup alone for now. */
  readonly frozen: boolean;
  /** A person has rejected what a run would have removed from its AccessGroup. */
  readonly rejected: boolean;
}

export interface AccessGroup {
  readonly id: number;
  readonly teamId: number;
  readonly name: string;
  readonly type: number;
  readonly managed: boolean;
}

/** A managed AccessGroup of this directory. `members`: user ids. */
export interface ManagedGroup extends AccessGroup {
  readonly members: IdSet;
  readonly projects: readonly string[];
}

export interface UserLink {
  readonly externalId: ExternalId;
  readonly userId: number;
  readonly dn: string;
  readonly matchedBy: 'username' | 'email' | 'created';
}

export interface LocalUser {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  /** Is already somebody in this directory, whether or not that entry was read. */
  readonly linked: boolean;
}

export interface UnresolvedMember {
  readonly groupExternalId: ExternalId;
  /** The member value, or the DN of a directory user without a usable local user. */
  readonly member: string;
  /** Whose value it is: of the group, or for a directory user the one that names the local user. */
  readonly attribute?: string | undefined;
  readonly reason: string;
}

export interface Team {
  readonly id: number;
  readonly slug: string;
  readonly projects: readonly string[];
}

/** What the guard measures removals against: the whole directory's, however much of it was read. */
export interface ManagedTotals {
  readonly groups: number;
  readonly memberships: number;
}

/** What decides how a read turns out, besides the directory. undefined: from before it was remembered. */
export interface ReadWith {
  /** `part:hash part:hash` of the configuration. */
  readonly configDigest: string;
  readonly server: string;
  readonly normalisation: string | undefined;
  readonly idAttribute: string | undefined;
}

/** A team that has an owner through nothing but the owner-level groups of CurrentState.managed. */
export interface OwnedTeam {
  readonly teamId: number;
  /** Users who own nothing there, whatever they are in: inactive, or suspended in the team. */
  readonly ineligible: IdSet;
}

export interface CurrentState {
  /** The last complete read whose removals the guard let pass; undefined before the first. */
  readonly lastRead: ReadWith | undefined;
  /** Somebody or something is known by an id of the directory, so another identity attribute would orphan them. */
  readonly linked: boolean;
  readonly totals: ManagedTotals;
  readonly groups: readonly KnownGroup[];
  readonly managed: readonly ManagedGroup[];
  /** Every AccessGroup of the teams in play, manual ones included: names that are taken. */
  readonly named: readonly AccessGroup[];
  readonly teams: readonly Team[];
  readonly links: readonly UserLink[];
  /** Candidates for people without a link yet. */
  readonly users: readonly LocalUser[];
  /** Local users whose name matches `protect`. */
  readonly protectedIds: IdSet;
  readonly unresolved: readonly UnresolvedMember[];
  readonly ownedTeams: readonly OwnedTeam[];
}
