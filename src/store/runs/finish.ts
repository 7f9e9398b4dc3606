import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Run, RunCounts } from '../../model/run.ts';
import { LEASED, OPEN } from '../../model/run-status.ts';
import { storable } from '../../text/storable.ts';
import { forgetMarkerOf } from '../current/directory-state.ts';
import type { Database } from '../database/database.ts';
import { among } from '../database/in-status.ts';
import { jsonOf, query, queryOne } from '../database/sql.ts';
import { execute, transact } from '../database/transaction.ts';
import { countHeld } from './held.ts';
import { countOutcomes, countsOf, findRun, hasPending } from './run-record.ts';

/** Ends a run that had nothing to apply. Does nothing when the run is no longer this owner's. */
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
      where id = ${id} and owner = ${owner} and status in (${among(LEASED)})`,
  );
}

/**
 * Ends a run that goes on as failed, and returns whether it did; its tasks that still wait will change nothing. With
 * `owner`, only while that owner reads and plans: once its plan is saved, whoever has failed since goes on with that.
 * A run that is over stays as it ended.
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
          then status in (${among(OPEN)})
          else status in (${among(LEASED)}) and owner = ${owner} end
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
 * Records the end of a run once no task of it is left, and returns it: held when removals wait for a person, else
 * partial when a group failed or is unknown, else succeeded. undefined: it goes on, or was over before.
 */
export async function completeRun(db: Database, id: number): Promise<Run | undefined> {
  const em = db.orm.em.fork();
  // Asked without a lock first: tasks lock the run, and asking after each of them must not wait for the others.
  if (await hasPending(em, id)) return undefined;
  return transact(db, trx => complete(trx, id));
}

async function complete(em: EntityManager, id: number): Promise<Run | undefined> {
  // Doubted: the guard had a reason without a removal to hold, as when the directory shows no group at all.
  const applying = await queryOne(
    em,
    sql<{ doubted: boolean; unknown: boolean }>`
      select coalesce(counts #>> '{held,groups}' = '0', false) as doubted,
        exists (select from sync_run_group where run_id = ${id} and kind = 'unknown') as unknown
      from sync_run where id = ${id} and status = 'applying'
      for update`,
  );
  const tally = await countOutcomes(em, id);
  if (applying === undefined || tally.done < tally.total) return undefined;
  const status = statusOf(applying, tally);
  const held = status === 'held' ? await countHeld(em, id) : undefined;
  await query(
    em,
    sql`
      update sync_run
      set status = ${status}, finished_at = now(), counts = jsonb_set_lax(counts || ${jsonOf(countsOf(tally))}::jsonb,
        '{held,digest}', to_jsonb(${held?.digest ?? null}::text), true, 'return_target')
      where id = ${id}`,
  );
  const run = await findRun(em, id);
  if (applying.unknown || tally.undone > 0) await forgetMarkerOf(em, id);
  return run;
}

function statusOf(
  { doubted, unknown }: { readonly doubted: boolean; readonly unknown: boolean },
  { held, failed }: { readonly held: number; readonly failed: number },
) {
  if (doubted || held > 0) return 'held';
  return unknown || failed > 0 ? 'partial' : 'succeeded';
}
