/** The background service: starts its roles, and drains them on shutdown. */
import type { Log } from '../../log.ts';
import type { Role, Settings } from '../../model/settings.ts';
import { openQueue } from '../../queue/task-queue.ts';
import { VERSION } from '../../version.ts';
import { processContext } from '../context.ts';
import { openRecords, requireTables } from '../operations/database.ts';
import { startHttpRole } from '../roles/http.ts';
import { startLive } from '../roles/live.ts';
import { startProbes } from '../roles/probes.ts';
import { startReports } from '../roles/report.ts';
import { startSchedulerRole } from '../roles/scheduler.ts';
import { startWorkerRole } from '../roles/worker.ts';
import { DEFAULT_TIMINGS, type Timings } from '../timings.ts';
import { requireIdAttributes } from './require-id-attribute.ts';

export interface Service extends AsyncDisposable {
  /** The URL of the console; undefined without the role http. */
  readonly url: string | undefined;
  /** Accepts no more work, finishes current work, and closes everything in reverse order. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts the roles. Throws UnavailableError if the database or the queue does not answer or the schema is not up to
 * date. Throws ConfigError if the identity attribute of a directory differs from the one that its links use.
 */
export async function serve(
  settings: Settings,
  { roles, log, timings = DEFAULT_TIMINGS }: { roles: readonly Role[]; log: Log; timings?: Timings },
): Promise<Service> {
  await using stack = new AsyncDisposableStack();
  const { db, installation } = stack.use(await openRecords(settings));
  await requireTables(db, settings);
  await requireIdAttributes(db, settings);
  const queue = stack.adopt(await openQueue({ ...settings, installation }, log), opened => opened.close());
  const context = processContext({ settings, db, queue, installation, log, timings });
  await startReports(context, roles, stack);
  const url = roles.includes('http') ? await startHttpRole(context, roles, stack) : undefined;
  if (url === undefined) await startProbes(context, roles, stack);
  if (roles.includes('worker')) {
    stack.use(await startWorkerRole(context));
    stack.use(startLive(context));
  }
  if (roles.includes('scheduler')) startSchedulerRole(context, stack);
  log.info({ roles, url, version: VERSION }, 'rollcall is running');
  const kept = stack.move();
  const stop = () => kept.disposeAsync();
  return { url, stop, [Symbol.asyncDispose]: stop };
}
