/** A worker in its own process that never ends a task, for tests that kill it. */
import { pino } from 'pino';
import type { QueueSettings } from '../../src/queue/broker.ts';
import { startWorker } from '../../src/queue/worker.ts';

/** Started by `fork`, controlled by messages. */
process.once('message', (order: { settings: QueueSettings; lockMs: number }) => {
  const forever = new Promise<never>(() => {});
  const begun = (task: string) => {
    process.send?.(task);
    return forever;
  };
  const handlers = {
    concurrency: 2,
    lockMs: order.lockMs,
    syncRun: (run: number) => begun(`run ${run}`),
    reconcileBatch: (run: number, batch: number) => begun(`batch ${run}.${batch}`),
    batchFailed: async () => {},
    deliverNotice: async () => {},
    noticeFailed: async () => {},
    isPermanent: () => false,
  };
  void startWorker(order.settings, handlers, pino({ level: 'silent' }));
});
