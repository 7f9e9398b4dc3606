/** What another configuration of a directory would change, compared with the one that is in use. Types only. */
import type { Hold } from '../plan.ts';
import type { DirectorySettings } from '../settings.ts';

/** What decides about groups and members, without the connection, its secrets and the times of runs. */
export type DirectoryRules = Pick<
  DirectorySettings,
  | 'vendor'
  | 'idAttribute'
  | 'sentinels'
  | 'referrals'
  | 'secondOpinion'
  | 'users'
  | 'groups'
  | 'protect'
  | 'guard'
  | 'graceMs'
  | 'onMissingGroup'
  | 'firstRun'
  | 'mappings'
>;

/** How the directory was read: once, twice at the same position of its marker, or twice without proof that it did not change. */
export type ReadWay = 'once' | 'same_position' | 'unproved';

/** Why the guard holds a change: a limit, or the first run of the directory. */
export type HoldReason = Hold['reason'] | 'first_run';

/** What becomes of one directory group. */
export interface GroupResult {
  readonly team: string;
  readonly name: string;
  readonly type: number;
  readonly projects: readonly string[];
  readonly members: number;
  /** Why it has no AccessGroup, or why its AccessGroup is not synced. */
  readonly reason?: string;
}

export interface GroupDifference {
  readonly dn: string;
  /** undefined: it is created, or has no AccessGroup. */
  readonly accessGroupId: number | undefined;
  /** undefined: it has no AccessGroup and no reason to report, or its AccessGroup is deleted. */
  readonly running: GroupResult | undefined;
  readonly proposed: GroupResult | undefined;
  /** Why the guard would hold it. */
  readonly held?: HoldReason;
}

/**
 * What the proposed configuration does to a person in a group that the running one does not do:
 *
 *   added      the person becomes a member
 *   removed    the person is a member and goes
 *   kept       the running configuration would remove the member
 *   not_added  the running configuration would add the person
 */
export type MemberChange = 'added' | 'removed' | 'kept' | 'not_added';

export interface MemberDifference {
  readonly change: MemberChange;
  readonly team: string;
  readonly name: string;
  readonly username: string;
  /** A fact, a kind of doubt, the reason of the group, `member`, or `not_named`. */
  readonly reason: string;
  /** The complete read of the proposed configuration that changes it: the first, or one that shows the same again. */
  readonly read: number;
  /** Why the guard would hold it. */
  readonly held?: HoldReason;
}

export interface Comparison {
  readonly directory: string;
  readonly read: ReadWay;
  readonly groups: readonly GroupDifference[];
  readonly members: readonly MemberDifference[];
  /** The reasons of the guard under the proposed configuration, by read. */
  readonly held: readonly (readonly string[])[];
  /** A read looked incomplete under the proposed configuration, so that nothing is applied without an approval. */
  readonly untrusted: boolean;
  readonly warnings: readonly string[];
}
