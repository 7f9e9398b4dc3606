/** Held rows, and rows that PostgreSQL refuses. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { failBatch } from '../../../src/store/reconcile/reconcile-batch.ts';
import { completeRun } from '../../../src/store/runs/finish.ts';
import { getRun, runGroups } from '../../../src/store/runs/request.ts';
import {
  change,
  creation,
  groupId,
  ids,
  membersByGroup,
  planOf,
  rowsOf,
  saveRun,
  seed,
  sync,
} from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

describe('reconcileBatch, held rows', () => {
  const verdict = {
    holds: [{ change: 0, removals: ids(1, 2), reason: 'group_member_removals' as const }],
    reasons: ['too many'],
  };

  it('add members but remove none, and the run is held', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 4);
    await sync(fresh.db, planOf([creation(1, ids(1, 2, 3)), creation(2, ids(1, 2))]));
    const update = change(1, {
      kind: 'update',
      accessGroupId: 1,
      desired: ids(3, 4),
      add: ids(4),
      remove: ids(1, 2),
    });
    const other = change(2, { kind: 'update', accessGroupId: 2, desired: ids(1), remove: ids(2) });
    expect(await sync(fresh.db, planOf([update, other]), { verdict })).toMatchObject({ status: 'held' });
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1, 2, 3, 4], group2: [1] });
    expect(await runGroups(fresh.db, 2)).toMatchObject([
      { outcome: 'held', added: 1, removed: 0, held: 2 },
      { outcome: 'applied', added: 0, removed: 1, held: 0 },
    ]);
  });

  it('delete no group', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await sync(fresh.db, planOf([creation(1, ids())]));
    const retire = change(1, { kind: 'retire', accessGroupId: 1, deleteGroup: true });
    expect(await sync(fresh.db, planOf([retire]), { verdict })).toMatchObject({ status: 'held' });
    expect(await groupId(fresh.db, 'group1')).toBe(1);
  });
});

describe('reconcileBatch, bad rows', () => {
  it('one group that violates a constraint fails with its name, 99 others are created (F88)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    const good = Array.from({ length: 99 }, (_, at) => creation(at + 1, ids(1, 2)));
    const bad = creation(100, ids(1), { name: 'x'.repeat(65) });
    expect(await sync(fresh.db, planOf([...good, bad]))).toMatchObject({
      status: 'partial',
      counts: { applied: { groups: 99, added: 198, failed: 1 } },
    });
    const failed = (await runGroups(fresh.db, 1)).filter(group => group.outcome === 'failed');
    expect(failed).toHaveLength(1);
    expect(failed[0]?.error).toContain(`red/${'x'.repeat(65)}: `);
    expect(failed[0]?.error).toContain('character varying(64)');
    expect(
      await rowsOf(fresh.db, sql`select cn from directory_group where last_error is not null`),
    ).toHaveLength(1);
    expect(Object.keys(await membersByGroup(fresh.db))).toHaveLength(99);
  });

  it('a partial run resets the marker, so that the next run retries (F88)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await sync(fresh.db, planOf([creation(1, ids(1), { name: 'x'.repeat(65) })]), { marker: 'm1' });
    expect(await rowsOf(fresh.db, sql`select marker from directory_state`)).toEqual([{ marker: null }]);
    await sync(fresh.db, planOf([creation(1, ids(1))]), { marker: 'm1' });
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1] });
    expect(await rowsOf(fresh.db, sql`select marker from directory_state`)).toEqual([{ marker: 'm1' }]);
    expect(await rowsOf(fresh.db, sql`select last_error from directory_group`)).toEqual([
      { last_error: null },
    ]);
  });

  it('a held run with a failed group also resets the marker (F88)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    await sync(fresh.db, planOf([creation(1, ids(1, 2))]));
    const update = change(1, { kind: 'update', accessGroupId: 1, remove: ids(1, 2) });
    const plan = planOf([update, creation(2, ids(1), { name: 'x'.repeat(65) })]);
    const verdict = {
      holds: [{ change: 0, removals: ids(1, 2), reason: 'member_removals' as const }],
      reasons: ['too many'],
    };
    expect(await sync(fresh.db, plan, { verdict, marker: 'm1' })).toMatchObject({ status: 'held' });
    expect(await rowsOf(fresh.db, sql`select marker from directory_state`)).toEqual([{ marker: null }]);
  });

  it('a failed batch leaves its groups unchanged and records the error', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    const { id } = await saveRun(fresh.db, planOf([creation(1, ids(1))]));
    await failBatch(fresh.db, id, 0, 'the database was away');
    expect(await completeRun(fresh.db, id)).toMatchObject({ status: 'partial' });
    expect(await runGroups(fresh.db, id)).toMatchObject([
      { outcome: 'failed', error: 'red/group1: the database was away' },
    ]);
    await failBatch(fresh.db, id, 0, 'again');
    expect(await runGroups(fresh.db, id)).toMatchObject([{ error: 'red/group1: the database was away' }]);
    expect(await getRun(fresh.db, id)).toMatchObject({ status: 'partial' });
  });
});
