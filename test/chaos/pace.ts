/** The timings of the chaos test. */
import type { Timings } from '../../src/app/timings.ts';

/** Ten times as fast as in production, so that minutes show what would take half an hour. */
export const CHAOS_PACE: Timings = { leaseMs: 3_000, lockMs: 2_000, resumeEveryMs: 1_000 };
