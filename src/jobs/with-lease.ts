/** Renews the lease of a run while its process works on it. */
import type { RunCounts } from '../model/run.ts';

/** Several heartbeats fit into one lease, so that one slow answer does not lose it. */
const BEATS_A_LEASE = 6;
/** Often enough that users who follow the run see its progress. */
const LONGEST_PAUSE_MS = 1_000;

/** Renews the lease and stores the newest counts. Returns false if the lease is lost. */
export type Beat = (counts: RunCounts) => Promise<boolean>;

/**
 * Runs `work` and renews the lease in the background. `work` receives a function that reports counts, and a signal that
 * aborts with `outer` or when the lease is lost. Then another process may have the run, so `work` must write nothing more.
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
    // A long computation delays this timer, and the answer of the database with it. That delay does not count.
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
      // A short failure of the database is tolerated until the lease expires. Saving the plan checks the lease again.
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
