/** PostgreSQL refuses changes that the owner of a group must not make, for any connection. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/store/database/database.ts';
import { markActor } from '../../../src/store/database/session-variables.ts';
import { query } from '../../../src/store/database/sql.ts';
import {
  creation,
  fingerprint,
  groupId,
  ids,
  membersByGroup,
  planOf,
  rowsOf,
  seed,
  sync,
  uuid,
} from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { asSync } from '../../support/servers/force.ts';

/** Two people in a managed group `group1` (id 1), one of them and project p1 in a manual one (id 2). */
async function lived(db: Database): Promise<void> {
  await seed(db, 3);
  await sync(db, planOf([creation(1, ids(1, 2), { setProjects: ['p1'] })]));
  await rowsOf(db, sql`insert into access_group (team_id, name) values (1, 'manual')`);
  await rowsOf(db, sql`insert into access_group_members (access_group_id, user_id) values (2, 1)`);
}

const join = (group: number, user: number) =>
  sql`insert into access_group_members (access_group_id, user_id) values (${group}, ${user})`;

describe('members of a managed group', () => {
  it.each([
    ['added', join(1, 3)],
    ['removed', sql`delete from access_group_members where access_group_id = 1 and user_id = 1`],
    ['exchanged', sql`update access_group_members set user_id = 3 where access_group_id = 1 and user_id = 1`],
    ['moved into a manual group', sql`update access_group_members set access_group_id = 2 where user_id = 2`],
    [
      'brought from a manual group',
      sql`update access_group_members set access_group_id = 1, user_id = 3 where access_group_id = 2`,
    ],
    [
      'added beside others that may be',
      sql`insert into access_group_members (access_group_id, user_id) values (2, 2), (1, 3)`,
    ],
    ['removed by the member herself', sql`delete from access_group_members where user_id = 1`],
  ])('can be %s only by the sync (F63, C30, R11)', async (_, statement) => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    const before = await fingerprint(fresh.db, ['access_group_members_id_seq']);
    await expect(rowsOf(fresh.db, statement)).rejects.toMatchObject({
      code: '23514',
      constraint: 'access_group_members_managed',
      message: 'the members of access group "group1" of team "red" are maintained by directory sync',
      hint: 'Change them in the directory, or release the group.',
    });
    const after = await fingerprint(fresh.db, ['access_group_members_id_seq']);
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1, 2], manual: [1] });
    expect(after.get('membership_change')).toEqual(before.get('membership_change'));
  });

  it('cannot be truncated', async () => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    for (const wipe of [sql`truncate access_group_members`, sql`truncate access_group cascade`]) {
      await expect(rowsOf(fresh.db, wipe)).rejects.toMatchObject({
        constraint: 'access_group_members_truncate',
      });
    }
  });

  it('the sync changes no member of a manual group (P5)', async () => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    const wrong = [
      join(2, 2),
      sql`delete from access_group_members where access_group_id = 2`,
      sql`update access_group_members set user_id = 2 where access_group_id = 2`,
    ];
    for (const statement of wrong) {
      await expect(asSync(fresh.db, statement)).rejects.toMatchObject({
        code: '23514',
        constraint: 'access_group_members_manual',
      });
    }
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1, 2], manual: [1] });
  });

  it('the mark of a sync ends with its transaction: the next one on the same connection counts as a user', async () => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    await asSync(fresh.db, join(1, 3));
    await expect(rowsOf(fresh.db, join(1, 3))).rejects.toMatchObject({ code: '23505' });
    await expect(
      rowsOf(fresh.db, sql`delete from access_group_members where access_group_id = 1`),
    ).rejects.toMatchObject({ constraint: 'access_group_members_managed' });
  });
});

