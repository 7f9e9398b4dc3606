import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { messageOf } from '../../errors.ts';
import type { Database } from '../database/database.ts';
import { query, queryOne, sqlState } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { type RowOutcome, settleAll } from './outcomes.ts';
import { reconcileRows } from './reconcile-rows.ts';

export interface BatchOutcome {
  readonly groups: number;
  readonly added: number;
  readonly removed: number;
  readonly failed: number;
}

/**
 * Makes the AccessGroups of one batch as their run planned them, compared again under locks, in one transaction with
 * its audit. Repeated, late and out-of-order calls change nothing. When PostgreSQL refuses it, or somebody holds a row,
 * the rows are taken one by one: what is refused again fails, by name, what is held is left, and all others are made.
 * Throws NotFoundError when the batch does not exist; any other error is worth another try.
 */
export async function reconcileBatch(db: Database, run: number, batch: number): Promise<BatchOutcome> {
  try {
    return sumUp(await transact(db, em => reconcileRows(em, run, batch)));
  } catch (error) {
    if (!isRefusal(error) && !isBusy(error)) throw error;
    return reconcileEach(db, run, batch);
  }
}

/** Gives up what is still pending of a batch: its groups stay as they are, and say why. */
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
      if (isBusy(error)) busy.push(error);
      else if (isRefusal(error)) all.push(...(await failRow(db, run, seq, messageOf(error))));
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
    await settleAll(em, run, row.directory, failed);
    return failed;
  });
}

/** Whoever holds one row has had the time of the whole batch already; it is tried again later. */
async function reconcileOne(em: EntityManager, run: number, batch: number, seq: number) {
  await query(em, sql`select set_config('lock_timeout', '1s', true)`);
  return reconcileRows(em, run, batch, seq);
}

/**
 * Of what PostgreSQL answers, all that is no fault of the connection or its rights to be there (08, 28, 3D), of the
 * transaction's state (25), or of the server as a whole (53, 57P, 58): a single row can be its cause, as it is of whatever
 * a trigger of the application raises.
 */
function isRefusal(error: unknown): boolean {
  const state = sqlState(error);
  return state !== undefined && !/^(08|25|28|3D|53|57P|58|EPIPE)/.test(state);
}

/** A lock that another transaction holds, a deadlock, a statement that took too long: it may be otherwise in a moment. */
function isBusy(error: unknown): boolean {
  return /^(40|55P03|57014)/.test(sqlState(error) ?? '');
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
