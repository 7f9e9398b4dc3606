/** Applies the rows of a batch inside the transaction of the caller. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { NotFoundError } from '../../errors.ts';
import { PLAN_MINUTES } from '../../model/run-status.ts';
import { markSync } from '../database/session-variables.ts';
import { query } from '../database/sql.ts';
import { createGroups, deleteGroups, type RowTarget, renameTo, setSettings } from './groups.ts';
import { keepLastOwners, lockOwners } from './last-owner.ts';
import {
  type LockedRow,
  loadRows,
  lockPending,
  lockRun,
  lockSources,
  planByKeys,
  type RunToApply,
} from './locks.ts';
import { addMembers, removeMembers } from './members.ts';
import { markApplied, type RowOutcome, settleRows } from './outcomes.ts';

/**
 * Applies the rows of one batch (or one of its rows) in the caller's transaction and returns their outcomes. The result
 * is empty if another delivery of the batch was first. Throws NotFoundError if the batch does not exist.
 */
export async function reconcileRows(
  em: EntityManager,
  run: number,
  batch: number,
  only?: number,
): Promise<readonly RowOutcome[]> {
  await planByKeys(em);
  await markSync(em);
  const locked = await lockRun(em, run);
  const { directory, applying } = locked;
  const seqs = await lockPending(em, run, batch, only);
  if (seqs.length === 0) {
    await requireBatch(em, run, batch);
    return [];
  }
  const rows = applying
    ? await reconcileLocked(em, run, locked, seqs)
    : seqs.map(seq => ({ seq, outcome: 'superseded' as const, reason: 'run_over' }));
  await settleRows(em, run, directory, rows);
  return rows;
}

async function requireBatch(em: EntityManager, run: number, batch: number): Promise<void> {
  const found = await query(
    em,
    sql`select from sync_run_group where run_id = ${run} and batch = ${batch} limit 1`,
  );
  if (found.length === 0) throw new NotFoundError(`run ${run} has no batch ${batch}: its saved plan is gone`);
}

async function reconcileLocked(
  em: EntityManager,
  run: number,
  { directory, outdated }: RunToApply,
  seqs: readonly number[],
) {
  await lockSources(em, run, directory, seqs);
  const owners = await lockOwners(em, run, seqs);
  const locked = await loadRows(em, run, directory, seqs);
  const refused = locked.map(row => refusal(row, run, outdated)).filter(row => row !== undefined);
  const out = new Set(refused.map(row => row.seq));
  const live = locked.filter(row => !out.has(row.seq));
  return [...refused, ...(await apply(em, { run, directory, owners }, live))];
}

/** The outcome of a row that must not be applied; undefined: apply it. */
function refusal(row: LockedRow, run: number, outdated: boolean): RowOutcome | undefined {
  const { seq } = row;
  if (row.appliedRun > run) return { seq, outcome: 'superseded', reason: 'newer_run' };
  if (row.released) return { seq, outcome: 'superseded', reason: 'released' };
  if (row.frozen) return { seq, outcome: 'superseded', reason: 'frozen' };
  if (row.knownSources === 0 || row.teamId === null)
    return { seq, outcome: 'superseded', reason: 'team_gone' };
  if (row.plannedGroupId !== null && row.groupId === null)
    return { seq, outcome: 'superseded', reason: 'unlinked' };
  // A user has adopted a group for it since; the guard has not checked removals from that group.
  if (row.kind === 'create' && row.groupId !== null) return { seq, outcome: 'superseded', reason: 'linked' };
  if (outdated) return { seq, outcome: 'failed', reason: 'plan_outdated', error: outdatedMessage(row) };
  if (row.groupId !== null || row.namesakeId === null) return undefined;
  const taken = row.namesakeManaged === true ? 'managed' : 'manual';
  const whose = taken === 'managed' ? 'another managed group' : 'a manual group';
  return {
    seq,
    outcome: 'failed',
    reason: `name_conflict_${taken}`,
    error: `${row.team}/${row.name}: ${whose} took this name since the plan was made; nothing was changed`,
  };
}

function outdatedMessage({ team, name }: LockedRow): string {
  return `${team}/${name}: the plan is more than ${PLAN_MINUTES} minutes old, so nothing was changed; the next run reads the directory again`;
}

async function apply(
  em: EntityManager,
  { run, directory, owners }: { run: number; directory: string; owners: boolean },
  live: readonly LockedRow[],
): Promise<RowOutcome[]> {
  const lacking = live.filter(row => row.groupId === null).map(row => row.seq);
  const made = await createGroups(em, { run, directory }, lacking);
  const created = new Map(made.map(target => [target.seq, target.groupId]));
  const rows = live.map(row => ({ ...row, groupId: row.groupId ?? created.get(row.seq) ?? 0 }));
  const some = (targets: readonly RowTarget[]) => ({ run, directory, targets });
  await renameTo(em, some(rows.filter(wantsRename).filter(isNameFree)));
  await markApplied(em, run, directory, rows);
  const set = await setSettings(em, some(rows));
  const added = await addMembers(em, some(rows.filter(row => row.kind !== 'retire')));
  const shrinking = some(rows.filter(row => row.removes && !created.has(row.seq)));
  if (owners) await keepLastOwners(em, shrinking);
  const removed = await removeMembers(em, shrinking);
  await deleteGroups(em, some(rows.filter(row => row.deleteGroup && !row.held)));
  return rows.map(row => {
    const counts = { added: added.get(row.groupId) ?? 0, removed: removed.get(row.groupId) ?? 0 };
    const changed =
      created.has(row.seq) ||
      set.has(row.groupId) ||
      counts.added + counts.removed > 0 ||
      row.deleteGroup ||
      isRenamed(row);
    return {
      seq: row.seq,
      groupId: row.groupId,
      ...counts,
      outcome: row.held ? 'held' : changed ? 'applied' : 'unchanged',
      ...(wantsRename(row) && !isNameFree(row) && { reason: 'rename_conflict' }),
    };
  });
}

/** The renames of a run are applied together beforehand; this finds those that were not possible at that time. */
function wantsRename(row: LockedRow): boolean {
  return row.previousName !== null && row.groupName !== null && row.groupName !== row.name;
}

function isNameFree(row: LockedRow): boolean {
  return row.namesakeId === null;
}

function isRenamed(row: LockedRow): boolean {
  return row.previousName !== null && (!wantsRename(row) || isNameFree(row));
}
