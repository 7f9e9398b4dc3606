import { sql } from 'kysely';
import { messageOf } from '../errors.ts';
import type { Database } from './database.ts';
import { reconcileRows } from './reconcile-rows.ts';
import { markFailed, type Settled, settle } from './reconcile-settle.ts';
import { query, queryOne, sqlState } from './sql.ts';

export interface BatchOutcome {
  readonly groups: number;
  readonly added: number;
  readonly removed: number;
  readonly failed: number;
}

/**
 * Makes the AccessGroups of one batch as their run planned them, compared again under locks, in one transaction with
 * its audit. Repeated, late and out-of-order calls change nothing. When a row breaks a rule of the database, the rows
 * are taken one by one, so that only that one fails, by name. Throws GoneError when the batch does not exist; any
 * other error is worth another try.
 */
export async function reconcileBatch(db: Database, run: number, batch: number): Promise<BatchOutcome> {
  try {
    return sumUp(await db.orm.em.fork().transactional(em => reconcileRows(em, run, batch)));
  } catch (error) {
    if (!isRowError(error)) throw error;
    return reconcileEach(db, run, batch);
  }
}

/** Gives up what is still pending of a batch: its groups stay as they are, and say why. */
export async function failBatch(db: Database, run: number, batch: number, message: string): Promise<void> {
  for (const seq of await pendingOf(db, run, batch)) await failRow(db, run, seq, message);
}

async function reconcileEach(db: Database, run: number, batch: number): Promise<BatchOutcome> {
  const all: Settled[] = [];
  for (const seq of await pendingOf(db, run, batch)) {
    try {
      all.push(...(await db.orm.em.fork().transactional(em => reconcileRows(em, run, batch, seq))));
    } catch (error) {
      if (!isRowError(error)) throw error;
      all.push(...(await failRow(db, run, seq, messageOf(error))));
    }
  }
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

async function failRow(db: Database, run: number, seq: number, message: string): Promise<Settled[]> {
  return db.orm.em.fork().transactional(async em => {
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
    const failed: Settled[] = [{ seq, outcome: 'failed', error: `${row.name}: ${message}` }];
    await settle(em, run, failed);
    await markFailed(em, run, row.directory, failed);
    return failed;
  });
}

/** Data that PostgreSQL refuses (class 22) or that breaks a constraint (class 23) concerns one row, not the batch. */
function isRowError(error: unknown): boolean {
  return /^2[23]/.test(sqlState(error) ?? '');
}

function sumUp(rows: readonly Settled[]): BatchOutcome {
  const sum = (of: (row: Settled) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    groups: sum(row => (row.outcome === 'applied' || row.outcome === 'held' ? 1 : 0)),
    added: sum(row => row.added ?? 0),
    removed: sum(row => row.removed ?? 0),
    failed: sum(row => (row.outcome === 'failed' ? 1 : 0)),
  };
}
