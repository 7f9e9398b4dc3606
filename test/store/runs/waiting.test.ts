/** What waits for a decision is one plan, however many runs find it again. */
import { describe, expect, it } from 'vitest';
import { runMembers } from '../../../src/store/audit/run-members.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { approveRun, rejectRun } from '../../../src/store/runs/decide.ts';
import { listRuns, runChanges } from '../../../src/store/runs/request.ts';
import { getWaiting, listWaiting } from '../../../src/store/runs/waiting.ts';
import { change, creation, ids, planOf, seed, sync } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const ADA = { by: 'ada', reason: 'the team was dissolved' };
/** The number of runs after the first one that find the same. */
const TICKS = 5;

/** Run 1 creates three groups of three members. */
async function groups(db: Database): Promise<void> {
  await seed(db, 3);
  await sync(db, planOf([1, 2, 3].map(n => creation(n, ids(1, 2, 3)))));
}

/** A run that would remove two members of each of these groups, and that holds them. */
function hold(db: Database, numbers: readonly number[], options = {}) {
  const removals = numbers.map(n =>
    change(n, { kind: 'update', accessGroupId: n, remove: ids(1, 2), desired: ids(3) }),
  );
  const verdict = {
    holds: removals.map((_, index) => ({
      change: index,
      removals: ids(1, 2),
      reason: 'member_removals' as const,
    })),
    reasons: ['6 of 9 managed memberships would be removed'],
  };
  return sync(db, planOf(removals), { verdict, ...options });
}

describe('what waits', () => {
  it('stays one plan with its age and its run when every later run finds the same, and no run is rejected (G110)', async () => {
    await using fresh = await freshDatabase();
    await groups(fresh.db);
    const first = await hold(fresh.db, [1, 2, 3]);
    for (let tick = 0; tick < TICKS; tick++)
      expect(await hold(fresh.db, [1, 2, 3])).toMatchObject({
        status: 'succeeded',
        counts: { waiting: 6, held: { groups: 3, removals: 6, run: 2, digest: first?.counts.held?.digest } },
      });

    expect(await listWaiting(fresh.db)).toEqual([
      expect.objectContaining({
        digest: first?.counts.held?.digest,
        directory: 'corp',
        state: 'waiting',
        run: 2,
        since: first?.finishedAt,
        groups: 3,
        removals: 6,
        seen: { runs: TICKS + 1, lastRun: TICKS + 2, lastAt: expect.any(Date) },
        decisions: ['approve', 'reject'],
      }),
    ]);
    const statuses = (await listRuns(fresh.db, { limit: 99 })).map(run => run.status);
    expect(statuses.filter(status => status === 'held')).toHaveLength(1);
    expect(statuses).not.toContain('rejected');
  });

  it('shows every held group with its number, and the people of one group (G110)', async () => {
    await using fresh = await freshDatabase();
    await groups(fresh.db);
    await hold(fresh.db, [1, 2, 3]);
    const { items } = await runChanges(fresh.db, 2, { limit: 9, held: true });
    expect(items.map(({ name, held }) => [name, held])).toEqual([
      ['group1', 2],
      ['group2', 2],
      ['group3', 2],
    ]);
    const people = await runMembers(fresh.db, 2, { limit: 9, held: true, group: 3 });
    expect(people.items.map(({ group, username }) => [group, username])).toEqual([
      ['group3', 'user1'],
      ['group3', 'user2'],
    ]);
    expect((await runChanges(fresh.db, 1, { limit: 9, held: true })).items).toEqual([]);
  });

  it('is superseded by another plan, and leads to that one', async () => {
    await using fresh = await freshDatabase();
    await groups(fresh.db);
    const before = (await hold(fresh.db, [1, 2]))?.counts.held?.digest ?? '';
    const after = (await hold(fresh.db, [1, 2, 3]))?.counts.held?.digest;
    expect(await listWaiting(fresh.db)).toMatchObject([{ digest: after, run: 3 }]);
    expect(await getWaiting(fresh.db, before)).toMatchObject({
      state: 'superseded',
      run: 2,
      replacedBy: after,
      decisions: [],
    });
  });

  it('is not shown a second time by a run of one of its groups', async () => {
    await using fresh = await freshDatabase();
    await groups(fresh.db);
    await hold(fresh.db, [1, 2, 3]);
    expect(await hold(fresh.db, [2], { whole: false })).toMatchObject({
      status: 'succeeded',
      counts: { held: { groups: 1, removals: 2, run: 2 } },
    });
    expect(await listWaiting(fresh.db)).toMatchObject([{ run: 2, groups: 3, removals: 6 }]);
  });

  it('shows that it is approved and then applied, or rejected, with the decision', async () => {
    await using fresh = await freshDatabase();
    await groups(fresh.db);
    const digest = (await hold(fresh.db, [1]))?.counts.held?.digest ?? '';
    await rejectRun(fresh.db, 2, { ...ADA, digest });
    expect(await listWaiting(fresh.db)).toEqual([]);
    expect(await getWaiting(fresh.db, digest)).toMatchObject({ state: 'rejected', decision: ADA });

    await hold(fresh.db, [1]);
    expect(await getWaiting(fresh.db, digest)).toMatchObject({ state: 'waiting', run: 3 });
    await approveRun(fresh.db, 3, { ...ADA, digest });
    expect(await getWaiting(fresh.db, digest)).toMatchObject({
      state: 'approved',
      appliedBy: 4,
      decisions: [],
    });
  });

  it('is known by its reasons if the read is not trusted and holds no removal, which only a rejection ends', async () => {
    await using fresh = await freshDatabase();
    await groups(fresh.db);
    const verdict = { holds: [], reasons: ['the read found no group'] };
    expect(await sync(fresh.db, planOf([]), { verdict })).toMatchObject({ status: 'held' });
    expect(await sync(fresh.db, planOf([]), { verdict })).toMatchObject({ status: 'succeeded' });
    const [plan] = await listWaiting(fresh.db);
    expect(plan).toMatchObject({ run: 2, removals: 0, causes: ['read_not_trusted'], decisions: ['reject'] });
    expect(await getWaiting(fresh.db, plan?.digest ?? '')).toMatchObject({ run: 2 });
    expect(await getWaiting(fresh.db, '0'.repeat(64))).toBeUndefined();
  });
});
