/** Finds what a dead process or a lost queue left lying, and puts it back on its way. Every scheduler does this. */
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

/** Ends runs whose process died while reading, and enqueues again whatever nobody touched for `olderThanMs`. */
export async function resumeWork({ db, log, enqueueRun, enqueueBatches }: ResumePorts, olderThanMs: number) {
  for (const { id: run, directory } of await expireLeases(db)) {
    log.warn({ run, directory }, 'run ended: the process that had it is gone');
  }
  const { queued, batches } = await staleWork(db, { olderThanMs });
  for (const run of queued) await enqueueRun(run);
  for (const [run, tasks] of Map.groupBy(batches, task => task.run)) {
    log.warn({ run, batches: tasks.length }, 'tasks put back into the queue');
    // Whoever saved the plan may have died before its renames, and tasks alone cannot swap two names.
    await renameGroups(db, run);
    await enqueueBatches(
      run,
      tasks.map(task => task.batch),
    );
  }
}
