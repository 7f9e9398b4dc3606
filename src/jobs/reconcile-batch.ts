/** Makes the groups of one batch as their run planned them, and records the run when this was the last. */
import type { Log } from '../log.ts';
import type { Database } from '../store/database.ts';
import { completeRun } from '../store/finish.ts';
import { failBatch, reconcileBatch as reconcile } from '../store/reconcile.ts';

export interface ReconcilePorts {
  readonly db: Database;
  readonly log: Log;
}

/** Idempotent: a repeated, late or out-of-order task changes nothing. Throws what the queue should try again. */
export async function reconcileBatch({ db, log }: ReconcilePorts, run: number, batch: number): Promise<void> {
  const outcome = await reconcile(db, run, batch);
  log.debug({ run, batch, ...outcome }, 'batch applied');
  await record({ db, log }, run);
}

/** Gives a batch up after its last attempt, so that the run can end and say so. */
export async function abandonBatch(
  { db, log }: ReconcilePorts,
  run: number,
  batch: number,
  message: string,
): Promise<void> {
  await failBatch(db, run, batch, message);
  log.error({ run, batch, reason: message }, 'batch given up; its groups stay as they were');
  await record({ db, log }, run);
}

async function record({ db, log }: ReconcilePorts, run: number): Promise<void> {
  const finished = await completeRun(db, run);
  if (finished === undefined) return;
  const { status, directory, counts } = finished;
  log.info({ run, directory, status, ...counts.applied }, 'run finished');
}
