/** Applies one batch of a saved plan, and ends the run if it was the last batch. */
import type { Log } from '../log.ts';
import type { Database } from '../store/database/database.ts';
import { failBatch, reconcileBatch as reconcile } from '../store/reconcile/reconcile-batch.ts';
import { completeRun } from '../store/runs/finish.ts';

export interface ReconcilePorts {
  readonly db: Database;
  readonly log: Log;
}

/**
 * Idempotent: a repeated, late or out-of-order task changes nothing. Returns whether the run ended with this batch.
 * Throws an error for which the queue should retry.
 */
export async function reconcileBatch(
  { db, log }: ReconcilePorts,
  run: number,
  batch: number,
): Promise<boolean> {
  const outcome = await reconcile(db, run, batch);
  log.debug({ run, batch, ...outcome }, 'batch applied');
  return record({ db, log }, run);
}

/** Gives a batch up after its last attempt, so that the run can end. Returns whether the run ended with it. */
export async function abandonBatch(
  { db, log }: ReconcilePorts,
  run: number,
  batch: number,
  message: string,
): Promise<boolean> {
  await failBatch(db, run, batch, message);
  log.error({ run, batch, reason: message }, 'batch given up; its groups stay as they were');
  return record({ db, log }, run);
}

async function record({ db, log }: ReconcilePorts, run: number): Promise<boolean> {
  const finished = await completeRun(db, run);
  if (finished === undefined) return false;
  const { status, directory, counts } = finished;
  log.info({ run, directory, status, ...counts.applied }, 'run finished');
  return true;
}
