/** Timings after which other processes take over the work of a dead process. */

/** In milliseconds. All processes of an installation must use the same values. */
export interface Timings {
  /** How long a process keeps a run after its last heartbeat. */
  readonly leaseMs: number;
  /** How long a worker keeps a task after its last lock renewal. */
  readonly lockMs: number;
  /** How often a scheduler looks for abandoned work. */
  readonly resumeEveryMs: number;
}

/** Long enough for a late heartbeat, short enough to detect a dead process within a minute. */
export const DEFAULT_TIMINGS: Timings = { leaseMs: 30_000, lockMs: 30_000, resumeEveryMs: 15_000 };
