/** The lock protects the last owner of a team, even if the plans did not. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/store/database/database.ts';
import {
  applyRun,
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

/** One owner-level group of each of two directories, in one team. */
async function owners(db: Database, one: Int32Array, other: Int32Array): Promise<void> {
  await seed(db, 4);
  await sync(db, planOf([creation(1, one, { setType: 0, type: 0 })]));
  await sync(db, planOf([creation(2, other, { setType: 0, type: 0 })], { directory: 'branch' }));
}

/** A plan that removes these members and withholds none. */
async function losing(db: Database, n: number, remove: Int32Array, directory = 'corp') {
  const accessGroupId = await groupId(db, `group${n}`);
  return planOf([change(n, { kind: 'update', accessGroupId, remove, type: 0 })], { directory });
}

describe('reconciling owner-level groups', () => {
  it('two concurrent directories cannot each remove an owner and leave none (F66)', async () => {
    await using fresh = await freshDatabase();
    await owners(fresh.db, ids(1), ids(2));
    const corp = await saveRun(fresh.db, await losing(fresh.db, 1, ids(1)));
    const branch = await saveRun(fresh.db, await losing(fresh.db, 2, ids(2), 'branch'));
    const ended = await Promise.all([applyRun(fresh.db, corp), applyRun(fresh.db, branch)]);
    expect(ended.map(run => run?.status)).toEqual(['succeeded', 'succeeded']);
    const left = Object.values(await membersByGroup(fresh.db)).flat();
    expect(left).toHaveLength(1);
    expect(await rowsOf(fresh.db, sql`select reason from sync_run_group where reason is not null`)).toEqual([
      { reason: 'last_owner' },
    ]);
    const removals = sql`select user_id from membership_change where action = 'remove'`;
    expect(await rowsOf(fresh.db, removals)).toHaveLength(1);
  });

  it('of the owners to be removed, the one with the lowest id stays (F66)', async () => {
    await using fresh = await freshDatabase();
    await owners(fresh.db, ids(2, 3, 4), ids());
    await sync(fresh.db, await losing(fresh.db, 1, ids(2, 3, 4)));
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [2], group2: [] });
  });

  it.each([
    [
      'a team member with the level of an owner',
      sql`insert into team_member (team_id, user_id, type) values (1, 4, 0)`,
    ],
    [
      'a manual group',
      sql`
        with made as (insert into access_group (team_id, name, type) values (1, 'hand', 0) returning id)
        insert into access_group_members (access_group_id, user_id) select id, 4 from made`,
    ],
  ])('no owner needs to stay if there is %s (F66)', async (_, other) => {
    await using fresh = await freshDatabase();
    await owners(fresh.db, ids(1), ids());
    await rowsOf(fresh.db, other);
    await sync(fresh.db, await losing(fresh.db, 1, ids(1)));
    expect(await membersByGroup(fresh.db)).toMatchObject({ group1: [] });
  });

  it('neither inactive people nor those suspended in the team are owners (F66)', async () => {
    await using fresh = await freshDatabase();
    await owners(fresh.db, ids(1, 2, 3), ids());
    await rowsOf(fresh.db, sql`update auth_user set is_active = false where id = 1`);
    await rowsOf(fresh.db, sql`insert into team_member (team_id, user_id, is_active) values (1, 2, false)`);
    await sync(fresh.db, await losing(fresh.db, 1, ids(1, 2, 3)));
    expect(await membersByGroup(fresh.db)).toMatchObject({ group1: [3] });
  });

  it('removes members of other levels as usual', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await sync(fresh.db, planOf([creation(1, ids(1))]));
    await sync(fresh.db, await losing(fresh.db, 1, ids(1)));
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [] });
  });
});
