/** Applies one batch of a saved plan in one transaction. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { messageOf } from '../../errors.ts';
import type { Database } from '../database/database.ts';
import { isRetryable, isRowRefused, query, queryOne } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { type RowOutcome, settleRows } from './outcomes.ts';
import { reconcileRows } from './reconcile-rows.ts';

export interface BatchOutcome {
  readonly groups: number;
  readonly added: number;
  readonly removed: number;
  readonly failed: number;
}

/**
 * Applies one batch as its run planned it, compared again under locks, in one transaction with its audit. Repeated,
 * late and out-of-order calls change nothing. If PostgreSQL refuses the batch or another transaction holds a row, the
 * rows are applied individually: a row that is refused again fails with its name, a row that is held stays pending, and
 * all others are applied. Throws NotFoundError if the batch does not exist; after any other error the caller can retry.
 */
export async function reconcileBatch(db: Database, run: number, batch: number): Promise<BatchOutcome> {
  try {
    return sumUp(await transact(db, em => reconcileRows(em, run, batch)));
  } catch (error) {
    if (!isRowRefused(error) && !isRetryable(error)) throw error;
    return reconcileEach(db, run, batch);
  }
}

/** Fails the pending rows of a batch; their groups stay unchanged and keep the error. */
export async function failBatch(db: Database, run: number, batch: number, message: string): Promise<void> {
  for (const seq of await pendingOf(db, run, batch)) await failRow(db, run, seq, message);
}

async function reconcileEach(db: Database, run: number, batch: number): Promise<BatchOutcome> {
  const all: RowOutcome[] = [];
  const busy: unknown[] = [];
  for (const seq of await pendingOf(db, run, batch)) {
    try {
      all.push(...(await transact(db, em => reconcileOne(em, run, batch, seq))));
    } catch (error) {
      if (isRetryable(error)) busy.push(error);
      else if (isRowRefused(error)) all.push(...(await failRow(db, run, seq, messageOf(error))));
      else throw error;
    }
  }
  const [first] = busy;
  if (first !== undefined) throw first;
  return sumUp(all);
}

async function pendingOf(db: Database, run: number, batch: number): Promise<number[]> {
  const rows = await query(
    db.orm.em.fork(),
    sql<{ seq: number }>`
      select seq from sync_run_group
      where run_id = ${run} and batch = ${batch} and outcome = 'pending'
      order by seq`,
  );
  return rows.map(row => row.seq);
}

async function failRow(db: Database, run: number, seq: number, message: string): Promise<RowOutcome[]> {
  return transact(db, async em => {
    const row = await queryOne(
      em,
      sql<{ name: string; directory: string }>`
        select g.team || '/' || g.name as name, r.directory
        from sync_run_group g
        join sync_run r on r.id = g.run_id
        where g.run_id = ${run} and g.seq = ${seq} and g.outcome = 'pending'
        for update of g`,
    );
    if (row === undefined) return [];
    const failed: RowOutcome[] = [{ seq, outcome: 'failed', error: `${row.name}: ${message}` }];
    await settleRows(em, run, row.directory, failed);
    return failed;
  });
}

/** A row that another transaction holds is retried later, because the batch has already waited for the lock. */
async function reconcileOne(em: EntityManager, run: number, batch: number, seq: number) {
  await query(em, sql`select set_config('lock_timeout', '1s', true)`);
  return reconcileRows(em, run, batch, seq);
}

function sumUp(rows: readonly RowOutcome[]): BatchOutcome {
  const sum = (of: (row: RowOutcome) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    groups: sum(row => (row.outcome === 'applied' || row.outcome === 'held' ? 1 : 0)),
    added: sum(row => row.added ?? 0),
    removed: sum(row => row.removed ?? 0),
    failed: sum(row => (row.outcome === 'failed' ? 1 : 0)),
  };
}
