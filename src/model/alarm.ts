/** What people are told about a directory without asking, and what decides it. Types only. */
import type { DoubtCounts } from './doubt.ts';
import type { RunStatus } from './run-status.ts';

/**
 * `held`: removals wait for a person. `failed`: the last run over the whole directory failed, or did so in part. `doubt`: a
 * member has been in doubt for too long, and nobody has decided about it.
 */
export type AlarmKind = 'held' | 'failed' | 'doubt';

/** How a directory is doing, as far as alarms care: all of one moment, `now`, by the clock of the database. */
export interface AlarmFacts {
  readonly directory: string;
  readonly now: Date;
  /** A plan is being applied, so what is held or has failed is not settled yet. */
  readonly applying: boolean;
  /** The last run over the whole directory that read it or failed to. */
  readonly last: LastRun | undefined;
  /** Failed runs in a row, up to now. */
  readonly consecutiveFailures: number;
  readonly held: HeldRuns | undefined;
  readonly doubts: DoubtCounts;
  /** Alarms that go on. */
  readonly alarms: readonly Alarm[];
  /** How often each kind began within the last 24 hours. */
  readonly begunToday: Readonly<Record<AlarmKind, number>>;
}

export interface LastRun {
  readonly id: number;
  readonly status: RunStatus;
  readonly errorCode: string | undefined;
  readonly failedGroups: number;
  /** Groups that it could not read whole. */
  readonly unreadableGroups?: number;
}

export interface HeldRuns {
  /** The newest one; `groups`, `removals` and `reasons` are its. */
  readonly run: number;
  readonly runs: number;
  readonly groups: number;
  readonly removals: number;
  /** Codes such as `member_removals`; never a name. */
  readonly reasons: readonly string[];
}

export interface Alarm {
  readonly kind: AlarmKind;
  readonly since: Date;
  readonly toldAt: Date;
}

/** What becomes of an alarm: it begins, people are reminded of it, it ends. */
export interface AlarmStep {
  readonly kind: AlarmKind;
  readonly change: 'begin' | 'remind' | 'end';
  readonly since: Date;
}

/** A message for one webhook, ready to be signed. */
export interface NewNotice {
  readonly webhook: string;
  readonly body: string;
}
