/** Approval and rejection of held runs. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { RefusedError } from '../../../src/errors.ts';
import type { Hold } from '../../../src/model/plan.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { approveRun, rejectRun } from '../../../src/store/runs/decide.ts';
import { failRun } from '../../../src/store/runs/finish.ts';
import { loadApproved } from '../../../src/store/runs/held.ts';
import { claimRun, releaseRun } from '../../../src/store/runs/lease.ts';
import { getRun, listRuns, requestRun } from '../../../src/store/runs/request.ts';
import {
  change,
  creation,
  ids,
  membersByGroup,
  planOf,
  rowsOf,
  seed,
  sync,
} from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { holdLock } from '../../support/servers/lock.ts';

const ADA = { by: 'ada', reason: 'the team was dissolved' };
const MINE = { owner: 'me', leaseMs: 60_000 };

const holding = (...holds: readonly Omit<Hold, 'reason'>[]) => ({
  holds: holds.map(hold => ({ ...hold, reason: 'member_removals' as const })),
  reasons: ['too many'],
});

/** Two groups of three members; run 2 holds all removals of the first and the deletion of the second. */
async function held(db: Database): Promise<string> {
  await seed(db, 3);
  await sync(db, planOf([creation(1, ids(1, 2, 3)), creation(2, ids(1, 2, 3))]));
  const plan = planOf([
    change(1, { kind: 'update', accessGroupId: 1, remove: ids(1, 2, 3) }),
    change(2, { kind: 'retire', accessGroupId: 2, remove: ids(3), desired: ids(1, 2), deleteGroup: true }),
  ]);
  const verdict = holding({ change: 0, removals: ids(1, 2, 3) }, { change: 1, removals: ids() });
  const run = await sync(db, plan, { verdict });
  expect(run).toMatchObject({ id: 2, status: 'held' });
  return run?.counts.held?.digest ?? 'none';
}

describe('what a run holds', () => {
  it('has a digest over the sorted pairs of AccessGroup and user, 0 for the group itself', async () => {
    await using fresh = await freshDatabase();
    const digest = createHash('sha256').update('1:1,1:2,1:3,2:0').digest('hex');
    expect(await held(fresh.db)).toBe(digest);
    expect(await getRun(fresh.db, 2)).toMatchObject({ counts: { held: { digest } } });
  });

  it('is what an approval approves', async () => {
    await using fresh = await freshDatabase();
    await held(fresh.db);
    expect(await loadApproved(fresh.db, { approves: 2 })).toEqual(
      new Map([
        [1, { removals: ids(1, 2, 3), deletes: false, absent: false }],
        [2, { removals: ids(), deletes: true, absent: false }],
      ]),
    );
  });

  it('waits alone: the other removals of the same group are applied, and the group stays', async () => {
    await using fresh = await freshDatabase();
    await held(fresh.db);
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1, 2, 3], group2: [1, 2] });
    const update = change(1, { kind: 'update', accessGroupId: 1, remove: ids(1, 2, 3) });
    await sync(fresh.db, planOf([update]), { verdict: holding({ change: 0, removals: ids(2) }) });
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [2], group2: [1, 2] });
  });
});

