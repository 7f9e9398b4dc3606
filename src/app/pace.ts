/** How soon the processes of an installation notice that one of them died. */

/** In milliseconds, the same for all processes of one installation. */
export interface Pace {
  /** How long a run that is being read stays with a process that no longer says so. */
  readonly leaseMs: number;
  /** How long a task stays with a worker that no longer says so. */
  readonly lockMs: number;
  /** How often a scheduler looks for what was left lying. */
  readonly resumeEveryMs: number;
}

/** Long enough for a slow beat, short enough that a dead process is missed within a minute. */
export const STEADY: Pace = { leaseMs: 30_000, lockMs: 30_000, resumeEveryMs: 15_000 };
