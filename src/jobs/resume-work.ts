/** Continues the work of a dead process or a lost queue. Every scheduler calls it at intervals. */
import type { Log } from '../log.ts';
import type { Database } from '../store/database/database.ts';
import { renameGroups } from '../store/reconcile/rename-groups.ts';
import { expireLeases, staleWork } from '../store/runs/lease.ts';

export interface ResumePorts {
  readonly db: Database;
  readonly log: Log;
  readonly enqueueRun: (run: number) => Promise<void>;
  readonly enqueueBatches: (run: number, batches: readonly number[]) => Promise<void>;
}

/** Ends runs whose lease expired during the read, and enqueues runs and batches again that are `olderThanMs` old. */
export async function resumeWork({ db, log, enqueueRun, enqueueBatches }: ResumePorts, olderThanMs: number) {
  for (const { id: run, directory } of await expireLeases(db)) {
    log.warn({ run, directory }, 'run ended: its lease expired');
  }
  const { queued, batches } = await staleWork(db, { olderThanMs });
  for (const run of queued) await enqueueRun(run);
  for (const [run, tasks] of Map.groupBy(batches, task => task.run)) {
    log.warn({ run, batches: tasks.length }, 'tasks enqueued again');
    // The process that saved the plan may have died before the renames. Single batches cannot swap two names.
    await renameGroups(db, run);
    await enqueueBatches(
      run,
      tasks.map(task => task.batch),
    );
  }
}
