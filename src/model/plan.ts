/** The plan of a run: its changes, the removals that are held, and the reasons. Types only. */
import type { KnownGroup, ManagedTotals, RecentRemovals, UnresolvedMember, UserLink } from './current.ts';
import type { DoubtKind, Fact, KnownReference, MembershipDoubt } from './doubt.ts';
import type { AccessType } from './settings.ts';
import type { EntryChange, ExternalId, IdSet } from './snapshot.ts';

export type ChangeKind =
  | 'create'
  | 'rename'
  | 'update'
  | 'missing'
  | 'retire'
  | 'conflict'
  | 'unknown'
  | 'doubt';

/** Why a directory group has no AccessGroup, or why its AccessGroup is not exactly as the directory says. */
export type GroupReason =
  | 'name_conflict_manual'
  | 'name_conflict_managed'
  | 'name_conflict_new'
  | 'rename_conflict'
  | 'merged_elsewhere'
  | 'name_shortened'
  | 'name_invalid'
  | 'team_missing'
  | 'team_invalid'
  | 'uuid_changed'
  | 'source_id_missing'
  | 'duplicate_id'
  | 'last_owner'
  | 'members_unknown'
  | 'source_missing'
  | 'scope_unread'
  | 'changed_during_read'
  | 'not_found'
  | 'filtered_out'
  | 'mapping_removed'
  | 'live_linked'
  | 'group_gone';

/**
 * What a plan does to one AccessGroup. A negative user id means `plan.newUsers[-id - 1]`, who has no id yet.
 * Changes of the kinds `missing`, `conflict`, `unknown` and `doubt` change no member.
 */
export interface GroupChange {
  readonly kind: ChangeKind;
  /** The directory groups that feed it; several only if the mapping sets `merge`. */
  readonly sources: readonly ExternalId[];
  readonly dn: string;
  readonly mapping: number | undefined;
  readonly accessGroupId: number | undefined;
  readonly team: string;
  readonly name: string;
  readonly previousName?: string;
  readonly type: number;
  /** Set on creation, or because the mapping enforces them; undefined: unchanged. */
  readonly setType?: AccessType;
  readonly setProjects?: readonly string[];
  readonly desired: IdSet;
  readonly add: IdSet;
  readonly remove: IdSet;
  /** The number of members who only stay and whom `desired` omits. Omitted: none. */
  readonly stayers?: number;
  /**
   * Users whom the directory group no longer names, but who stay in `desired` because the team has no other owner (case F66).
   */
  readonly withheld?: IdSet;
  /** Only if `kind` is `doubt`: the members who stay because of the doubt. */
  readonly kept?: IdSet;
  /** The facts behind `remove`, without the users who are removed because of `not_member`. */
  readonly facts?: Readonly<Partial<Record<Fact, readonly number[]>>>;
  /**
   * A stable code for conflicts, unknown groups, doubts and names that were changed; the catalogue is plan/report/reasons.ts.
   */
  readonly reason?: GroupReason | DoubtKind;
  readonly explanation?: string;
  /** Only if `kind` is `retire`. */
  readonly deleteGroup?: boolean;
}

/** A directory_group row that is new or differs. */
export interface DirectoryGroupRow
  extends Omit<KnownGroup, 'accessGroupId' | 'frozen' | 'rejected' | 'reason'> {
  readonly reason: GroupReason | undefined;
  /** It no longer feeds its AccessGroup. */
  readonly detached?: true;
}

export interface NewUser {
  readonly externalId: ExternalId;
  readonly dn: string;
  readonly username: string;
  /** The username as the entry spells it, if that differs. */
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
  /** Memberships that stay because of a doubt. */
  readonly doubts: number;
  /** AccessGroups that are not changed because an administrator froze them. */
  readonly frozen: number;
  readonly outOfScope: number;
  readonly add: number;
  readonly remove: number;
  readonly unresolved: number;
  /** Members of the planned directory groups, including `unresolved`. Omitted if there are none, and in older runs. */
  readonly members?: number;
  /** `unresolved` by reason. Omitted if there are none, and in older runs. */
  readonly reasons?: Readonly<Record<string, number>>;
  /** Distinct users who would be added: the application may send mail to each of them (case D12). */
  readonly people: number;
}

