/** Claims, renews, releases and recovers runs. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { Run, RunCounts } from '../../model/run.ts';
import { ACTIVE, LEASED } from '../../model/run-status.ts';
import type { Database } from '../database/database.ts';
import { statusList } from '../database/in-status.ts';
import { jsonOf, query, sqlState } from '../database/sql.ts';
import { execute, readFrom, transact } from '../database/transaction.ts';
import { completeRun } from './finish.ts';
import { findRun, lockRequests } from './run-record.ts';

export type Claim =
  | { readonly kind: 'claimed'; readonly run: Run }
  /** Another run of the directory is active, an older approved run waits, or another process must do the run. */
  | { readonly kind: 'busy' }
  /** Another process has the run, or it has ended. */
  | { readonly kind: 'over' };

export interface ClaimOptions {
  readonly owner: string;
  readonly leaseMs: number;
  /** Whether another process must do the run. Default: no run. */
  readonly isForeign?: (run: Run) => boolean;
}

/**
 * Claims a queued run for `owner`, until the lease expires by the database's clock. A run of the same directory with an
 * expired lease does not block it. Throws NotFoundError if the run does not exist.
 */
export async function claimRun(
  db: Database,
  id: number,
  { owner, leaseMs, isForeign = () => false }: ClaimOptions,
): Promise<Claim> {
  const asItIs = () => readFrom(db, em => findRun(em, id));
  const found = await asItIs();
  if (isForeign(found)) return { kind: 'busy' };
  const { directory } = found;
  await expire(db, sql`directory = ${directory}`);
  if (await tryClaim(db, id, owner, leaseMs)) return { kind: 'claimed', run: await asItIs() };
  const { status } = await asItIs();
  return { kind: status === 'queued' ? 'busy' : 'over' };
}

/**
 * Two concurrent claims can both find the directory free; the partial unique index lets only one succeed. An older
 * approved run goes first, because a newer run would supersede what it is about to apply.
 */
async function tryClaim(db: Database, id: number, owner: string, leaseMs: number): Promise<boolean> {
  try {
    const taken = await execute(
      db,
      sql`
        update sync_run r
        set status = 'reading', owner = ${owner}, lease_until = ${inFuture(leaseMs)}, started_at = now(),
          forgotten_before = coalesce((select forgotten from directory_state s where s.directory = r.directory), 0)
        where id = ${id} and status = 'queued' and not exists (
          select from sync_run o
          where o.directory = r.directory and (o.status in (${statusList(ACTIVE)})
            or o.status = 'queued' and o.approves is not null and o.id < r.id)
        )
        returning id`,
    );
    return taken.length > 0;
  } catch (error) {
    if (sqlState(error) === '23505') return false;
    throw error;
  }
}

/** Renews the lease and saves the current counts. false: this owner no longer has the run and must stop. */
export async function heartbeat(
  db: Database,
  id: number,
  beat: {
    readonly owner: string;
    readonly leaseMs: number;
    readonly status?: (typeof LEASED)[number];
    readonly counts?: RunCounts;
  },
): Promise<boolean> {
  const renewed = await query(
    db.orm.em.fork(),
    sql`
      update sync_run
      set lease_until = ${inFuture(beat.leaseMs)}, status = coalesce(${beat.status ?? null}, status),
        counts = counts || ${jsonOf(beat.counts ?? {})}::jsonb
      where id = ${id} and owner = ${beat.owner} and status in (${statusList(LEASED)})
      returning id`,
  );
  return renewed.length > 0;
}

/**
 * Returns a run to the queue because its process is stopping. If an equal run has been queued since, that one replaces
 * it. Does nothing if this owner no longer has the run.
 */
