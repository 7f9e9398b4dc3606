/** Approves and rejects held runs. */
import { type EntityManager, raw } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { Requested } from '../../model/operations/runs.ts';
import type { DecisionRequest, Run } from '../../model/run.ts';
import { LEASED } from '../../model/run-status.ts';
import { storable } from '../../text/storable.ts';
import { forgetMarkerOf } from '../current/directory-state.ts';
import type { Database } from '../database/database.ts';
import { intArray, query } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { SyncRun } from '../entities/runs.ts';
import { countHeld, notHeld } from './held.ts';
import { rememberApproved, rememberRejected } from './rejected.ts';
import { queueRun } from './request.ts';
import { findRun, lockRequests, lockRun } from './run-record.ts';

/**
 * Approves what a run holds, for all or some of its groups, and queues a full run. That run applies the removals that
 * are still valid and holds the others. The held run stays held until the new run has read the directory. Another
 * approval in the meantime returns the same run, and adds its groups as long as the run waits. Throws RefusedError if
 * the run does not exist, is no longer held, holds nothing (of one of these groups), holds something other than
 * `digest`, or is already being applied with other groups.
 */
export async function approveRun(db: Database, id: number, deciding: DecisionRequest): Promise<Requested> {
  return transact(db, async em => {
    const { directory, counts } = await lockHeld(em, id, deciding);
    if (counts.held?.digest === undefined)
      throw new RefusedError('plan_changed', `run ${id} holds no removal: there is nothing to approve`);
    const under = await approvingRun(em, id);
    if (under !== undefined) return { run: await widen(em, id, under, deciding), created: false };
    await recordDecision(em, id, deciding);
    await rememberApproved(em, id, deciding.groups);
    // If the run that applies it fails, the next schedule must read the directory even if it is unchanged.
    await forgetMarkerOf(em, id);
    const { by: requestedBy, groups: approvedGroups } = deciding;
    const request = { directory, trigger: 'manual', mode: 'apply', requestedBy } as const;
    return queueRun(em, { ...request, approves: id, approvedGroups });
  });
}

/**
 * Rejects what a run holds, for all or some of its groups; the rejected removals are not applied. If the run still
 * holds other removals, it keeps waiting, under a new digest. Throws RefusedError as approveRun does, or if the run was
 * approved.
 */
export async function rejectRun(db: Database, id: number, deciding: DecisionRequest): Promise<Run> {
  return transact(db, async em => {
    const { counts } = await lockHeld(em, id, deciding);
    const under = await approvingRun(em, id);
    if (under !== undefined)
      throw new RefusedError('plan_changed', `run ${id} is already approved: run ${under.id} applies it`);
    await recordDecision(em, id, deciding);
    await rememberRejected(em, id, deciding.groups);
    const rest = deciding.groups === undefined ? undefined : await rejectGroups(em, id, deciding);
    const { by, reason } = deciding;
    const rejected = {
      status: 'rejected',
      errorCode: 'rejected',
      errorMessage: `by ${by}: ${storable(reason)}`,
    } as const;
    const less = { counts: { ...counts, held: { ...counts.held, ...rest } } };
    await em.nativeUpdate(SyncRun, { id }, rest === undefined ? rejected : less);
    return findRun(em, id);
  });
}

/**
 * Locks the requests first, as every transaction that queues a run does, and then the run. Throws RefusedError as
 * approveRun does.
 */
export async function lockHeld(
  em: EntityManager,
  id: number,
  { digest, groups = [] }: DecisionRequest,
): Promise<Run> {
  await lockRequests(em);
  const run = await lockRun(em, id);
  if (run.status !== 'held') {
    throw new RefusedError('plan_changed', `run ${id} does not wait for a decision: it is ${run.status}`);
  }
  if (digest !== undefined && digest !== run.counts.held?.digest) {
    throw new RefusedError(
      'plan_changed',
      `run ${id} holds other removals than those of the digest: review it again`,
    );
  }
  const [strange] = await notHeld(em, id, groups);
  if (strange !== undefined)
    throw new RefusedError('plan_changed', `run ${id} holds nothing of AccessGroup ${strange}`);
  return run;
}

async function approvingRun(em: EntityManager, id: number): Promise<Run | undefined> {
  const under = await em.findOne(SyncRun, { approves: id, status: { $in: ['queued', ...LEASED] } });
  return under === null ? undefined : findRun(em, under.id);
}

/** Adds these groups to an approval that a waiting run applies. */
async function widen(em: EntityManager, held: number, under: Run, { groups }: DecisionRequest): Promise<Run> {
  const { id, approvedGroups: before } = under;
  if (before === undefined || groups?.every(group => before.includes(group))) return under;
  const all = groups && [...new Set([...before, ...groups])];
  // The update checks the status, because a worker may be claiming the run, and a worker reads the approval only once.
  const widened = await em.nativeUpdate(SyncRun, { id, status: 'queued' }, { approvedGroups: all ?? null });
  if (widened === 0) {
    throw new RefusedError(
      'plan_changed',
      `run ${id} already applies other groups of it: approve these when it has ended`,
    );
  }
  await rememberApproved(em, held, all);
  return findRun(em, id);
}

/** Returns what the run still holds; undefined: nothing. */
async function rejectGroups(em: EntityManager, id: number, { by, reason, groups = [] }: DecisionRequest) {
  await query(
    em,
    sql`
      update sync_run_group
      set outcome = 'rejected', reason = 'rejected', explanation = ${storable(`rejected by ${by}: ${reason}`)}
      where run_id = ${id} and outcome = 'held' and access_group_id = any(${intArray(groups)}::integer[])`,
  );
  return countHeld(em, id);
}

/** Records a user's decision with the held run. */
export async function recordDecision(
  em: EntityManager,
  id: number,
  { by, reason }: DecisionRequest,
): Promise<void> {
  const decision = { decidedBy: by, decisionReason: storable(reason), decidedAt: raw('now()') };
  await em.nativeUpdate(SyncRun, { id }, decision);
}
