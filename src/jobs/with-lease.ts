/** A run belongs to one process at a time, for as long as that process keeps saying so. */
import type { RunCounts } from '../run.ts';

/** Several beats fit into one lease, so that one slow answer does not lose it. */
const BEATS_A_LEASE = 6;

/** Renews the lease and leaves the newest numbers; false: it is lost. */
export type Beat = (counts: RunCounts) => Promise<boolean>;

/**
 * Works while the lease is renewed in the background. `work` gets a signal that aborts when the lease is lost (another
 * process may have taken over: nothing may be written any more) or when `outer` aborts, and a way to report numbers.
 */
export async function withLease<T>(
  { beat, leaseMs, outer }: { beat: Beat; leaseMs: number; outer: AbortSignal },
  work: (signal: AbortSignal, report: (counts: RunCounts) => void) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  let counts: RunCounts = {};
  const timer = setInterval(async () => {
    try {
      if (!(await beat(counts))) lost.abort(new Error('the lease of this run was lost'));
    } catch (error) {
      // The database is away. The lease runs out by itself, and saving the plan checks it again.
      lost.abort(error);
    }
  }, leaseMs / BEATS_A_LEASE);
  try {
    return await work(AbortSignal.any([lost.signal, outer]), more => {
      counts = { ...counts, ...more };
    });
  } finally {
    clearInterval(timer);
  }
}
