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
  const { settings, db, queue, installation, log, timings, owner, servers } = context;
  const alarms = alarmsOf(context);
  const ports = { db, log, now: () => new Date(), owner };
  const { directories } = settings;
  const { enqueueBatches } = queue;
  const sync: SyncPorts = {
    ...ports,
    directories,
    readDirectory: (directory, options) => readDirectory(directory, { ...options, servers }),
    readMarker: (directory, options) => readMarker(directory, { ...options, servers }),
    retryServers: directory => retryServers(directory, servers),
    enqueueBatches,
    leaseMs: timings.leaseMs,
  };
  const worker = await startWorker(
    { ...settings, installation },
    {
      concurrency: settings.worker.concurrency,
      lockMs: timings.lockMs,
      async syncRun(run, signal) {
        const outcome = await syncDirectory(sync, run, signal);
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
  return { [Symbol.asyncDispose]: () => worker.close(DRAIN_LIMIT_MS) };
}
