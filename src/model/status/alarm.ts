/** Alarms about a directory, the facts that trigger them, and their messages. Types only. */
import type { DoubtCounts } from '../doubt.ts';
import type { RunStatus } from '../run-status.ts';

/**
 * `held`: removals wait for approval. `failed`: the last run over the whole directory failed completely or in part. `doubt`: a
 * member has been in doubt for too long without a decision. `password`: the password of the bind account expires soon.
 * `stale`: changes have not been followed for too long.
 */
export type AlarmKind = 'held' | 'failed' | 'doubt' | 'password' | 'stale';

/** The facts about a directory that alarms depend on, all at one point in time: `now`, by the clock of the database. */
export interface AlarmFacts {
  readonly directory: string;
  readonly now: Date;
  /** A plan is being applied, so that its held removals and failures are not final yet. */
  readonly applying: boolean;
  /** The last run over the whole directory that read it or failed to read it. */
  readonly last: LastRun | undefined;
  /** Failed runs in a row, up to now. */
  readonly consecutiveFailures: number;
  readonly held: HeldRuns | undefined;
  readonly doubts: DoubtCounts;
  /** When the password of the bind account expires, if the server warned. */
  readonly passwordExpiresAt: Date | undefined;
  /** Every earlier change of the directory is applied or held; undefined: the directory was never read. */
  readonly currentAt: Date | undefined;
  /** Open alarms. */
  readonly alarms: readonly Alarm[];
  /** Number of alarms of each kind that began within the last 24 hours. */
  readonly begunToday: Readonly<Record<AlarmKind, number>>;
}

export interface LastRun {
  readonly id: number;
  readonly status: RunStatus;
  readonly errorCode: string | undefined;
  readonly failedGroups: number;
  /** Number of groups that it could not read completely. */
  readonly unreadableGroups?: number;
}

export interface HeldRuns {
  /** The newest held run, which `groups`, `removals` and `reasons` describe. */
  readonly run: number;
  /** The digest of what it holds. */
  readonly digest: string;
  readonly runs: number;
  readonly groups: number;
  readonly removals: number;
  /** Codes such as `member_removals`; never a name. */
  readonly reasons: readonly string[];
}

export interface Alarm {
  readonly kind: AlarmKind;
  readonly since: Date;
  readonly notifiedAt: Date;
}

/** A step of an alarm: it begins, is repeated or ends. */
export interface AlarmStep {
  readonly kind: AlarmKind;
  readonly change: 'begin' | 'remind' | 'end';
  readonly since: Date;
}

/** The membership changes of one run since the last message; run null: changes that no run made. */
export interface RunChanges {
  readonly run: number | null;
  readonly directory: string | null;
  readonly groups: readonly {
    readonly id: number;
    readonly team: string;
    readonly name: string;
    readonly added: number;
    readonly removed: number;
  }[];
}

/** A message for one webhook, ready to be signed. */
export interface NewNotice {
  readonly webhook: string;
  readonly body: string;
}
