/** A run belongs to one process at a time, for as long as that process keeps saying so. */
import type { RunCounts } from '../model/run.ts';

/** Several beats fit into one lease, so that one slow answer does not lose it. */
const BEATS_A_LEASE = 6;
/** And so often that whoever watches the run sees it move. */
const LONGEST_PAUSE_MS = 1_000;

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
  let renewedAt = performance.now();
  let idle = true;
  const pauseMs = Math.min(leaseMs / BEATS_A_LEASE, LONGEST_PAUSE_MS);
  let turnAt = renewedAt;
  const isOver = () => performance.now() - renewedAt >= leaseMs;
  const renew = async () => {
    const now = performance.now();
    // While this thread computed it could hear no answer: that is no silence of the database.
    renewedAt += Math.max(0, now - turnAt - pauseMs);
    turnAt = now;
    if (!idle && isOver()) lost.abort(new Error('the lease of this run could not be renewed in time'));
    if (!idle) return;
    idle = false;
    const askedAt = performance.now();
    try {
      if (!(await beat(counts))) lost.abort(new Error('the lease of this run was lost'));
      renewedAt = askedAt;
    } catch (error) {
      // The database is away for a moment, or for longer than the lease lasts. Saving the plan checks it again.
      if (isOver()) lost.abort(error);
    }
    idle = true;
  };
  const timer = setInterval(renew, pauseMs);
  try {
    return await work(AbortSignal.any([lost.signal, outer]), more => {
      counts = { ...counts, ...more };
    });
  } finally {
    clearInterval(timer);
  }
}
