/** What a plan says: every change, what waits, and why. Types only. */
import type { KnownGroup, ManagedTotals, RecentRemovals, UnresolvedMember, UserLink } from './current.ts';
import type { Fact, MembershipDoubt } from './doubt.ts';
import type { AccessType } from './settings.ts';
import type { ExternalId, IdSet } from './snapshot.ts';

export type ChangeKind =
  | 'create'
  | 'rename'
  | 'update'
  | 'missing'
  | 'retire'
  | 'conflict'
  | 'unknown'
  | 'doubt';

/**
 * One AccessGroup's part of a plan. User ids below zero stand for `plan.newUsers[-id - 1]`, who has no id yet.
 * `missing` (first complete read without it), `conflict`, `unknown` and `doubt` change no member.
 */
export interface GroupChange {
  readonly kind: ChangeKind;
  /** The directory groups behind it; several only where the mapping says `merge`. */
  readonly sources: readonly ExternalId[];
  readonly dn: string;
  readonly mapping: number | undefined;
  readonly accessGroupId: number | undefined;
  readonly team: string;
  readonly name: string;
  readonly previousName?: string;
  readonly type: number;
  /** Set on creation, or because the mapping enforces them; undefined: leave as they are. */
  readonly setType?: AccessType;
  readonly setProjects?: readonly string[];
  readonly desired: IdSet;
  readonly add: IdSet;
  readonly remove: IdSet;
  /** Who should go and stays, among `desired`, because nobody else would own the team (case F66). */
  readonly withheld?: IdSet;
  /** Of `kind: 'doubt'`: members who stay because of it. */
  readonly kept?: IdSet;
  /** Why those of `remove` are out who are out for another reason than `not_member`. */
  readonly facts?: Readonly<Partial<Record<Fact, readonly number[]>>>;
  /** A stable code, for conflict and unknown, and for names that had to be changed (shortened, confusable …). */
  readonly reason?: string;
  readonly explanation?: string;
  /** Of `kind: 'retire'`. */
  readonly deleteGroup?: boolean;
}

/** A directory_group row that is new or differs. */
export interface DirectoryGroupRow extends Omit<KnownGroup, 'accessGroupId' | 'frozen' | 'rejected'> {
  /** It feeds its AccessGroup no more. */
  readonly detached?: true;
}

export interface NewUser {
  readonly externalId: ExternalId;
  readonly dn: string;
  readonly username: string;
  /** As the entry spells it, where that differs. */
  readonly entryUsername?: string | undefined;
  readonly email: string;
  readonly fullName: string;
}

export interface PlanCounts {
  readonly create: number;
  readonly rename: number;
  readonly update: number;
  readonly unchanged: number;
  readonly missing: number;
  readonly retire: number;
  readonly conflict: number;
  readonly unknown: number;
  /** Memberships that stay because it is not known whether they should. */
  readonly doubts: number;
  /** AccessGroups that were left alone because a person froze them. */
  readonly frozen: number;
  readonly outOfScope: number;
  readonly add: number;
  readonly remove: number;
  readonly unresolved: number;
  /** Members of the planned directory groups, `unresolved` included. Left out where there are none, and of older runs. */
  readonly members?: number;
  /** Of `unresolved`, how many by their reason. Left out where there are none, and of runs before it was counted. */
  readonly reasons?: Readonly<Record<string, number>>;
  /** Different people among those who would be added: the application may write to each of them (case D12). */
  readonly people: number;
}

/** The pure difference between what the snapshot says and what the database holds. Sorted by team and name. */
export interface Plan {
  readonly directory: string;
  readonly changes: readonly GroupChange[];
  readonly states: readonly DirectoryGroupRow[];
  /** Directory groups that are gone and never had an AccessGroup: their rows go. */
  readonly forgotten: readonly ExternalId[];
  readonly newTeams: readonly string[];
  readonly newUsers: readonly NewUser[];
  /** New links, and links whose DN moved. */
  readonly links: readonly UserLink[];
  readonly unresolved: {
    readonly appeared: readonly UnresolvedMember[];
    readonly resolved: readonly UnresolvedMember[];
  };
  /** Of the AccessGroups that `judged` lists, all doubts; those of others stay as they were. */
  readonly doubts: readonly MembershipDoubt[];
  readonly judged: readonly number[];
  /** References of a whole read. Of a read of some groups it is only what that contradicts; undefined: nothing. */
  readonly references?: {
    readonly appeared: readonly { readonly key: string; readonly absent: boolean }[];
    readonly resolved: readonly string[];
    /** They proved removals, and are needed no more once nothing of the plan waits. */
    readonly proving: readonly string[];
  };
  readonly warnings: readonly string[];
  readonly counts: PlanCounts;
  /** More groups are not found for the first time than the guard allows, of so many that are managed: they wait. */
  readonly vanished?: { readonly count: number; readonly of: number };
  /** Because of that nothing else is planned either. */
  readonly disbelieved?: boolean;
  /** The whole directory answered with none of these, although we manage memberships: nothing may be removed. */
  readonly empty?: 'groups' | 'users' | 'members';
  readonly managed: ManagedTotals;
  /** Users whose accounts the directory shows as disabled or expired. Left out where there are none. */
  readonly leavers?: IdSet;
}

/** Removals that wait for a person. `change` is an index into plan.changes. */
export interface Hold {
  readonly change: number;
  /**
   * User ids: all that the change removes, or what an approval leaves of them. Empty: only the group's own deletion
   * waits, or of a missing group that it counts as missed.
   */
  readonly removals: IdSet;
  readonly reason:
    | 'empty_directory'
    | 'member_removals'
    | 'group_member_removals'
    | 'group_removals'
    | 'groups_emptied'
    | 'groups_vanished'
    | 'rejected'
    | 'would_be_empty';
}

/**
 * What a person allowed of one AccessGroup: these removals; with `deletes`, that the group itself goes; with `absent`,
 * that its directory group counts as missed.
 */
export interface Approval {
  readonly removals: IdSet;
  readonly deletes: boolean;
  readonly absent: boolean;
}

/** By AccessGroup id. */
export type Approved = ReadonlyMap<number, Approval>;

/** Of a limit's two numbers, both must be exceeded, or either, or anything at all trips it. */
export type Strictness = 'both' | 'either' | 'any';

/** What is not as it was at the last complete read; a sentence each. */
export interface Changed {
  readonly strictness: Strictness;
  readonly reasons: readonly string[];
}

/** What the guard should know besides the plan. All left out: nothing changed, nobody approved anything. */
export interface PlanContext {
  readonly changed?: Changed;
  readonly approved?: Approved;
  /** AccessGroups of which a person rejected removals before: what would be removed from them waits, however little it is. */
  readonly rejected?: ReadonlySet<number>;
  /**
   * By AccessGroup, the removals that a second look confirmed, or `disagreed` where three looks did not agree. Left out:
   * nothing was looked at again, because nothing moved.
   */
  readonly confirmed?: ReadonlyMap<number, IdSet | 'disagreed'>;
  /** This plan is made to confirm another one: what was absent before counts as for the whole read that it confirms. */
  readonly confirming?: boolean;
  /** What earlier runs removed, to be counted together with what this one would. */
  readonly recent?: readonly RecentRemovals[];
  /** It is the first run of its directory, and a person is to see it before anything is applied. */
  readonly unconfirmed?: boolean;
}

export interface Verdict {
  readonly holds: readonly Hold[];
  /** Nothing of the plan may be applied until a person has approved it. */
  readonly unconfirmed?: boolean;
  /** One sentence a limit that tripped, with the numbers and the setting that rules it. */
  readonly reasons: readonly string[];
}
