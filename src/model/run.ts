/** Runs as they are recorded and shown to people and monitors. Types only. */
import type { LinkState } from './current.ts';
import type { DoubtCounts, ListedDoubt } from './doubt.ts';
import type { Abandoned } from './ownership.ts';
import type { ChangeKind, Plan, PlanCounts, Verdict } from './plan.ts';
import type { RunStatus } from './run-status.ts';
import type { ReadCounts, Snapshot } from './snapshot.ts';

// ── one pass ─────────────────────────────────────────────────────────────────────────────────────────────────────

export type RunTrigger = 'schedule' | 'manual';
export type RunMode = 'apply' | 'plan';

/** What a dry run finds, and what a run saves. */
export interface Planned {
  readonly snapshot: Snapshot;
  readonly plan: Plan;
  readonly verdict: Verdict;
}

/** Numbers of a run, shown while it goes on and kept afterwards. All optional: a stage adds its own. */
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
    /** The same as stable codes, sorted: reasons of Hold, and `first_run`. They name nobody and nothing. */
    readonly codes?: readonly string[];
    /** Names exactly these removals; an approval says it, so that it is bound to what was looked at. */
    readonly digest?: string;
  };
  /** The change marker had not moved, so nothing was read. */
  readonly unchanged?: boolean;
}

/** Who approved or rejected a held run, and why. */
export interface Decision {
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
}

/** A person's wish to decide: who, why, and about which removals. */
export interface DecisionRequest {
  readonly by: string;
  readonly reason: string;
  /** `counts.held.digest` of the run as it was looked at. */
  readonly digest?: string | undefined;
  /** Ids of the AccessGroups that are decided about; left out: all that the run holds. */
  readonly groups?: readonly number[] | undefined;
}

export interface Run {
  readonly id: number;
  readonly directory: string;
  readonly trigger: RunTrigger;
  readonly requestedBy: string | undefined;
  readonly mode: RunMode;
  /** A group's DN or name, where only one group is to be resynced. */
  readonly group: string | undefined;
  readonly status: RunStatus;
  readonly counts: RunCounts;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
  /** The held run whose removals a person allowed: this run applies those that are still true. */
  readonly approves: number | undefined;
  /** Ids of the AccessGroups of that run that were approved; left out: all of them. */
  readonly approvedGroups?: readonly number[];
  /** The run whose changes of members this one takes back, and why. */
  readonly reverts?: number;
  readonly revertReason?: string;
  /** What a person said about the removals that this run holds. */
  readonly decision: Decision | undefined;
  readonly queuedAt: Date;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
}

/** How far a run was at one moment, by the clock of the database. */
export interface Progress {
  readonly run: Run;
  readonly at: Date;
  readonly stage: Stage;
  /** A second: entries while reading, groups while applying. */
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

// ── what people and monitors are shown ───────────────────────────────────────────────────────────────────────────

/** What is wrong with one entry of a directory, in full: only for those who may see people and DNs. */
export interface EntryProblem {
  /** Name of the directory group, and its DN. */
  readonly group: string;
  readonly dn: string;
  /** The value of the group, or the DN of the person, that leads to no local user; undefined: it concerns the group itself. */
  readonly member: string | undefined;
  readonly attribute: string | undefined;
  /** A stable code. */
  readonly reason: string;
  readonly message: string | undefined;
}

export interface DirectoryStatus {
  readonly name: string;
  readonly lastRun: Run | undefined;
  readonly lastSuccessAt: Date | undefined;
  readonly nextRunAt: Date | undefined;
  readonly consecutiveFailures: number;
  readonly groups: Readonly<Record<LinkState, number>>;
  /** Of these, those whose AccessGroup a person froze. */
  readonly frozen: number;
  readonly memberships: number;
  readonly unresolved: number;
  /** Groups that the last read of the whole directory could not read whole: they stay as they are. */
  readonly unreadable: number;
  /** Unreadable groups, then those in conflict or with an error, then unresolved members: all counted, the first ten in full. */
  readonly problems: { readonly total: number; readonly first: readonly EntryProblem[] };
  /** Members in doubt: all of them counted, in full the ten that wait longest. */
  readonly doubts: DoubtCounts & { readonly first: readonly ListedDoubt[] };
  readonly heldRuns: number;
  readonly oldestHeldAt: Date | undefined;
}

/** How well a webhook is reached. */
export interface WebhookStatus {
  readonly name: string;
  /** Messages that have not arrived yet. */
  readonly waiting: number;
  /** Messages given up since the last one that arrived. */
  readonly givenUp: number;
  readonly lastDeliveredAt: Date | undefined;
  /** Why the newest message since then has not arrived; holds no URL. */
  readonly lastError: string | undefined;
}

export interface Status {
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly roles: readonly string[];
  readonly directories: readonly DirectoryStatus[];
  /** No longer configured, and their groups stand still. */
  readonly abandoned: readonly Abandoned[];
  readonly webhooks: readonly WebhookStatus[];
  /** PostgreSQL takes changes; false: it is read-only, and nothing is synced until it takes changes again. */
  readonly writable: boolean;
  /** Tasks by state; undefined: the queue does not answer. */
  readonly queue: Readonly<Record<string, number>> | undefined;
}

/** One line of `rollcall check`, or of the readiness endpoint. */
export interface Finding {
  readonly subject: string;
  readonly level: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string;
  /** The same question as a line for a shell, without the secret. */
  readonly command?: string;
}

/** The outcome of one AccessGroup in one run, as it was recorded. */
export interface RunGroup {
  readonly kind: ChangeKind;
  /** undefined: it was to be created, and was not. */
  readonly accessGroupId: number | undefined;
  /** Of the directory group; of several that are merged, the first. */
  readonly dn?: string;
  readonly team: string;
  readonly name: string;
  readonly previousName: string | undefined;
  readonly outcome:
    | 'pending'
    | 'applied'
    | 'unchanged'
    | 'superseded'
    | 'failed'
    | 'held'
    | 'rejected'
    | 'planned'
    | 'noted';
  readonly add: number;
  readonly remove: number;
  readonly added: number;
  readonly removed: number;
  readonly held: number;
  /** Of a doubt: how many members stay because of it. */
  readonly kept: number;
  readonly reason: string | undefined;
  readonly error: string | undefined;
}
