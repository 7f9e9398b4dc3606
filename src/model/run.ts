/** Runs, as they are recorded and shown to users. Types only. */
import type { ChangeKind, GroupChange, NewUser, Plan, PlanCounts, Verdict } from './plan.ts';
import type { GroupOutcome, RunStatus } from './run-status.ts';
import type { ReadCounts, Snapshot } from './snapshot.ts';

/** `change`: the directory reported a change. */
export type RunTrigger = 'schedule' | 'manual' | 'change';
export type RunMode = 'apply' | 'plan';

/** The result of planning: a dry run shows it, a run saves it. */
export interface Planned {
  readonly snapshot: Snapshot;
  readonly plan: Plan;
  readonly verdict: Verdict;
  /** How many people the mapped groups have. */
  readonly referenced?: number;
  /** What a run without `shadow` would do to the groups in shadow. Omitted: no mapping is in shadow, or some groups were read. */
  readonly shadow?: ShadowDrift;
}

/** A change of a group in shadow, which no run makes. */
export interface ShadowChange extends GroupChange {
  /** The mapping in shadow, as `team/name`. */
  readonly label: string;
  /** Number of removals that the guard would hold. */
  readonly held: number;
}

/** What waits behind `shadow`. A negative user id in a change means `newUsers[-id - 1]`. */
export interface ShadowDrift {
  readonly changes: readonly ShadowChange[];
  readonly newUsers: readonly NewUser[];
}

/** The numbers of a drift. `groups`: AccessGroups that would be created, renamed, changed or retired. */
export interface ShadowCounts {
  readonly groups: number;
  readonly add: number;
  readonly remove: number;
  readonly held: number;
}

/** Numbers of a run, shown during the run and stored afterwards. Each stage adds its own. */
export interface RunCounts {
  readonly read?: ReadCounts;
  readonly plan?: PlanCounts;
  readonly tasks?: { readonly total: number; readonly done: number };
  readonly applied?: {
    readonly groups: number;
    readonly added: number;
    readonly removed: number;
    readonly failed: number;
  };
  readonly held?: {
    readonly groups: number;
    readonly removals: number;
    readonly reasons: readonly string[];
    /** The same as sorted stable codes: reasons of Hold, and `first_run`. They contain no names. */
    readonly codes?: readonly string[];
    /** The digest of these removals. An approval with it applies exactly to them. */
    readonly digest?: string;
    /** The older run that holds the same and waits for the decision. Omitted: this run waits itself. */
    readonly run?: number;
  };
  /** What the run would do to the groups in shadow without `shadow`. Omitted: no mapping is in shadow. */
  readonly shadow?: ShadowCounts;
  /** The removals of an older run that wait for a decision, and that this run found again. */
  readonly waiting?: number;
  /** New users whom the application's table refused. They are not members. */
  readonly refused?: RefusedUsers;
  /** The change marker had not changed, so the directory was not read. */
  readonly unchanged?: boolean;
}

export interface RefusedUsers {
  readonly users: number;
  /** The name of one of them with the reason of the database. */
  readonly first: string;
}

/** The decision about a held run: the actor, the reason and the time. */
export interface Decision {
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
}

/** A request to decide about a held run: the actor, the reason and the removals. */
export interface DecisionRequest {
  readonly by: string;
  readonly reason: string;
  /** `counts.held.digest` of the run as it was shown. */
  readonly digest?: string | undefined;
  /** Ids of the AccessGroups to decide about; omitted: all held ones of the run. */
  readonly groups?: readonly number[] | undefined;
}

export interface Run {
  readonly id: number;
  readonly directory: string;
  readonly trigger: RunTrigger;
  readonly requestedBy: string | undefined;
  readonly mode: RunMode;
  /** The DN or name of the group, if only one group is resynced. */
  readonly group: string | undefined;
  /** The username or DN of the person, if only one person is resynced. */
  readonly user?: string;
  readonly status: RunStatus;
  readonly counts: RunCounts;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
  /** The held run whose removals were approved: this run applies those that are still valid. */
  readonly approves: number | undefined;
  /** Ids of the approved AccessGroups of that run; omitted: all of them. */
  readonly approvedGroups?: readonly number[];
  /** The run whose member changes this run reverts, and the reason. */
  readonly reverts?: number;
  readonly revertReason?: string;
  /** The decision about the held removals of this run. */
  readonly decision: Decision | undefined;
  readonly queuedAt: Date;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
}

/** The progress of a run at one point in time, by the clock of the database. */
export interface Progress {
  readonly run: Run;
  readonly at: Date;
  readonly stage: Stage;
  /** Per second: entries while reading, groups while applying. */
  readonly rate: number | undefined;
  /** Until the end of this stage. */
  readonly estimateSeconds: number | undefined;
}

/** A watcher of a run. `end` is called when the run has ended or was deleted. */
export interface Watcher {
  next(progress: Progress): void;
  end(): void;
}

export type Stage = 'waiting' | 'reading' | 'planning' | 'applying' | 'over';

/** One line of `rollcall check`, or of the readiness endpoint. */
export interface Finding {
  readonly subject: string;
  readonly level: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** The remedy. */
  readonly fix?: string | undefined;
  /** A shell command for the same check, without the secret. */
  readonly command?: string;
}

/** The outcome of one AccessGroup in one run, as it was recorded. */
export interface RunGroup {
  readonly kind: ChangeKind;
  /** undefined: the group was not created. */
  readonly accessGroupId: number | undefined;
  /** The DN of the directory group; of merged groups, the first. */
  readonly dn?: string;
  readonly team: string;
  readonly name: string;
  readonly previousName: string | undefined;
  readonly outcome: GroupOutcome;
  readonly add: number;
  readonly remove: number;
  readonly added: number;
  readonly removed: number;
  readonly held: number;
  /** Number of members who stay because of a doubt. */
  readonly kept: number;
  readonly reason: string | undefined;
  readonly error: string | undefined;
}
