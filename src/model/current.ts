/** What the database holds about a directory, as far as a plan needs it. Types only. */
import type { KnownDoubt, KnownReference } from './doubt.ts';
import type { ExternalId, IdSet } from './snapshot.ts';

export type LinkState = 'linked' | 'conflict' | 'missing' | 'out_of_scope' | 'released';

/** A directory group that we have met before, with its AccessGroup where it has one. */
export interface KnownGroup {
  readonly externalId: ExternalId;
  readonly dn: string;
  readonly cn: string;
  readonly mapping: string;
  readonly state: LinkState;
  readonly reason: string | undefined;
  /** Complete reads in a row that did not find it: 0, 1 (or more, within `guard.grace`), or 2 (retired). */
  readonly missedReads: number;
  /** Milliseconds since the first of them; left out: none missed it. */
  readonly missingMs?: number;
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
  /** Of the entry, as the last read found it. */
  readonly dn: string;
  /** Of the entry; undefined: it showed none, or has not been read since this is remembered. */
  readonly username: string | undefined;
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

/** What runs removed from one AccessGroup within `guard.window`, of which no person approved anything. */
export interface RecentRemovals {
  readonly accessGroupId: number;
  /** Users who are not members again. */
  readonly users: IdSet;
  /** How many came to it by the same runs and are members still. */
  readonly added: number;
  /** Nobody is left in it, or it is gone itself. */
  readonly emptied: boolean;
  /** Because its directory group was gone. */
  readonly retired: boolean;
}

/** A team that has an owner through nothing but the owner-level groups of CurrentState.managed. */
export interface OwnedTeam {
  readonly teamId: number;
  /** Users who own nothing there, whatever they are in: suspended in the team. */
  readonly ineligible: IdSet;
}

export interface CurrentState {
  /** The last complete read whose removals the guard let pass; undefined before the first. */
  readonly lastRead: ReadWith | undefined;
  /** A person approved the first run, or `firstRun: apply` did, of which anything came. */
  readonly confirmed?: true;
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
  /** By key; those of the whole directory, however much of it was read. */
  readonly references: ReadonlyMap<string, KnownReference>;
  readonly doubts: readonly KnownDoubt[];
  readonly ownedTeams: readonly OwnedTeam[];
  /** Left out where there is nothing. */
  readonly recentRemovals?: readonly RecentRemovals[];
  /** Of the people who are or may get into owner-level groups of these teams, those who own nothing anywhere: inactive. */
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
  /** The groups that were read, if the read was limited to some. Members of other groups are not loaded. */
  readonly groups?: readonly string[];
  /** How far back removals count, in milliseconds. 0 or undefined: no removals count. */
  readonly windowMs?: number;
}

export interface WantedPerson {
  /** undefined: the entry has no identity attribute, so it is linked to no user. */
  readonly externalId: string | undefined;
  readonly username: string | undefined;
  readonly email: string | undefined;
}