export async function releaseRun(
  db: Database,
  id: number,
  { owner }: { readonly owner: string },
): Promise<void> {
  await transact(db, async em => {
    await lockRequests(em);
    const mine = sql`id = ${id} and owner = ${owner} and status in (${statusList(LEASED)})`;
    await query(
      em,
      sql`
        update sync_run r
        set status = 'superseded', error_message = 'requested again while it was stopping',
          lease_until = null, finished_at = now()
        where ${mine} and exists (
          select from sync_run w
          where w.status = 'queued' and w.directory = r.directory and w.mode = r.mode
            and w.group_name is not distinct from r.group_name and w.names_user = r.names_user
            and w.approves is not distinct from r.approves
        )`,
    );
    await query(
      em,
      sql`update sync_run set status = 'queued', owner = null, lease_until = null, started_at = null where ${mine}`,
    );
  });
}

/** Ends runs with expired leases, so that their directories are free again. Returns them. */
export async function expireLeases(db: Database): Promise<Run[]> {
  const ids = await expire(db, sql`true`);
  return Promise.all(ids.map(id => readFrom(db, em => findRun(em, id))));
}

/**
 * Returns work that was not touched for that long, for example after the queue was lost: queued runs, and pending
 * batches of applying runs. It then counts as touched. Applying runs without pending batches are ended here.
 */
export async function staleWork(
  db: Database,
  { olderThanMs }: { readonly olderThanMs: number },
): Promise<{ queued: number[]; batches: { run: number; batch: number }[] }> {
  const em = db.orm.em.fork();
  const before = sql`now() - ${olderThanMs} * interval '1 millisecond'`;
  const stale = await skippingLocked(
    db,
    lock => sql<{ id: number; status: string }>`
      update sync_run r set looked_at = now()
      where id in (
        select id from sync_run s
        where status in ('queued', 'applying') and looked_at < ${before}
          and not exists (select from sync_run_group g where g.run_id = s.id and g.settled_at >= ${before})
        ${lock}
      )
      returning id::float8 as id, status`,
  );
  const queued = stale.filter(run => run.status === 'queued').map(run => run.id);
  const batches: { run: number; batch: number }[] = [];
  for (const { id: run } of stale.filter(run => run.status === 'applying')) {
    const pending = await pendingBatches(em, run);
    for (const batch of pending) batches.push({ run, batch });
    if (pending.length === 0) await completeRun(db, run);
  }
  return { queued, batches };
}

/** The pending batches of a run with a saved plan. undefined: the run has no saved plan yet, or has ended. */
export async function savedBatches(db: Database, id: number): Promise<number[] | undefined> {
  return readFrom(db, async em => {
    const { status } = await findRun(em, id);
    return status === 'applying' ? pendingBatches(em, id) : undefined;
  });
}

async function pendingBatches(em: EntityManager, run: number): Promise<number[]> {
  const rows = await query(
    em,
    sql<{ batch: number }>`
      select distinct batch from sync_run_group where run_id = ${run} and outcome = 'pending' order by batch`,
  );
  return rows.map(row => row.batch);
}

async function expire(db: Database, which: RawBuilder<unknown>): Promise<number[]> {
  const ended = await skippingLocked(
    db,
    lock => sql<{ id: number }>`
      update sync_run
      set status = 'failed', error_code = 'lease_expired', lease_until = null, finished_at = now(),
        error_message = 'the process of this run stopped renewing its lease; nothing was changed'
      where id in (
        select id from sync_run
        where status in (${statusList(LEASED)}) and lease_until < now() and ${which}
        ${lock}
      )
      returning id::float8 as id`,
  );
  return ended.map(row => row.id);
}

/**
 * Waits briefly for locked rows, because the locking connection may be about to end, and then skips them. A stalled
 * client therefore does not block the recovery of other directories.
 */
async function skippingLocked<Row>(
  db: Database,
  statement: (lock: RawBuilder<unknown>) => RawBuilder<Row>,
): Promise<readonly Row[]> {
  try {
    return await transact(db, async em => {
      await query(em, sql`select set_config('lock_timeout', '1s', true)`);
      return query(em, statement(sql`for update`));
    });
  } catch (error) {
    if (sqlState(error) !== '55P03') throw error;
    return execute(db, statement(sql`for update skip locked`));
  }
}

function inFuture(ms: number) {
  return sql`now() + ${ms} * interval '1 millisecond'`;
}