describe('approveRun', () => {
  it('records user and reason, and queues a full run that carries the approval', async () => {
    await using fresh = await freshDatabase();
    const digest = await held(fresh.db);
    expect(await approveRun(fresh.db, 2, { ...ADA, digest })).toMatchObject({
      created: true,
      run: { id: 3, approves: 2, directory: 'corp', mode: 'apply', trigger: 'manual', requestedBy: 'ada' },
    });
    expect(await getRun(fresh.db, 2)).toMatchObject({
      status: 'held',
      decision: { ...ADA, at: expect.any(Date) },
    });
  });

  it('refuses a digest that differs from what the run holds, and records nothing (D8)', async () => {
    await using fresh = await freshDatabase();
    await held(fresh.db);
    const other = { ...ADA, digest: 'f'.repeat(64) };
    await expect(approveRun(fresh.db, 2, other)).rejects.toThrow(/other removals/);
    await expect(rejectRun(fresh.db, 2, other)).rejects.toThrow(RefusedError);
    expect(await getRun(fresh.db, 2)).toMatchObject({ status: 'held', decision: undefined });
    expect(await listRuns(fresh.db, { limit: 9 })).toHaveLength(2);
  });

  it('refuses a run that does not exist, is not held, or was superseded', async () => {
    await using fresh = await freshDatabase();
    const digest = await held(fresh.db);
    await expect(approveRun(fresh.db, 9, ADA)).rejects.toThrow('there is no run 9');
    await expect(approveRun(fresh.db, 1, ADA)).rejects.toThrow(
      'run 1 does not wait for a decision: it is succeeded',
    );
    await sync(fresh.db, planOf([]));
    await expect(approveRun(fresh.db, 2, { ...ADA, digest })).rejects.toThrow('it is superseded');
  });

  it('refuses a run that holds nothing but a doubt', async () => {
    await using fresh = await freshDatabase();
    const verdict = { holds: [], reasons: ['no group at all'] };
    expect(await sync(fresh.db, planOf([]), { verdict })).toMatchObject({ id: 1, status: 'held' });
    await expect(approveRun(fresh.db, 1, ADA)).rejects.toThrow('nothing to approve');
    expect(await rejectRun(fresh.db, 1, ADA)).toMatchObject({ status: 'rejected' });
  });

  it('twenty concurrent approvals get one run, also while that run reads', async () => {
    await using fresh = await freshDatabase();
    const digest = await held(fresh.db);
    const approve = () => approveRun(fresh.db, 2, { ...ADA, digest });
    const answers = await Promise.all(Array.from({ length: 20 }, approve));
    expect(new Set(answers.map(({ run }) => run.id))).toEqual(new Set([3]));
    await claimRun(fresh.db, 3, MINE);
    expect(await approve()).toMatchObject({ created: false, run: { id: 3, status: 'reading' } });
  });

  it('is not merged with an ordinary waiting run, not even when its process stops', async () => {
    await using fresh = await freshDatabase();
    const digest = await held(fresh.db);
    const ordinary = { directory: 'corp', trigger: 'schedule', mode: 'apply' } as const;
    const { run: first } = await requestRun(fresh.db, ordinary);
    const { run } = await approveRun(fresh.db, 2, { ...ADA, digest });
    expect(run.id).not.toBe(first.id);
    expect(await requestRun(fresh.db, ordinary)).toMatchObject({ created: false, run: { id: first.id } });
    await claimRun(fresh.db, run.id, MINE);
    await releaseRun(fresh.db, run.id, MINE);
    expect(await getRun(fresh.db, run.id)).toMatchObject({ status: 'queued', approves: 2 });
  });

  it('is not widened by more groups once a worker has begun to read with the first ones (D8)', async () => {
    await using fresh = await freshDatabase();
    await held(fresh.db);
    const { run } = await approveRun(fresh.db, 2, { ...ADA, groups: [1] });
    const claim = `update sync_run set status = 'reading', owner = 'worker', forgotten_before = 0 where id = ${run.id}`;
    await using worker = await holdLock(fresh.settings.url, claim);
    const wider = expect(approveRun(fresh.db, 2, { ...ADA, groups: [2] })).rejects.toThrow('other groups');
    await worker.isWaitedFor();
    await worker.commit();
    await wider;
    expect(await getRun(fresh.db, run.id)).toMatchObject({ approvedGroups: [1] });
  });

  it('can be repeated if the run that carried it failed', async () => {
    await using fresh = await freshDatabase();
    const digest = await held(fresh.db);
    const first = await approveRun(fresh.db, 2, { ...ADA, digest });
    await failRun(fresh.db, first.run.id, { code: 'unreachable', message: 'no answer' });
    const again = await approveRun(fresh.db, 2, { by: 'bob', reason: 'once more', digest });
    expect(again).toMatchObject({ created: true, run: { id: 4, approves: 2 } });
    expect(await getRun(fresh.db, 2)).toMatchObject({ decision: { by: 'bob' } });
  });
});

describe('rejectRun', () => {
  it('closes the run with actor and reason, and applies nothing', async () => {
    await using fresh = await freshDatabase();
    const digest = await held(fresh.db);
    expect(await rejectRun(fresh.db, 2, { ...ADA, digest })).toMatchObject({
      status: 'rejected',
      errorCode: 'rejected',
      errorMessage: 'by ada: the team was dissolved',
      decision: ADA,
    });
    await expect(approveRun(fresh.db, 2, { ...ADA, digest })).rejects.toThrow('it is rejected');
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1, 2, 3], group2: [1, 2] });
    expect(await listRuns(fresh.db, { limit: 9 })).toHaveLength(2);
  });

  it('refuses a run whose approval is being applied', async () => {
    await using fresh = await freshDatabase();
    const digest = await held(fresh.db);
    await approveRun(fresh.db, 2, { ...ADA, digest });
    await expect(rejectRun(fresh.db, 2, ADA)).rejects.toThrow('already approved: run 3 applies it');
  });

  it('a decision without user or reason cannot be stored', async () => {
    await using fresh = await freshDatabase();
    await held(fresh.db);
    const half = rowsOf(fresh.db, sql`update sync_run set decided_by = 'ada' where id = 2`);
    await expect(half).rejects.toThrow('sync_run_decision_check');
  });
});