/** The difference between a snapshot and the database, sorted by team and name. */
export interface Plan {
  readonly directory: string;
  readonly changes: readonly GroupChange[];
  readonly states: readonly DirectoryGroupRow[];
  /** Directory groups that were deleted and never had an AccessGroup: their rows are deleted. */
  readonly forgotten: readonly ExternalId[];
  readonly newTeams: readonly string[];
  readonly newUsers: readonly NewUser[];
  /** New links, and links whose DN or username changed. */
  readonly links: readonly UserLink[];
  /** Links that wait for confirmation, of the people who were read. Omitted if there are none. */
  readonly linkRequests?: readonly UserLink[];
  readonly unresolved: {
    readonly appeared: readonly UnresolvedMember[];
    readonly resolved: readonly UnresolvedMember[];
  };
  /** All doubts of the AccessGroups in `judged`. The doubts of other AccessGroups stay unchanged. */
  readonly doubts: readonly MembershipDoubt[];
  readonly judged: readonly number[];
  /**
   * After a complete read, the changes of the stored references. After a read of some groups, only the references that it
   * contradicts; undefined: none.
   */
  readonly references?: {
    /** New references, and those that changed. */
    readonly appeared: readonly ({ readonly key: string } & Pick<KnownReference, 'absent' | 'groups'>)[];
    readonly resolved: readonly string[];
    /** Keys that proved removals. They are deleted as soon as no removal of the plan is held. */
    readonly proving: readonly string[];
  };
  /** The last changes of groups and nested groups that differ from those on record; undefined: none. */
  readonly entryChanges?: readonly EntryChange[];
  readonly warnings: readonly string[];
  readonly counts: PlanCounts;
  /** Set if more groups are newly missing than the guard allows: `count` of `of` managed groups. They are held. */
  readonly massDisappearance?: { readonly count: number; readonly of: number };
  /** The plan has no other change, because the read is not trusted. */
  readonly readUntrusted?: boolean;
  /** A complete read found none of these although memberships are managed: every removal is held. */
  readonly empty?: 'groups' | 'users' | 'members';
  readonly managed: ManagedTotals;
  /** Users whose accounts are disabled or expired in the directory. Omitted if there are none. */
  readonly leavers?: IdSet;
}

/** Removals that wait for approval. `change` is an index into plan.changes. */
export interface Hold {
  readonly change: number;
  /**
   * Ids of the users whose removal is held, without those already approved. Empty: only the deletion of the group is held,
   * or that a missing group counts as missed.
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
 * What an administrator approved for one AccessGroup: these removals; with `deletes`, the deletion of the group; with
 * `absent`, that its directory group counts as missed.
 */
export interface Approval {
  readonly removals: IdSet;
  readonly deletes: boolean;
  readonly absent: boolean;
}

/** By AccessGroup id. */
export type Approved = ReadonlyMap<number, Approval>;

/** When a limit trips: both of its numbers are exceeded, either number is exceeded, or there is any removal. */
export type Strictness = 'both' | 'either' | 'any';

/** The conditions that changed since the last complete read, one sentence each. */
export interface Changed {
  readonly strictness: Strictness;
  readonly reasons: readonly string[];
}

/** The input of the guard in addition to the plan. All omitted: no condition changed and no approval exists. */
export interface PlanContext {
  readonly changed?: Changed;
  readonly approved?: Approved;
  /** AccessGroups for which an administrator rejected removals: any further removal from them is held. */
  readonly rejected?: ReadonlySet<number>;
  /**
   * By AccessGroup, the removals that a second look confirmed, or `disagreed` if three reads did not agree. Omitted: there
   * was no second look, because the directory did not change during the read.
   */
  readonly confirmed?: ReadonlyMap<number, IdSet | 'disagreed'>;
  /** This plan confirms another plan: earlier absences count as they do for the complete read that it confirms. */
  readonly confirming?: boolean;
  /** Removals of earlier runs, which count together with the removals of this run. */
  readonly recent?: readonly RecentRemovals[];
  /** The read came from another server than the last complete read, and may be older: a removal waits for the next one. */
  readonly otherServer?: boolean;
  /** This is the first run of the directory, and it needs approval before any change is applied. */
  readonly unconfirmed?: boolean;
}

export interface Verdict {
  readonly holds: readonly Hold[];
  /** No change of the plan may be applied until an administrator approves it. */
  readonly unconfirmed?: boolean;
  /** Conditions changed, and the read found absences that count with the next read: these conditions stay changed until then. */
  readonly waits?: boolean;
  /** One sentence for each limit that tripped, with the numbers and the setting. */
  readonly reasons: readonly string[];
}
