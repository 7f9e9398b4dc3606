/** The current state: what the database holds about a directory and a plan needs. Types only. */
import type { KnownDoubt, KnownReference } from './doubt.ts';
import type { ExternalId, IdSet, UnresolvedReason } from './snapshot.ts';

export type LinkState = 'linked' | 'conflict' | 'missing' | 'out_of_scope' | 'released';

/** A directory group that an earlier run stored, with its AccessGroup if it has one. */
export interface KnownGroup {
  readonly externalId: ExternalId;
  readonly dn: string;
  readonly cn: string;
  readonly mapping: string;
  readonly state: LinkState;
  readonly reason: string | undefined;
  /** Complete reads in a row that did not find it: 0, 1 (or more, within `guard.grace`), or 2 (retired). */
  readonly missedReads: number;
  /** Milliseconds since the first of these reads; omitted: no read missed it. */
  readonly missingMs?: number;
  readonly accessGroupId: number | undefined;
  /** An administrator froze its AccessGroup. */
  readonly frozen: boolean;
  /** An administrator rejected removals from its AccessGroup. */
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
  /** The number of members who only stay and are not loaded. Omitted: none. */
  readonly stayers?: number;
  readonly projects: readonly string[];
}

export interface UserLink {
  readonly externalId: ExternalId;
  readonly userId: number;
  /** The DN of the entry in the last read. */
  readonly dn: string;
  /** The username of the entry; undefined: the entry showed none, or was last read by a version that did not store it. */
  readonly username: string | undefined;
  readonly matchedBy: 'username' | 'email' | 'created';
}

/** An entry and a local user. */
export type LinkPair = Pick<UserLink, 'externalId' | 'userId'>;

export interface LocalUser {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  /** The user is already linked to an entry of this directory, even if that entry was not read. */
  readonly linked: boolean;
}

/** Why a member value, or the directory user that it names, has no local user. */
export type MemberReason =
  | UnresolvedReason
  | 'no_local_user'
  | 'username_missing'
  | 'username_too_long'
  | 'username_invalid'
  | 'username_taken'
  | 'email_invalid'
  | 'email_too_long'
  | 'full_name_invalid'
  | 'full_name_too_long'
  | 'whole_read_needed'
  | 'source_id_missing'
  | 'duplicate_id'
  | 'account_unread'
  | 'link_unconfirmed'
  | 'link_refused';

export interface UnresolvedMember {
  readonly groupExternalId: ExternalId;
  /** The member value, or the DN of a directory user without a usable local user. */
  readonly member: string;
  /** The attribute of the group that holds the value, or the attribute of the directory user that names the local user. */
  readonly attribute?: string | undefined;
  readonly reason: string;
}

export interface Team {
  readonly id: number;
  readonly slug: string;
  readonly projects: readonly string[];
}

/** The totals of the whole directory, even if only some groups were read. The guard measures removals against them. */
export interface ManagedTotals {
  readonly groups: number;
  readonly memberships: number;
}

/** The conditions of a read that can change its result. undefined: recorded by a version that did not store the value. */
export interface ReadWith {
  /** `part:hash part:hash` of the configuration. */
  readonly configDigest: string;
  readonly server: string;
  readonly normalisation: string | undefined;
  readonly idAttribute: string | undefined;
}

/** The removals from one AccessGroup within `guard.window` that no administrator approved. */
export interface RecentRemovals {
  readonly accessGroupId: number;
  /** Users who have not become members again. */
  readonly users: IdSet;
  /** Number of users whom the same runs added and who are still members. */
  readonly added: number;
  /** The AccessGroup has no members, or was deleted. */
  readonly emptied: boolean;
  /** The removals happened because its directory group was missing. */
  readonly retired: boolean;
}

/** A team whose only owners are members of the owner-level groups in CurrentState.managed. */
export interface OwnedTeam {
  readonly teamId: number;
  /** Users who are suspended in the team and therefore never count as owners of it. */
  readonly ineligible: IdSet;
}

export interface CurrentState {
  /** The last complete read whose removals the guard let pass; undefined before the first. */
  readonly lastRead: ReadWith | undefined;
  /** An administrator approved the first run, or it was applied under `firstRun: apply`, and it changed something. */
  readonly confirmed?: true;
  /** The database has links to identities of this directory, which another identity attribute would break. */
  readonly linked: boolean;
  readonly totals: ManagedTotals;
  readonly groups: readonly KnownGroup[];
  readonly managed: readonly ManagedGroup[];
  /** Every AccessGroup of the teams concerned, including manual ones: the names that are taken. */
  readonly named: readonly AccessGroup[];
  readonly teams: readonly Team[];
  readonly links: readonly UserLink[];
  /** Links that an operator refused. Omitted if there are none. */
  readonly refusedLinks?: readonly LinkPair[];
  /** Local users who may match directory users without a link. */
  readonly users: readonly LocalUser[];
  /** Local users whose name matches `protect`. */
  readonly protectedIds: IdSet;
  readonly unresolved: readonly UnresolvedMember[];
  /** By key. Those of the whole directory; if only some groups were read, causes of memberships only of these groups. */
  readonly references: ReadonlyMap<string, KnownReference>;
  readonly doubts: readonly KnownDoubt[];
  /** When the groups and their nested groups had last changed, as earlier reads found it. */
  readonly changes?: ReadonlyMap<ExternalId, string>;
  readonly ownedTeams: readonly OwnedTeam[];
  /** Omitted if there are none. */
  readonly recentRemovals?: readonly RecentRemovals[];
  /** Inactive users among the current and future members of owner-level groups of these teams. They never count as owners. */
  readonly inactive?: IdSet;
}

/** What has to be looked up in the database before a snapshot can be planned. */
export interface Wanted {
  /** Slugs of the teams that groups are mapped to. */
  readonly teams: readonly string[];
  /** Globs that match usernames. */
  readonly protect: readonly string[];
  /** Every person in a mapped group. */
  readonly people: readonly WantedPerson[];
  /**
   * The groups that were read, if the read was limited to some, and the names that they ask for. Other groups are not loaded,
   * unless they feed the same AccessGroup or have one of these names.
   */
  readonly groups?: readonly string[];
  readonly names?: readonly string[];
  /** Of the members of these groups, only these local users are loaded: the others only stay. Omitted: all. */
  readonly movers?: readonly number[];
  /** Groups that such a read found only as nested groups: their members are not loaded. */
  readonly nested?: readonly string[];
  /** Further local users whose links are loaded: members of a manual AccessGroup that is planned as a managed one. */
  readonly members?: IdSet;
  /** The totals, if they were counted recently. */
  readonly totals?: ManagedTotals | undefined;
  /** How far back removals count, in milliseconds. 0 or undefined: no removals count. */
  readonly windowMs?: number;
}

export interface WantedPerson {
  /** undefined: the entry has no identity attribute, so it is linked to no user. */
  readonly externalId: string | undefined;
  readonly username: string | undefined;
  readonly email: string | undefined;
}
