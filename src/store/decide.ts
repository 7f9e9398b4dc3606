import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { GoneError } from '../errors.ts';
import type { Deciding, Run } from '../run.ts';
import type { Database } from './database.ts';
import { SyncRun } from './entities/sync-run.ts';
import { findRun, lockRequests } from './run-record.ts';
import { queueRun, type Requested } from './runs.ts';
import { query, storable } from './sql.ts';

/**
 * Allows the removals that a run holds and queues the whole run that applies those that are still true by then. The
 * held run stays held until that one has read the directory; approving again meanwhile gets the same run. Throws
 * GoneError when the run does not exist, holds nothing, is not held any more, or holds other removals than `digest`.
 */
export async function approveRun(db: Database, id: number, deciding: Deciding): Promise<Requested> {
  return db.orm.em.fork().transactional(async em => {
    const { directory, counts } = await lockHeld(em, id, deciding.digest);
    if (counts.held?.digest === undefined)
      throw new GoneError(`run ${id} holds no removal: there is nothing to approve`);
    const under = await approvingRun(em, id);
    if (under !== undefined) return { run: under, created: false };
    await recordDecision(em, id, deciding);
    const requestedBy = deciding.by;
    return queueRun(em, { directory, trigger: 'manual', mode: 'apply', requestedBy, approves: id });
  });
}

/**
 * Closes a held run for good: nothing of what it holds is applied. Throws GoneError when the run does not exist, is not
 * held any more, holds other removals than `digest`, or was approved and is being applied.
 */
export async function rejectRun(db: Database, id: number, deciding: Deciding): Promise<Run> {
  return db.orm.em.fork().transactional(async em => {
    await lockHeld(em, id, deciding.digest);
    const under = await approvingRun(em, id);
    if (under !== undefined)
      throw new GoneError(`run ${id} was approved already: run ${under.id} applies it`);
    await recordDecision(em, id, deciding);
    await query(
      em,
      sql`
        update sync_run
        set status = 'rejected', error_code = 'rejected', error_message = 'by ' || decided_by || ': ' || decision_reason
        where id = ${id}`,
    );
    return findRun(em, id);
  });
}

/** Locks the requests first, as everybody does who queues, then the run. */
async function lockHeld(em: EntityManager, id: number, digest: string | undefined): Promise<Run> {
  await lockRequests(em);
  await query(em, sql`select from sync_run where id = ${id} for update`);
  const run = await findRun(em, id);
  if (run.status !== 'held') {
    throw new GoneError(`run ${id} waits for no decision: it is ${run.errorCode ?? run.status}`);
  }
  if (digest !== undefined && digest !== run.counts.held?.digest) {
    throw new GoneError(`run ${id} holds other removals than those of the digest: look at it again`);
  }
  return run;
}

async function approvingRun(em: EntityManager, id: number): Promise<Run | undefined> {
  const status = ['queued', 'reading', 'planning'] as const;
  const under = await em.findOne(SyncRun, { approves: id, status: { $in: status } });
  return under === null ? undefined : findRun(em, under.id);
}

async function recordDecision(em: EntityManager, id: number, { by, reason }: Deciding): Promise<void> {
  await query(
    em,
    sql`
      update sync_run set decided_by = ${by}, decision_reason = ${storable(reason)}, decided_at = now()
      where id = ${id}`,
  );
}
