/** Keeps the leases of all watches of one process, and records their states. One statement renews all of them. */
import { renewWatches, type WatchLease } from '../../store/watch/lease.ts';
import { type Following, type FollowPorts, isSettled } from './following.ts';

/** How often the states are recorded while one of them changes, and while none does. */
const RECORD_EVERY_MS = 1_000;
const RENEW_EVERY_MS = 2_000;

export interface LeaseKeeper {
  /** Shorter than the lease of a run, which the next process has to wait for as well. */
  readonly lease: WatchLease;
  /** Keeps one lease until the signal is aborted or another process has the lease. Throws if it cannot be renewed. */
  keep(following: Following, signal: AbortSignal): Promise<void>;
  /** Records the states at once. */
  record(): void;
}

interface Kept {
  readonly following: Following;
  renewedAt: number;
  /** What was recorded, except times and counts. */
  recorded: string;
  readonly end: (error?: unknown) => void;
}

export function keepLeases({
  db,
  owner,
  leaseMs,
}: Pick<FollowPorts, 'db' | 'owner' | 'leaseMs'>): LeaseKeeper {
  const lease = { owner, leaseMs: leaseMs / 2 };
  const all = new Set<Kept>();
  let wake = () => {};
  let isRunning = false;
  const run = async () => {
    if (isRunning) return;
    isRunning = true;
    while (all.size > 0) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, RECORD_EVERY_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      if (isDue(all, lease)) await renew(db, lease, [...all]);
    }
    isRunning = false;
  };
  return {
    lease,
    record: () => wake(),
    keep(following, signal) {
      return new Promise((resolve, reject) => {
        const end = (error?: unknown) => {
          all.delete(kept);
          if (error === undefined) resolve();
          else reject(error);
        };
        const kept = { following, renewedAt: performance.now(), recorded: '', end };
        if (signal.aborted) return resolve();
        signal.addEventListener('abort', () => end(), { once: true });
        all.add(kept);
        void run();
      });
    },
  };
}

/** Whether a state changed, or a lease must be renewed. */
function isDue(all: Iterable<Kept>, { leaseMs }: WatchLease): boolean {
  // A timer can be early by a millisecond.
  const before = performance.now() - 0.9 * Math.min(RENEW_EVERY_MS, leaseMs / 4);
  return [...all].some(
    ({ following, recorded, renewedAt }) =>
      renewedAt <= before || following.state.reported > 0 || shownOf(following) !== recorded,
  );
}

function shownOf(following: Following): string {
  const { mechanism, server, problem, reopened } = following.state;
  return JSON.stringify([mechanism, server, problem, reopened, isSettled(following)]);
}

async function renew(db: FollowPorts['db'], lease: WatchLease, all: readonly Kept[]): Promise<void> {
  const now = performance.now();
  const states = all.map(({ following: { settings, state } }) => {
    const { mechanism, server, problem, currentAt, reported, reopened } = state;
    const currentMs = currentAt === undefined ? undefined : now - currentAt;
    return { directory: settings.name, mechanism, server, problem, currentMs, reported, reopened };
  });
  const shown = all.map(({ following }) => shownOf(following));
  try {
    const renewed = await renewWatches(db, lease, states);
    for (const [index, kept] of all.entries()) {
      const { state, settings } = kept.following;
      if (!renewed.has(settings.name)) kept.end();
      state.reported -= states[index]?.reported ?? 0;
      state.reopened -= states[index]?.reopened ?? 0;
      kept.renewedAt = now;
      kept.recorded = shown[index] ?? '';
    }
  } catch (error) {
    for (const { renewedAt, end } of all) if (now - renewedAt > lease.leaseMs) end(error);
  }
}
