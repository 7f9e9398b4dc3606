/** Loads, locks and counts runs. */
import type { InferEntity } from '@mikro-orm/core';
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { NotFoundError } from '../../errors.ts';
import type { Run, RunCounts } from '../../model/run.ts';
import { query, queryOne } from '../database/sql.ts';
import { SyncRun } from '../entities/runs.ts';

/** The current run. Throws NotFoundError if it does not exist. */
export function findRun(em: EntityManager, id: number): Promise<Run> {
  return loadRun(em, id, LockMode.NONE);
}

/** As findRun, and locks the run against other transactions until this one ends. */
export function lockRun(em: EntityManager, id: number): Promise<Run> {
  return loadRun(em, id, LockMode.PESSIMISTIC_WRITE);
}

async function loadRun(em: EntityManager, id: number, lockMode: LockMode): Promise<Run> {
  const row = await em.findOne(SyncRun, { id }, { lockMode, disableIdentityMap: true });
  if (row === null) throw new NotFoundError(`there is no run ${id}`);
  return toRun(row);
}

/** Converts a row; null becomes undefined. */
export function toRun(row: InferEntity<typeof SyncRun>): Run {
  return {
    id: row.id,
    directory: row.directory,
    trigger: row.trigger,
    requestedBy: row.requestedBy ?? undefined,
    mode: row.mode,
    ...limitOf(row),
    status: row.status,
    counts: row.counts,
    errorCode: row.errorCode ?? undefined,
    errorMessage: row.errorMessage ?? undefined,
    approves: row.approves ?? undefined,
    ...(row.approvedGroups && { approvedGroups: row.approvedGroups }),
    ...(row.reverts && row.revertReason && { reverts: row.reverts, revertReason: row.revertReason }),
    decision: decisionOf(row),
    queuedAt: row.queuedAt,
    startedAt: row.startedAt ?? undefined,
    finishedAt: row.finishedAt ?? undefined,
  };
}

function limitOf({ namesUser, groupName: name }: InferEntity<typeof SyncRun>): Pick<Run, 'group' | 'user'> {
  return namesUser ? { group: undefined, user: name ?? '' } : { group: name ?? undefined };
}

function decisionOf({ decidedBy: by, decisionReason: reason, decidedAt: at }: InferEntity<typeof SyncRun>) {
  return by && reason && at ? { by, reason, at } : undefined;
}

/**
 * Allows one transaction at a time to queue runs, because queueing checks for a waiting run before it inserts. The lock
 * lasts until the transaction ends.
 */
export async function lockRequests(em: EntityManager): Promise<void> {
  await query(em, sql`select pg_advisory_xact_lock(hashtextextended('rollcall.request', 0))`);
}

export interface Tally {
  readonly total: number;
  readonly done: number;
  readonly held: number;
  readonly failed: number;
  /** Rows that failed or were superseded. */
  readonly undone: number;
  readonly groups: number;
  readonly added: number;
  readonly removed: number;
}

/**
 * The progress of a run's saved plan. Groups without a batch are not counted as tasks: they are recorded only, or wait
 * as a whole.
 */
export async function countOutcomes(em: EntityManager, id: number): Promise<Tally> {
  const tally = await queryOne(
    em,
    sql<Tally>`
      select count(batch)::int as total,
        count(batch) filter (where outcome <> 'pending')::int as done,
        count(*) filter (where outcome = 'held')::int as held,
        count(*) filter (where outcome = 'failed')::int as failed,
        count(*) filter (where outcome in ('failed', 'superseded'))::int as undone,
        count(batch) filter (where outcome in ('applied', 'held'))::int as groups,
        coalesce(sum(added), 0)::int as added,
        coalesce(sum(removed), 0)::int as removed
      from sync_run_group
      where run_id = ${id}`,
  );
  return tally ?? { total: 0, done: 0, held: 0, failed: 0, undone: 0, groups: 0, added: 0, removed: 0 };
}

/** Whether the run is being applied and has no pending tasks. It must be cheap, because it runs after each task. */
export async function isApplied(em: EntityManager, id: number): Promise<boolean> {
  const applied = await queryOne(
    em,
    sql`
      select from sync_run r
      where r.id = ${id} and r.status = 'applying'
        and not exists (select from sync_run_group g where g.run_id = r.id and g.outcome = 'pending')`,
  );
  return applied !== undefined;
}

/** The counts of a run from its tally. */
export function countsOf({ total, done, groups, added, removed, failed }: Tally): RunCounts {
  return { tasks: { total, done }, applied: { groups, added, removed, failed } };
}
