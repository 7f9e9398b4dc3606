/** The rules that the database enforces on groups, links and the audit. */
import { type RawBuilder, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/store/database/database.ts';
import { query } from '../../../src/store/database/sql.ts';
import { creation, groupId, ids, planOf, rowsOf, seed, sync, uuid } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { forceSql } from '../../support/servers/force.ts';

const LINKS = sql`select external_id from directory_group order by external_id`;
const CHANGES = sql`
  select action, username, group_name, team_slug, directory, reason, run_id::int as run
  from membership_change order by id`;

/** Bypasses the triggers of ownership but not the foreign keys. */
async function forceForeignKeys(db: Database, statement: RawBuilder<unknown>): Promise<void> {
  await db.orm.em.fork().transactional(async em => {
    await query(em, sql`alter table access_group disable trigger user`);
    await query(em, statement);
  });
}

describe('rules of the database', () => {
  it('the deletion of a team deletes its groups, links and memberships, audited once (B16)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2, ['red', 'blue']);
    await sync(fresh.db, planOf([creation(1, ids(1, 2)), creation(2, ids(1), { team: 'blue' })]));
    await rowsOf(fresh.db, sql`delete from team where slug = 'red'`);
    expect(await rowsOf(fresh.db, LINKS)).toEqual([{ external_id: uuid(2) }]);
    expect(await rowsOf(fresh.db, sql`select name from access_group`)).toEqual([{ name: 'group2' }]);
    const gone = { action: 'remove', group_name: 'group1', team_slug: 'red', directory: 'corp', run: null };
    expect((await rowsOf(fresh.db, CHANGES)).slice(3)).toEqual([
      { ...gone, username: 'user1', reason: 'team_deleted' },
      { ...gone, username: 'user2', reason: 'team_deleted' },
    ]);
  });

  it('a linked group can be neither deleted nor made manual by hand (B18)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await sync(fresh.db, planOf([creation(1, ids(1))]));
    for (const statement of [sql`delete from access_group`, sql`update access_group set managed = false`]) {
      await expect(rowsOf(fresh.db, statement)).rejects.toMatchObject({
        code: '23514',
        constraint: 'access_group_managed',
        message: 'access group "group1" is for directory sync to make, release or delete',
      });
      await expect(forceForeignKeys(fresh.db, statement)).rejects.toMatchObject({
        code: '23503',
        constraint: 'directory_group_access_group_foreign',
      });
    }
    expect(await rowsOf(fresh.db, sql`select name, managed from access_group`)).toEqual([
      { name: 'group1', managed: true },
    ]);
  });

  it('a link to a manual group, or to a group of another team, is impossible', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 0, ['red', 'blue']);
    await forceSql(
      fresh.db,
      sql`insert into access_group (team_id, name, managed) values (1, 'manual', false), (1, 'managed', true)`,
    );
    const link = (group: number, team: number) => sql`
      insert into directory_group (directory, external_id, dn, cn, mapping, state, access_group_id, team_id)
      values ('corp', ${uuid(1)}, 'cn=x', 'x', 'm', 'linked', ${group}, ${team})`;
    for (const wrong of [link(1, 1), link(2, 2)]) {
      await expect(rowsOf(fresh.db, wrong)).rejects.toMatchObject({ code: '23503' });
    }
    await rowsOf(fresh.db, link(2, 1));
    expect(await rowsOf(fresh.db, LINKS)).toHaveLength(1);
  });

  it('a deleted user leaves every group, each with an audit row that still names everything (C10)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    await sync(fresh.db, planOf([creation(1, ids(1, 2))]));
    await rowsOf(fresh.db, sql`insert into access_group (team_id, name) values (1, 'manual')`);
    const manual = await groupId(fresh.db, 'manual');
    await rowsOf(
      fresh.db,
      sql`insert into access_group_members (access_group_id, user_id) values (${manual}, 2)`,
    );
    await rowsOf(fresh.db, sql`delete from auth_user where id = 2`);
    expect(await rowsOf(fresh.db, sql`select user_id from access_group_members`)).toEqual([{ user_id: 1 }]);
    const gone = { action: 'remove', username: 'user2', team_slug: 'red', reason: 'user_deleted', run: null };
    expect((await rowsOf(fresh.db, CHANGES)).slice(3)).toEqual([
      { ...gone, group_name: 'group1', directory: 'corp' },
      { ...gone, group_name: 'manual', directory: null },
    ]);
  });

  it('a manual group that is deleted leaves audit rows of its members', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await rowsOf(fresh.db, sql`insert into access_group (team_id, name) values (1, 'manual')`);
    await rowsOf(fresh.db, sql`insert into access_group_members (access_group_id, user_id) values (1, 1)`);
    await rowsOf(fresh.db, sql`delete from access_group`);
    expect(await rowsOf(fresh.db, CHANGES)).toMatchObject([
      { action: 'add', username: 'user1', group_name: 'manual', reason: 'manual' },
      { action: 'remove', username: 'user1', group_name: 'manual', reason: 'group_deleted' },
    ]);
  });

  it('audit rows can be neither edited nor deleted', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await sync(fresh.db, planOf([creation(1, ids(1))]));
    const edits = [
      sql`update membership_change set reason = 'none'`,
      sql`delete from membership_change`,
      sql`truncate membership_change`,
    ];
    for (const edit of edits) await expect(rowsOf(fresh.db, edit)).rejects.toMatchObject({ code: '23000' });
    expect(await rowsOf(fresh.db, CHANGES)).toMatchObject([{ username: 'user1', reason: 'member', run: 1 }]);
  });

  it('two active runs of one directory are impossible, of two directories they are not (D1)', async () => {
    await using fresh = await freshDatabase();
    const insert = (directory: string, status: string) => sql`
      insert into sync_run (directory, trigger, mode, status) values (${directory}, 'manual', 'apply', ${status})`;
    await rowsOf(fresh.db, insert('corp', 'applying'));
    await rowsOf(fresh.db, insert('branch', 'reading'));
    await expect(rowsOf(fresh.db, insert('corp', 'reading'))).rejects.toMatchObject({
      code: '23505',
      constraint: 'sync_run_one_active',
    });
  });
});
