/** The privileges with which the triggers run, and the tables that they use. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { query } from '../../../src/store/database/sql.ts';
import { creation, ids, planOf, rowsOf, seed, sync } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const JOIN = sql`insert into access_group_members (access_group_id, user_id) values (2, 2)`;

/** user1 and user2 in a managed group, and a manual group (id 2). */
async function withDesk() {
  const fresh = await freshDatabase();
  await seed(fresh.db, 2);
  await sync(fresh.db, planOf([creation(1, ids(1, 2))]));
  await rowsOf(fresh.db, sql`insert into access_group (team_id, name) values (1, 'manual')`);
  return fresh;
}

describe('triggers', () => {
  it('do not use a temporary table with the name of one of ours', async () => {
    await using fresh = await withDesk();
    await fresh.db.orm.em.fork().transactional(async em => {
      await query(
        em,
        sql`create temporary table membership_change (like membership_change including all) on commit drop`,
      );
      await query(em, sql`create temporary table access_group (like access_group) on commit drop`);
      await query(em, JOIN);
    });
    const audit = sql`select username, group_name from membership_change where user_id = 2 and access_group_id = 2`;
    expect(await rowsOf(fresh.db, audit)).toEqual([{ username: 'user2', group_name: 'manual' }]);
  });

  it("do not need the application's role to have rights on our tables", async () => {
    await using fresh = await withDesk();
    const role = `app_${randomUUID().replaceAll('-', '')}`;
    await fresh.db.orm.em.fork().transactional(async em => {
      const run = (text: string) => query(em, sql.raw(text));
      await run(`create role ${role}`);
      await run(
        `grant select, insert, update, delete on auth_user, team, access_group, access_group_members to ${role}`,
      );
      await run(`set local session authorization ${role}`);
      await query(em, JOIN);
      await run(`update access_group set name = 'desk' where id = 2`);
      await run(`delete from auth_user where id = 2`);
      await run('reset session authorization');
      await run(`drop owned by ${role}`);
      await run(`drop role ${role}`);
    });
    const members = sql`select action, reason from membership_change where actor = ${role} order by id`;
    expect(await rowsOf(fresh.db, members)).toEqual([
      { action: 'add', reason: 'manual' },
      { action: 'remove', reason: 'user_deleted' },
      { action: 'remove', reason: 'user_deleted' },
    ]);
    const groups = sql`select action, group_name from access_group_change where actor = ${role}`;
    expect(await rowsOf(fresh.db, groups)).toEqual([{ action: 'rename', group_name: 'desk' }]);
  });
});
