/** For `rollcall sync`: requests and follows runs, and can process the queue itself. */
import { messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Progress, Run } from '../../model/run.ts';
import type { Settings } from '../../model/settings.ts';
import { openQueue } from '../../queue/task-queue.ts';
import { requestRun } from '../../store/runs/request.ts';
import { processContext } from '../context.ts';
import { currentSettings } from '../current-settings.ts';
import { openRecords, requireTables } from '../operations/database.ts';
import { followRun } from '../operations/run-progress.ts';
import { requireUser } from '../operations/runs.ts';
import { alarmsOf } from '../roles/alarms.ts';
import { sealNow, startRecovery, startRetention } from '../roles/scheduler.ts';
import { startWorkerRole } from '../roles/worker.ts';
import { DEFAULT_TIMINGS } from '../timings.ts';

/** The operations of one command. */
export interface SyncSession extends AsyncDisposable {
  request(asked: {
    directory: string;
    group?: string;
    /** The username or DN of a person. */
    user?: string;
    requestedBy: string;
    /** The reason to trust a server that is behind the last complete read. */
    acceptOlder?: string;
  }): Promise<Run>;
  /** Yields the progress of a run until it ends. */
  follow(id: number, everyMs: number): AsyncIterable<Progress>;
}

/** Opens database and queue. With `work`, this process also processes the tasks. */
export async function openSyncSession(
  settings: Settings,
  log: Log,
  { work }: { work: boolean },
): Promise<SyncSession> {
  await using stack = new AsyncDisposableStack();
  const { db, installation } = stack.use(await openRecords(settings));
  if (work) await requireTables(db, settings);
  const queue = stack.adopt(await openQueue({ ...settings, installation }, log), opened => opened.close());
  const current = currentSettings(settings);
  if (work) {
    const context = processContext({ current, db, queue, installation, log, timings: DEFAULT_TIMINGS });
    stack.use(await startWorkerRole(context));
    // If no service is running, no other process delivers the notices of this run.
    stack.defer(() => alarmsOf(context).flush());
    stack.defer(() =>
      sealNow(context).catch(error => log.warn({ reason: messageOf(error) }, 'the audit was not sealed')),
    );
    // With only `sync --once` deployed, no scheduler resumes the work of a killed process or applies retention.
    startRecovery(context, stack);
    startRetention(context, stack);
  }
  const kept = stack.move();
  return {
    async request(asked) {
      await requireUser({ db, current, log }, asked);
      const { run } = await requestRun(db, { ...asked, trigger: 'manual', mode: 'apply' });
      await queue.enqueueRun(run.id);
      return run;
    },
    follow: (id, everyMs) => followRun(db, id, { everyMs }),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
