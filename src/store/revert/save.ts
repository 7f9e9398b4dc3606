/** Reverts a run in one transaction, with its own run record and audit. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { Done } from '../../model/audit.ts';
import type { ManagedTotals } from '../../model/current.ts';
import type { Plan, Verdict } from '../../model/plan.ts';
import type { DecisionRequest, Run, RunCounts } from '../../model/run.ts';
import { storable } from '../../text/storable.ts';
import { forgetMarkerOf } from '../current/directory-state.ts';
import type { Database } from '../database/database.ts';
import { jsonOf, query, queryOne } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { recordOutcomes } from '../reconcile/outcomes.ts';
import { lockHeld, recordDecision } from '../runs/decide.ts';
import { countHeld, heldRemovals } from '../runs/held.ts';
import { countOutcomes, countsOf, findRun, lockRequests } from '../runs/run-record.ts';
import { saveChanges } from '../save/changes.ts';
import { loadDone, loadRevertTotals, lockDone } from './load.ts';
import { writeMembers } from './write.ts';

/** A user's request to revert a run. */
export interface RevertRequest {
  /** The run to revert. */
  readonly reverts: number;
  readonly by: string;
  readonly reason: string;
  /** The held run whose removals the user approves, with the decision. */
  readonly approves?: { readonly run: number; readonly deciding: DecisionRequest };
}

/** What a run did, with the current state. */
export interface Found {
  readonly directory: string;
  readonly done: readonly Done[];
  readonly totals: ManagedTotals;
}

export interface Decided {
  readonly plan: Plan;
  readonly verdict: Verdict;
}

/** Loads what a revert starts from. Throws NotFoundError if the run does not exist. */
export async function findDone(db: Database, run: number): Promise<Found> {
  return transact(db, async em => found(em, await findRun(em, run)), { isolationLevel: 'repeatable read' });
}

/**
 * Reverts a run in one transaction, with its own run record and audit. `decide` plans on the state under the locks;
 * what it holds is not applied. Returns undefined, and writes nothing, if there is nothing to revert. If the only
 * result would be removals that an earlier run already holds, it returns that run. Throws NotFoundError if the run does
 * not exist or the approved run can no longer be decided, and RefusedError `precondition_failed` if the run has not
 * ended.
 */
export async function saveRevert(
  db: Database,
  request: RevertRequest,
  decide: (found: Found) => Decided,
): Promise<Run | undefined> {
  return transact(db, async em => {
    const { reverts, approves } = request;
    // The lock order is the same everywhere: requests, the run to revert, then the held runs that revert it.
    if (approves !== undefined) await lockRequests(em);
    const run = await lockEnded(em, reverts);
    if (approves !== undefined) await lockHeld(em, approves.run, approves.deciding);
    await lockDone(em, reverts);
    const decided = decide(await found(em, run));
    if (approves === undefined) {
      if (!decided.plan.changes.some(change => change.kind === 'update')) return undefined;
      const waiting = await findSameHeld(em, reverts, decided);
      if (waiting !== undefined) return waiting;
    } else {
      await recordDecision(em, approves.run, approves.deciding);
    }
    const id = await insertRun(em, run.directory, request);
    await closeOlder(em, id, request);
    await apply(em, { id, by: request.by }, decided);
    return findRun(em, id);
  });
}

async function found(em: EntityManager, { id, directory }: Run): Promise<Found> {
  const done = await loadDone(em, id);
  return { directory, done, totals: await loadRevertTotals(em, directory, done) };
}

/** Locks the run, so that concurrent reverts of it run one after the other. */
async function lockEnded(em: EntityManager, id: number): Promise<Run> {
  await query(em, sql`select from sync_run where id = ${id} for update`);
  const run = await findRun(em, id);
  if (run.finishedAt !== undefined) return run;
  throw new RefusedError('precondition_failed', `run ${id} has not ended: revert it when it has ended`);
}

/** The held run that already waits for approval of exactly these removals, if the revert would do nothing else. */
async function findSameHeld(em: EntityManager, reverts: number, { plan, verdict }: Decided) {
  const changed = plan.changes.reduce((sum, { add, remove }) => sum + add.length + remove.length, 0);
  const held = verdict.holds.reduce((sum, { removals }) => sum + removals.length, 0);
  if (changed > held) return undefined;
  const row = await queryOne(
    em,
    sql<{ id: number }>`
      select id::float8 as id from sync_run where reverts = ${reverts} and status = 'held' order by id desc limit 1`,
  );
  if (row === undefined) return undefined;
  const waits = await heldRemovals(em, row.id);
  const same = verdict.holds.every(({ change, removals }) => {
    const before = waits.get(plan.changes[change]?.accessGroupId ?? 0);
    return before !== undefined && before.join() === removals.join();
  });
  return same && waits.size === verdict.holds.length ? findRun(em, row.id) : undefined;
}

/** Inserts the run as ended, so that it never blocks a sync. */
async function insertRun(em: EntityManager, directory: string, request: RevertRequest): Promise<number> {
  const { reverts, by, reason, approves } = request;
  const row = await queryOne(
    em,
    sql<{ id: number }>`
      insert into sync_run
        (directory, trigger, requested_by, mode, status, reverts, revert_reason, approves, started_at, finished_at)
      values (${directory}, 'manual', ${by}, 'apply', 'succeeded', ${reverts}, ${storable(reason)},
        ${approves?.run ?? null}, now(), now())
      returning id::float8 as id`,
  );
  if (row === undefined) throw new Error('PostgreSQL inserted a run without returning it');
  return row.id;
}

/**
 * Closes held runs that revert the same run: this run applies the approved one and supersedes the others, because it
 * judged their removals again.
 */
async function closeOlder(
  em: EntityManager,
  id: number,
  { reverts, approves }: RevertRequest,
): Promise<void> {
  const approved = sql`id = ${approves?.run ?? null}::bigint`;
  await query(
    em,
    sql`
      update sync_run
      set status = case when ${approved} then 'succeeded' else 'superseded' end,
        error_message = case when ${approved} then null else ${`run ${id} reverted run ${reverts} again`} end
      where reverts = ${reverts} and status = 'held' and id < ${id}`,
  );
}

async function apply(
  em: EntityManager,
  { id, by }: { readonly id: number; readonly by: string },
  { plan, verdict }: Decided,
): Promise<void> {
  await saveChanges(em, { run: id, plan, verdict, outcome: 'pending', userIds: undefined });
  const { added, removed } = await writeMembers(em, { run: id, by });
  const held = new Set(verdict.holds.map(hold => hold.change));
  const rows = plan.changes.flatMap(({ kind, accessGroupId: groupId = 0 }, seq) => {
    const counts = { added: added.get(seq) ?? 0, removed: removed.get(seq) ?? 0 };
    const outcome = held.has(seq) ? 'held' : counts.added + counts.removed > 0 ? 'applied' : 'unchanged';
    return kind === 'update' ? [{ seq, groupId, outcome, ...counts } as const] : [];
  });
  await recordOutcomes(em, id, rows);
  await forgetMarkerOf(em, id);
  const waits = await countHeld(em, id);
  const codes = [...new Set(verdict.holds.map(hold => hold.reason))].sort();
  const counts: RunCounts = {
    plan: plan.counts,
    ...countsOf(await countOutcomes(em, id)),
    ...(waits && { held: { ...waits, reasons: verdict.reasons, codes } }),
  };
  await query(
    em,
    sql`
      update sync_run set status = ${waits === undefined ? 'succeeded' : 'held'}, counts = ${jsonOf(counts)}::jsonb
      where id = ${id}`,
  );
}
