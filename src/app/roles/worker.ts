/** The role worker: reads directories and applies plans. */
import { retryServers } from '../../directory/connection/failover.ts';
import { readDirectory } from '../../directory/read/read-directory.ts';
import { readMarker } from '../../directory/session/change-marker.ts';
import { messageOf } from '../../errors.ts';
import { isPermanent } from '../../jobs/is-permanent.ts';
import { abandonBatch, reconcileBatch } from '../../jobs/reconcile-batch.ts';
import { type SyncPorts, syncDirectory } from '../../jobs/sync-directory.ts';
import { startWorker } from '../../queue/worker.ts';
import type { AppContext } from '../context.ts';
import { alarmsOf } from './alarms.ts';

/** Less than the 30 s after which Kubernetes and systemd kill a process. */
const DRAIN_LIMIT_MS = 25_000;

/** Starts processing tasks. Disposing the result stops it and waits for current tasks. */
export async function startWorkerRole(context: AppContext): Promise<AsyncDisposable> {
  const { current, db, queue, installation, log, timings, owner, servers } = context;
  const alarms = alarmsOf(context);
  const ports = { db, log, now: () => new Date(), owner };
  const { enqueueBatches } = queue;
  /** With the settings of the moment at which a run begins. */
  const syncNow = (): SyncPorts => ({
    ...ports,
    directories: current.settings.directories,
    readDirectory: (directory, options) => readDirectory(directory, { ...options, servers }),
    readMarker: (directory, options) => readMarker(directory, { ...options, servers }),
    retryServers: directory => retryServers(directory, servers),
    enqueueBatches,
    leaseMs: timings.leaseMs,
  });
  const { settings } = current;
  const worker = await startWorker(
    { ...settings, installation },
    {
      concurrency: settings.worker.concurrency,
      lockMs: timings.lockMs,
      async syncRun(run, signal) {
        const outcome = await syncDirectory(syncNow(), run, signal);
        if (outcome === 'done') await alarms.check();
        return outcome;
      },
      async reconcileBatch(run, batch) {
        if (await reconcileBatch(ports, run, batch)) await alarms.check();
      },
      async batchFailed(run, batch, error) {
        if (await abandonBatch(ports, run, batch, messageOf(error))) await alarms.check();
      },
      deliverNotice: alarms.deliver,
      noticeFailed: alarms.recordUndelivered,
      isPermanent,
    },
    log,
  );
  const following = current.follow(next => worker.setConcurrency(next.worker.concurrency));
  return {
    async [Symbol.asyncDispose]() {
      following[Symbol.dispose]();
      await worker.close(DRAIN_LIMIT_MS);
    },
  };
}