describe('a managed group', () => {
  it.each([
    [
      'made',
      sql`insert into access_group (team_id, name, managed) values (1, 'mine', true)`,
      'access_group_managed',
    ],
    [
      'made of a manual one',
      sql`update access_group set managed = true where id = 2`,
      'access_group_managed',
    ],
    ['made manual', sql`update access_group set managed = false where id = 1`, 'access_group_managed'],
    ['renamed', sql`update access_group set name = 'mine' where id = 1`, 'access_group_managed_name'],
    ['deleted', sql`delete from access_group where id = 1`, 'access_group_managed'],
  ])('can be %s only by the sync (R10, B18)', async (_, statement, constraint) => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    await expect(rowsOf(fresh.db, statement)).rejects.toMatchObject({ code: '23514', constraint });
    expect(await rowsOf(fresh.db, sql`select name, managed from access_group order by id`)).toEqual([
      { name: 'group1', managed: true },
      { name: 'manual', managed: false },
    ]);
  });

  it('has the type and the projects that users give it (P7)', async () => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    await rowsOf(fresh.db, sql`update access_group set type = 0, data = '{"note": 1}' where id = 1`);
    await rowsOf(fresh.db, sql`update access_group_projects set project_id = 2`);
    expect(await rowsOf(fresh.db, sql`select type, data from access_group where id = 1`)).toEqual([
      { type: 0, data: { note: 1 } },
    ]);
  });

  it('cannot be without a link at the end of a transaction', async () => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    const make = sql`insert into access_group (team_id, name, managed) values (1, 'alone', true)`;
    const unlink = sql`update directory_group set access_group_id = null, team_id = null`;
    for (const statement of [make, unlink, sql`delete from directory_group`]) {
      await expect(asSync(fresh.db, statement)).rejects.toMatchObject({
        code: '23514',
        constraint: 'access_group_managed_link',
      });
    }
    await expect(
      asSync(fresh.db, sql`update access_group set managed = true where id = 2`),
    ).rejects.toMatchObject({
      constraint: 'access_group_managed_link',
      message: 'access group "manual" of team "red" is managed, but no directory group is linked to it',
    });
  });

  it('is adopted, and released again, with its link in one transaction', async () => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    await asSync(
      fresh.db,
      sql`update access_group set managed = true where id = 2`,
      sql`
        insert into directory_group (directory, external_id, dn, cn, mapping, state, access_group_id, team_id)
        values ('corp', ${uuid(2)}, 'cn=manual', 'manual', 'm', 'linked', 2, 1)`,
      join(2, 3),
    );
    await expect(rowsOf(fresh.db, join(2, 2))).rejects.toMatchObject({
      constraint: 'access_group_members_managed',
    });
    await asSync(
      fresh.db,
      sql`
        update directory_group set state = 'released', access_group_id = null, team_id = null
        where external_id = ${uuid(2)}`,
      sql`update access_group set managed = false where id = 2`,
    );
    await rowsOf(fresh.db, join(2, 2));
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [1, 2], manual: [1, 2, 3] });
  });

  it('the sync does not create, rename, change or delete a manual one (P5)', async () => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    const wrong = [
      sql`insert into access_group (team_id, name) values (1, 'other')`,
      sql`update access_group set name = 'other' where id = 2`,
      sql`update access_group set type = 0 where id = 2`,
      sql`delete from access_group where id = 2`,
    ];
    for (const statement of wrong) {
      await expect(asSync(fresh.db, statement)).rejects.toMatchObject({
        code: '23514',
        constraint: 'access_group_manual',
      });
    }
    expect(await groupId(fresh.db, 'manual')).toBe(2);
  });
});

describe('cascades', () => {
  it('delete the memberships of a deleted user, and the managed groups of a deleted team (C10, B16)', async () => {
    await using fresh = await freshDatabase();
    await lived(fresh.db);
    await fresh.db.orm.em.fork().transactional(async em => {
      await markActor(em, 'ines');
      await query(em, sql`delete from auth_user where id in (1, 2)`);
    });
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [], manual: [] });
    await rowsOf(fresh.db, sql`delete from team`);
    expect(await rowsOf(fresh.db, sql`select from access_group`)).toHaveLength(0);
    const gone = sql`
      select actor, group_name, username from membership_change where reason = 'user_deleted' order by username, group_name`;
    expect(await rowsOf(fresh.db, gone)).toEqual([
      { actor: 'ines', group_name: 'group1', username: 'user1' },
      { actor: 'ines', group_name: 'manual', username: 'user1' },
      { actor: 'ines', group_name: 'group1', username: 'user2' },
    ]);
  });
});
