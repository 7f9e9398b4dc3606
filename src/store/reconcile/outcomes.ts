/** Records the outcomes of the rows of a saved plan. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { RunGroup } from '../../model/run.ts';
import { forgetMarkerOf } from '../current/directory-state.ts';
import { intArray, jsonOf, query } from '../database/sql.ts';

/** The outcome of one row of a saved plan. */
export interface RowOutcome {
  readonly seq: number;
  readonly outcome: Exclude<RunGroup['outcome'], 'pending' | 'planned' | 'noted'>;
  readonly groupId?: number;
  readonly reason?: string;
  readonly error?: string;
  readonly added?: number;
  readonly removed?: number;
}

/**
 * Records the outcomes and stores errors with the directory groups. If a row was not applied as planned, the next
 * schedule reads the directory again.
 */
export async function settleRows(
  em: EntityManager,
  run: number,
  directory: string,
  rows: readonly RowOutcome[],
): Promise<void> {
  await recordOutcomes(em, run, rows);
  await markFailed(em, run, directory, rows);
  // This is last, because transactions that hold links wait for the row of the marker.
  if (rows.some(isUndone)) await forgetMarkerOf(em, run);
}

function isUndone({ outcome, reason }: RowOutcome): boolean {
  return outcome === 'failed' || outcome === 'superseded' || reason === 'rename_conflict';
}

/** Records each outcome once; a later delivery finds the rows no longer pending. */
export async function recordOutcomes(
  em: EntityManager,
  run: number,
  rows: readonly RowOutcome[],
): Promise<void> {
  if (rows.length === 0) return;
  await query(
    em,
    sql`
      update sync_run_group r
      set outcome = s.outcome, reason = coalesce(s.reason, r.reason), error = s.error,
        added = coalesce(s.added, 0), removed = coalesce(s.removed, 0),
        access_group_id = coalesce(s."groupId", r.access_group_id), settled_at = clock_timestamp()
      from json_to_recordset(${jsonOf(rows)}::json) as s(seq integer, outcome text, "groupId" integer, reason text,
        error text, added integer, removed integer)
      where r.run_id = ${run} and r.seq = any(${intArray(rows.map(row => row.seq))}::integer[]) and r.seq = s.seq
        and r.outcome = 'pending'`,
  );
}

/** Links sources to their AccessGroups, and keeps older runs from changing them. */
export async function markApplied(
  em: EntityManager,
  run: number,
  directory: string,
  rows: readonly { readonly sources: readonly string[]; readonly groupId: number }[],
): Promise<void> {
  if (rows.length === 0) return;
  const sources = rows.flatMap(row => row.sources);
  const groups = rows.flatMap(row => row.sources.map(() => row.groupId));
  await query(
    em,
    sql`
      update directory_group d
      set access_group_id = g.id, team_id = g.team_id, applied_run = ${run}, last_error = null
      from unnest(${sources}::uuid[], ${intArray(groups)}::integer[]) as s(source, group_id)
      join access_group g on g.id = s.group_id
      where d.directory = ${directory} and d.external_id = any(${sources}::uuid[]) and d.external_id = s.source
        and (d.access_group_id is null or d.access_group_id = g.id)`,
  );
}

/** Stores the error of failed rows with their directory groups; a conflict becomes their state. */
async function markFailed(
  em: EntityManager,
  run: number,
  directory: string,
  rows: readonly RowOutcome[],
): Promise<void> {
  const failed = rows.filter(row => row.outcome === 'failed');
  if (failed.length === 0) return;
  await query(
    em,
    sql`
      update directory_group d
      set last_error = r.error, state = case when starts_with(r.reason, 'name_conflict') then 'conflict' else d.state end,
        reason = coalesce(r.reason, d.reason)
      from sync_run_group r
      cross join lateral unnest(r.sources) as source
      where r.run_id = ${run} and r.seq = any(${intArray(failed.map(row => row.seq))}::integer[])
        and d.directory = ${directory} and d.external_id = source`,
  );
}
