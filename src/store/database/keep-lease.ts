import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** A lease on a run that reads and plans. */
export interface Lease {
  readonly run: number;
  readonly owner: string;
  readonly leaseMs: number;
  /** How long the run may take: so long, and not much longer, its lease is renewed without its doing. */
  readonly forMs: number;
}

/** What the thread is told. */
export type LeaseOrder =
  | ({ readonly do: 'keep' } & Lease)
  | { readonly do: 'drop'; readonly run: number }
  | { readonly do: 'close' };

export interface LeaseThreadData {
  readonly connectionString: string;
  readonly connectTimeoutMs: number;
}

/** Renews leases whatever this thread is busy with. */
export interface LeaseKeeper {
  /** Until what it returns is disposed of, or the run may take no longer. Whether the run still has its lease, others say. */
  keep(lease: Lease): Disposable;
  close(): Promise<void>;
}

const CLOSING_MS = 1_000;
/** It renews leases and does nothing else. */
const LIMITS = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 };

/** The thread starts with the first lease, and opens a connection of its own with the first renewal. */
export function leaseKeeper(data: LeaseThreadData): LeaseKeeper {
  let thread: Worker | undefined;
  const start = () => {
    const started = new Worker(new URL('./lease-thread.ts', import.meta.url), {
      workerData: data,
      resourceLimits: LIMITS,
    });
    // Without it leases are renewed by the runs themselves, as long as they are not too busy.
    started.on('error', () => {
      if (thread === started) thread = undefined;
    });
    started.unref();
    return started;
  };
  const tell = (order: LeaseOrder) => thread?.postMessage(order);
  return {
    keep(lease) {
      thread ??= start();
      tell({ do: 'keep', ...lease });
      return { [Symbol.dispose]: () => tell({ do: 'drop', run: lease.run }) };
    },
    async close() {
      if (thread === undefined) return;
      const closing = thread;
      thread = undefined;
      const gone = once(closing, 'exit');
      closing.postMessage({ do: 'close' } satisfies LeaseOrder);
      const late = setTimeout(() => void closing.terminate(), CLOSING_MS);
      await gone;
      clearTimeout(late);
    },
  };
}
