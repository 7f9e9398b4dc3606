/** The renames of a run: swaps, cycles, taken names and repeated calls. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/store/database/database.ts';
import { reconcileBatch } from '../../../src/store/reconcile/reconcile-batch.ts';
import { renameGroups } from '../../../src/store/reconcile/rename-groups.ts';
import {
  applyRun,
  change,
  creation,
  fingerprint,
  ids,
  outcomes,
  planOf,
  rowsOf,
  saveRun,
  seed,
  sync,
} from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

/** Groups 1 … n of team red, with the AccessGroup ids 1 … n. */
async function groups(db: Database, n: number): Promise<void> {
  await seed(db, 2);
  await sync(db, planOf(Array.from({ length: n }, (_, at) => creation(at + 1, ids(1)))));
}

function renaming(n: number, previousName: string, name: string, members = ids(1)) {
  return change(n, { kind: 'rename', accessGroupId: n, previousName, name, desired: members });
}

async function names(db: Database): Promise<Record<number, string>> {
  const rows = await rowsOf(
    db,
    sql<{ id: number; name: string }>`select id, name from access_group order by id`,
  );
  return Object.fromEntries(rows.map(row => [row.id, row.name]));
}

describe('renames', () => {
  it('a renamed group keeps its id, level, projects and members (A16, F36)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    await sync(fresh.db, planOf([creation(1, ids(1), { setProjects: ['p1'] })]));
    await rowsOf(fresh.db, sql`update access_group set type = 0`);
    await sync(fresh.db, planOf([renaming(1, 'group1', 'new', ids(1, 2))]));
    expect(await rowsOf(fresh.db, sql`select id, name, type from access_group`)).toEqual([
      { id: 1, name: 'new', type: 0 },
    ]);
    expect(await rowsOf(fresh.db, sql`select from access_group_projects`)).toHaveLength(1);
    expect(await outcomes(fresh.db, 2)).toEqual({ new: 'applied' });
    const audit = sql`select group_name, username from membership_change order by id`;
    expect(await rowsOf(fresh.db, audit)).toEqual([
      { group_name: 'group1', username: 'user1' },
      { group_name: 'new', username: 'user2' },
    ]);
  });

  it('two groups swap their names (A18, F38)', async () => {
    await using fresh = await freshDatabase();
    await groups(fresh.db, 2);
    await sync(fresh.db, planOf([renaming(1, 'group1', 'group2'), renaming(2, 'group2', 'group1')]));
    expect(await names(fresh.db)).toEqual({ 1: 'group2', 2: 'group1' });
    expect(await outcomes(fresh.db, 2)).toEqual({ group2: 'applied', group1: 'applied' });
  });

  it('a cycle of renames succeeds, whatever batches its groups are in (A18, F38)', async () => {
    await using fresh = await freshDatabase();
    await groups(fresh.db, 3);
    const heavy = Int32Array.from({ length: 9_999 }, (_, at) => at + 1);
    const ring = planOf([
      renaming(1, 'group1', 'group2', heavy),
      renaming(2, 'group2', 'group3', heavy),
      renaming(3, 'group3', 'group1', heavy),
    ]);
    const run = await saveRun(fresh.db, ring);
    expect(run.batches).toEqual([0, 1, 2]);
    await applyRun(fresh.db, run);
    expect(await names(fresh.db)).toEqual({ 1: 'group2', 2: 'group3', 3: 'group1' });
  });

  it('a name that one group gives up is free for a new group in the same run (A19)', async () => {
    await using fresh = await freshDatabase();
    await groups(fresh.db, 1);
    await sync(fresh.db, planOf([creation(2, ids(2), { name: 'group1' }), renaming(1, 'group1', 'other')]));
    expect(await names(fresh.db)).toEqual({ 1: 'other', 2: 'group1' });
  });

  it('if the new name is taken, the group keeps the old one, the group that wanted that keeps its own, and members are synced (A17)', async () => {
    await using fresh = await freshDatabase();
    await groups(fresh.db, 2);
    const run = await saveRun(
      fresh.db,
      planOf([renaming(1, 'group1', 'manual', ids(1, 2)), renaming(2, 'group2', 'group1')]),
    );
    await rowsOf(fresh.db, sql`insert into access_group (team_id, name) values (1, 'manual')`);
    expect(await applyRun(fresh.db, run)).toMatchObject({
      status: 'succeeded',
      counts: { applied: { added: 1 } },
    });
    expect(await names(fresh.db)).toEqual({ 1: 'group1', 2: 'group2', 3: 'manual' });
    expect(await outcomes(fresh.db, run.id)).toEqual({
      manual: 'applied rename_conflict',
      group1: 'unchanged rename_conflict',
    });
  });

  it('a second call, and a call after the end of the run, write nothing', async () => {
    await using fresh = await freshDatabase();
    await groups(fresh.db, 2);
    const run = await saveRun(
      fresh.db,
      planOf([renaming(1, 'group1', 'group2'), renaming(2, 'group2', 'group1')]),
    );
    await renameGroups(fresh.db, run.id);
    const before = await fingerprint(fresh.db);
    await renameGroups(fresh.db, run.id);
    expect(await fingerprint(fresh.db)).toEqual(before);
    await applyRun(fresh.db, run);
    await renameGroups(fresh.db, run.id);
    expect(await names(fresh.db)).toEqual({ 1: 'group2', 2: 'group1' });
  });

  it('a late rename of an older run does not undo a newer one (D5)', async () => {
    await using fresh = await freshDatabase();
    await groups(fresh.db, 1);
    const older = await saveRun(fresh.db, planOf([renaming(1, 'group1', 'older')]));
    await rowsOf(fresh.db, sql`update directory_group set applied_run = ${older.id + 1}`);
    await renameGroups(fresh.db, older.id);
    expect(await names(fresh.db)).toEqual({ 1: 'group1' });
  });

  it('a task that precedes the renames of its run makes its own rename if the name is free', async () => {
    await using fresh = await freshDatabase();
    await groups(fresh.db, 1);
    const run = await saveRun(fresh.db, planOf([renaming(1, 'group1', 'free')]));
    await reconcileBatch(fresh.db, run.id, 0);
    expect(await names(fresh.db)).toEqual({ 1: 'free' });
    expect(await outcomes(fresh.db, run.id)).toEqual({ free: 'applied' });
  });
});
