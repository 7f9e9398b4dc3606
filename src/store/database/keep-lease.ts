/** Keeps the leases of runs renewed, by means of a worker thread. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** A lease on a run that reads and plans. */
export interface Lease {
  readonly run: number;
  readonly owner: string;
  readonly leaseMs: number;
  /** The maximum duration of the run. The lease is renewed for about that long. */
  readonly forMs: number;
}

/** A message to the thread. */
export type LeaseMessage =
  | ({ readonly do: 'keep' } & Lease)
  | { readonly do: 'drop'; readonly run: number }
  | { readonly do: 'close' };

export interface LeaseThreadData {
  readonly connectionString: string;
  readonly connectTimeoutMs: number;
}

/** Renews leases even while the main thread is busy. */
export interface LeaseKeeper {
  /**
   * Renews the lease until the returned object is disposed or the maximum duration is over. It does not report whether
   * the run still has its lease.
   */
  keep(lease: Lease): Disposable;
  close(): Promise<void>;
}

const CLOSING_MS = 1_000;
/** Memory limits of the thread, which only renews leases. */
const LIMITS = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 };

/** Creates a keeper. The thread starts with the first lease and connects with the first renewal. */
export function leaseKeeper(data: LeaseThreadData): LeaseKeeper {
  let thread: Worker | undefined;
  const start = () => {
    const started = new Worker(new URL('./lease-thread.ts', import.meta.url), {
      workerData: data,
      resourceLimits: LIMITS,
    });
    // Without the thread, the runs renew their own leases as long as they are not too busy.
    started.on('error', () => {
      if (thread === started) thread = undefined;
    });
    started.unref();
    return started;
  };
  const send = (order: LeaseMessage) => thread?.postMessage(order);
  return {
    keep(lease) {
      thread ??= start();
      send({ do: 'keep', ...lease });
      return { [Symbol.dispose]: () => send({ do: 'drop', run: lease.run }) };
    },
    async close() {
      if (thread === undefined) return;
      const closing = thread;
      thread = undefined;
      const gone = once(closing, 'exit');
      closing.postMessage({ do: 'close' } satisfies LeaseMessage);
      const late = setTimeout(() => void closing.terminate(), CLOSING_MS);
      await gone;
      clearTimeout(late);
    },
  };
}
