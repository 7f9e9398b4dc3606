/** How reconcileBatch applies the rows of a saved plan. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { reconcileBatch } from '../../../src/store/reconcile/reconcile-batch.ts';
import { completeRun } from '../../../src/store/runs/finish.ts';
import { runGroups } from '../../../src/store/runs/request.ts';
import {
  AUDIT,
  applyRun,
  change,
  creation,
  fingerprint,
  ids,
  membersByGroup,
  NOTHING_DONE,
  outcomes,
  planOf,
  rowsOf,
  saveRun,
  seed,
  sync,
} from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { forceSql } from '../../support/servers/force.ts';

describe('reconcileBatch', () => {
  it('creates a managed group with its members and projects, each membership audited', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    const { id } = await saveRun(
      fresh.db,
      planOf([creation(1, ids(1, 3), { type: 100, setType: 100, setProjects: ['p1', 'p3'] })]),
    );
    expect(await reconcileBatch(fresh.db, id, 0)).toEqual({ groups: 1, added: 2, removed: 0, failed: 0 });
    expect(await rowsOf(fresh.db, sql`select team_id, name, type, managed, data from access_group`)).toEqual([
      { team_id: 1, name: 'group1', type: 100, managed: true, data: null },
    ]);
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1, 3] });
    expect(await rowsOf(fresh.db, sql`select project_id from access_group_projects order by 1`)).toEqual([
      { project_id: 1 },
      { project_id: 3 },
    ]);
    const audit = {
      run: id,
      action: 'add',
      group_name: 'group1',
      team_slug: 'red',
      directory: 'corp',
      reason: 'member',
    };
    expect(await rowsOf(fresh.db, AUDIT)).toEqual([
      { ...audit, username: 'user1' },
      { ...audit, username: 'user3' },
    ]);
    expect(
      await rowsOf(fresh.db, sql`select access_group_id, applied_run::int as run from directory_group`),
    ).toEqual([{ access_group_id: 1, run: id }]);
    expect(await completeRun(fresh.db, id)).toMatchObject({
      status: 'succeeded',
      counts: { applied: { groups: 1, added: 2, removed: 0, failed: 0 }, tasks: { total: 1, done: 1 } },
    });
  });

  it('the same batch again writes nothing: no row, no sequence (D4, D5)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    const { id } = await saveRun(fresh.db, planOf([creation(1, ids(1, 2)), creation(2, ids(3))]));
    await reconcileBatch(fresh.db, id, 0);
    const before = await fingerprint(fresh.db);
    expect(await reconcileBatch(fresh.db, id, 0)).toEqual(NOTHING_DONE);
    await completeRun(fresh.db, id);
    const after = await fingerprint(fresh.db);
    expect(await reconcileBatch(fresh.db, id, 0)).toEqual(NOTHING_DONE);
    expect(await fingerprint(fresh.db)).toEqual(after);
    const others = (tables: ReadonlyMap<string, string>) =>
      [...tables].filter(([table]) => table !== 'sync_run' && table !== 'run_total');
    expect(others(after)).toEqual(others(before));
  });

  it('a batch delivered to many workers concurrently is applied once (D4)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    const { id } = await saveRun(fresh.db, planOf([creation(1, ids(1, 2)), creation(2, ids(3))]));
    const done = await Promise.all([1, 2, 3, 4].map(() => reconcileBatch(fresh.db, id, 0)));
    expect(done.filter(({ groups }) => groups > 0)).toEqual([{ groups: 2, added: 3, removed: 0, failed: 0 }]);
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1, 2], group2: [3] });
    expect(await rowsOf(fresh.db, AUDIT)).toHaveLength(3);
  });

  it('a desired set that already exists writes neither members nor audit', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    await sync(fresh.db, planOf([creation(1, ids(1, 2))]));
    const runs = ['sync_run', 'sync_run_id_seq', 'sync_run_group', 'run_total'];
    const tables = [...runs, 'directory_state', 'directory_group'];
    const before = await fingerprint(fresh.db, tables);
    const update = change(1, { kind: 'update', accessGroupId: 1, desired: ids(1, 2), add: ids(2) });
    await sync(fresh.db, planOf([update], { states: [] }));
    expect(await outcomes(fresh.db, 2)).toEqual({ group1: 'unchanged' });
    expect(await fingerprint(fresh.db, tables)).toEqual(before);
  });

  it('corrects a row that was deleted manually and one that was inserted without triggers (F74)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    await sync(fresh.db, planOf([creation(1, ids(1, 2))]));
    await forceSql(fresh.db, sql`delete from access_group_members where user_id = 1`);
    await forceSql(fresh.db, sql`insert into access_group_members (access_group_id, user_id) values (1, 3)`);
    const heal = change(1, {
      kind: 'update',
      accessGroupId: 1,
      desired: ids(1, 2),
      add: ids(1),
      remove: ids(3),
    });
    await sync(fresh.db, planOf([heal]));
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1, 2] });
    expect((await rowsOf(fresh.db, AUDIT)).slice(2)).toMatchObject([
      { action: 'add', username: 'user1', reason: 'member' },
      { action: 'remove', username: 'user3', reason: 'not_member' },
    ]);
  });

  it('compares again under the lock, and so includes changes since the plan', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 4);
    await sync(fresh.db, planOf([creation(1, ids(1, 2))]));
    const update = change(1, {
      kind: 'update',
      accessGroupId: 1,
      desired: ids(1, 3),
      add: ids(3),
      remove: ids(2),
    });
    const run = await saveRun(fresh.db, planOf([update]));
    await forceSql(fresh.db, sql`update access_group_members set user_id = 4 where user_id = 2`);
    await forceSql(fresh.db, sql`insert into access_group_members (access_group_id, user_id) values (1, 3)`);
    await applyRun(fresh.db, run);
    // The plan did not judge user 4, so the next plan must.
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1, 3, 4] });
    expect(await runGroups(fresh.db, run.id)).toMatchObject([{ added: 0, removed: 0, add: 1, remove: 1 }]);
  });

  it('a user deleted between read and apply is no error (C11)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    const run = await saveRun(fresh.db, planOf([creation(1, ids(1, 2, 3))]));
    await rowsOf(fresh.db, sql`delete from auth_user where id = 2`);
    expect(await applyRun(fresh.db, run)).toMatchObject({ status: 'succeeded' });
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1, 3] });
  });

  it('a suspended team member keeps the row in the group (C13)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await rowsOf(fresh.db, sql`insert into team_member (team_id, user_id, is_active) values (1, 1, false)`);
    await sync(fresh.db, planOf([creation(1, ids(1), { setProjects: ['p1'] })]));
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1] });
    expect(await rowsOf(fresh.db, sql`select from access_effective`)).toHaveLength(0);
  });

  it('sets type and projects only if the row specifies them', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    await sync(
      fresh.db,
      planOf([creation(1, ids(1), { setProjects: ['p1'] }), creation(2, ids(1), { setProjects: ['p1'] })]),
    );
    await rowsOf(fresh.db, sql`update access_group set type = 0`);
    await rowsOf(fresh.db, sql`update access_group_projects set project_id = 2`);
    const update = { kind: 'update', desired: ids(1) } as const;
    const enforced = { setType: 50, setProjects: ['p1', 'p3', 'no such project'] } as const;
    await sync(
      fresh.db,
      planOf([
        change(1, { ...update, accessGroupId: 1 }),
        change(2, { ...update, ...enforced, accessGroupId: 2 }),
      ]),
    );
    const rows = sql`
      select g.name, g.type, array_agg(a.project_id order by a.project_id) as projects
      from access_group g join access_group_projects a on a.access_group_id = g.id group by g.id order by g.id`;
    expect(await rowsOf(fresh.db, rows)).toEqual([
      { name: 'group1', type: 0, projects: [2] },
      { name: 'group2', type: 50, projects: [1, 3] },
    ]);
    expect(await outcomes(fresh.db, 2)).toEqual({ group1: 'unchanged', group2: 'applied' });
  });

  it('a group that disappeared loses its members only; users, level and projects stay (F20)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    await sync(fresh.db, planOf([creation(1, ids(1, 2), { setProjects: ['p2'] })]));
    const retire = change(1, { kind: 'retire', accessGroupId: 1, remove: ids(1, 2), reason: 'not_found' });
    await sync(fresh.db, planOf([retire]));
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [] });
    expect(await rowsOf(fresh.db, sql`select from auth_user`)).toHaveLength(2);
    expect(await rowsOf(fresh.db, sql`select project_id from access_group_projects`)).toEqual([
      { project_id: 2 },
    ]);
    expect((await rowsOf(fresh.db, AUDIT)).slice(2)).toMatchObject([
      { action: 'remove', username: 'user1', reason: 'group_not_found' },
      { action: 'remove', username: 'user2', reason: 'group_not_found' },
    ]);
  });

  it('deletes a group only if the row says so and no protected member is left in it', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    await sync(fresh.db, planOf([creation(1, ids(1, 2)), creation(2, ids(1, 2))]));
    const retire = { kind: 'retire', deleteGroup: true } as const;
    await sync(
      fresh.db,
      planOf([
        change(1, { ...retire, accessGroupId: 1, remove: ids(1, 2) }),
        change(2, { ...retire, accessGroupId: 2, desired: ids(2), remove: ids(1) }),
      ]),
    );
    expect(await membersByGroup(fresh.db)).toEqual({ group2: [2] });
    expect(
      await rowsOf(fresh.db, sql`select access_group_id from directory_group order by external_id`),
    ).toEqual([{ access_group_id: null }, { access_group_id: 2 }]);
    expect(await rowsOf(fresh.db, sql`select from auth_user`)).toHaveLength(2);
  });

  it('merged directory groups feed one group, including those that join later', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    const [one, two, three] = [1, 2, 3].map(n => creation(n, ids()).sources[0] ?? '');
    if (one === undefined || two === undefined || three === undefined) throw new Error('no sources');
    await sync(fresh.db, planOf([creation(1, ids(1, 2), { sources: [one, two] })]));
    const joined = {
      kind: 'update',
      accessGroupId: 1,
      desired: ids(1, 2, 3),
      sources: [one, two, three],
    } as const;
    await sync(fresh.db, planOf([change(1, joined)]));
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1, 2, 3] });
    expect(
      await rowsOf(
        fresh.db,
        sql`select distinct access_group_id, count(*)::int from directory_group group by 1`,
      ),
    ).toEqual([{ access_group_id: 1, count: 3 }]);
  });
});
