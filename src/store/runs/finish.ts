/** Ends runs, as succeeded, partial, held or failed. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Run, RunCounts } from '../../model/run.ts';
import { LEASED, OPEN } from '../../model/run-status.ts';
import { storable } from '../../text/storable.ts';
import { forgetMarkerOf } from '../current/directory-state.ts';
import type { Database } from '../database/database.ts';
import { statusList } from '../database/in-status.ts';
import { jsonOf, query, queryOne } from '../database/sql.ts';
import { execute, transact } from '../database/transaction.ts';
import { countHeld } from './held.ts';
import { countOutcomes, countsOf, findRun, isApplied, type Tally } from './run-record.ts';
import { findSameHeld, supersedeHeld } from './waiting.ts';

/** Ends a run that had nothing to apply. Does nothing if this owner no longer has the run. */
export async function finishRun(
  db: Database,
  id: number,
  { owner, counts }: { readonly owner: string; readonly counts: RunCounts },
): Promise<void> {
  await execute(
    db,
    sql`
      update sync_run
      set status = 'succeeded', lease_until = null, finished_at = now(),
        counts = counts || ${jsonOf(counts)}::jsonb
      where id = ${id} and owner = ${owner} and status in (${statusList(LEASED)})`,
  );
}

/**
 * Ends an active run as failed and returns whether it did; its pending tasks then change nothing. With `owner`, it does
 * so only while that owner reads and plans, because a run with a saved plan continues without its owner. A run that has
 * ended is unchanged.
 */
export async function failRun(
  db: Database,
  id: number,
  failure: {
    readonly owner?: string;
    readonly code: string;
    readonly message: string;
    readonly counts?: RunCounts;
  },
): Promise<boolean> {
  const { owner = null, code, message, counts = {} } = failure;
  return transact(db, async em => {
    const ended = await query(
      em,
      sql`
        update sync_run
        set status = 'failed', error_code = ${code}, error_message = ${storable(message)}, lease_until = null,
          finished_at = now(), counts = counts || ${jsonOf(counts)}::jsonb
        where id = ${id} and case when ${owner}::text is null
          then status in (${statusList(OPEN)})
          else status in (${statusList(LEASED)}) and owner = ${owner} end
        returning id`,
    );
    const left = await query(
      em,
      sql`
        update sync_run_group set outcome = 'superseded', settled_at = now()
        where run_id = ${ended.length === 0 ? null : id} and outcome = 'pending'
        returning seq`,
    );
    if (left.length > 0) await forgetMarkerOf(em, id);
    return ended.length > 0;
  });
}

/**
 * Ends a run that has no pending tasks and returns it. The status is held if it holds something new, partial if a group
 * failed or is unknown, or a user could not be created, and succeeded otherwise. A run that holds what an older run
 * holds already names that run in its counts; the older run continues to wait. undefined: the run is still active, or had
 * already ended.
 */
export async function completeRun(db: Database, id: number): Promise<Run | undefined> {
  const em = db.orm.em.fork();
  // Checked without a lock first: tasks lock the run, and this check, which runs after each task, must not wait for
  // them.
  if (!(await isApplied(em, id))) return undefined;
  return transact(db, trx => complete(trx, id));
}

async function complete(em: EntityManager, id: number): Promise<Run | undefined> {
  // heldWithoutRemovals: the guard held the plan for a reason without removals, for example because the directory shows
  // no groups at all.
  const applying = await queryOne(
    em,
    sql<{ heldWithoutRemovals: boolean; incomplete: boolean }>`
      select coalesce(counts #>> '{held,groups}' = '0', false) as "heldWithoutRemovals",
        exists (select from sync_run_group where run_id = ${id} and kind = 'unknown') or counts ? 'refused' as incomplete
      from sync_run where id = ${id} and status = 'applying'
      for update`,
  );
  const tally = await countOutcomes(em, id);
  if (applying === undefined || tally.done < tally.total) return undefined;
  const { incomplete, heldWithoutRemovals } = applying;
  const holds = heldWithoutRemovals || tally.held > 0;
  await recordCounts(em, id, tally, holds ? ((await countHeld(em, id)) ?? {}) : undefined);
  const same = holds ? await findSameHeld(em, id) : undefined;
  await supersedeHeld(em, id, same);
  const isPartial = incomplete || tally.failed > 0;
  const status = holds && same === undefined ? 'held' : isPartial ? 'partial' : 'succeeded';
  await query(
    em,
    sql`
      update sync_run
      set status = ${status}, lease_until = null, finished_at = now(),
        counts = case when ${same ?? null}::bigint is null then counts
          else jsonb_set(counts, '{held,run}', to_jsonb(${same ?? null}::bigint))
            || jsonb_build_object('waiting', counts -> 'held' -> 'removals') end
      where id = ${id}`,
  );
  const run = await findRun(em, id);
  if (incomplete || tally.undone > 0) await forgetMarkerOf(em, id);
  return run;
}

/** `held`: what is held in fact, which is added to the reasons of the plan. undefined: nothing. */
async function recordCounts(em: EntityManager, id: number, tally: Tally, held?: object): Promise<void> {
  const waits =
    held && sql`|| jsonb_build_object('held', coalesce(counts -> 'held', '{}') || ${jsonOf(held)}::jsonb)`;
  await query(
    em,
    sql`
      update sync_run set counts = (counts - 'held') || ${jsonOf(countsOf(tally))}::jsonb ${waits ?? sql``}
      where id = ${id}`,
  );
}
