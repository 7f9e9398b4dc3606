/** Membership at earlier times according to the audit, and the comparison of the audit with the memberships. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { auditDrift } from '../../../src/store/audit/drift.ts';
import { membersAt, namedMembersAt } from '../../../src/store/audit/members-at.ts';
import { moment } from '../../support/given/audit.ts';
import { change, creation, ids, planOf, rowsOf, seed, sync } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const update = (desired: Int32Array) => change(1, { kind: 'update', accessGroupId: 1, desired });

describe('auditDrift', () => {
  it('finds nothing after runs and after the deletion of users and of a team', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 4, ['red', 'blue']);
    await sync(fresh.db, planOf([creation(1, ids(1, 2, 3)), creation(2, ids(4), { team: 'blue' })]));
    await sync(fresh.db, planOf([update(ids(2, 3, 4))]));
    await rowsOf(fresh.db, sql`delete from auth_user where id = 2`);
    await rowsOf(fresh.db, sql`delete from team where slug = 'blue'`);
    expect(await auditDrift(fresh.db)).toEqual([]);
  });

  it('names the members that were added or removed without an audit row', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 4);
    await sync(fresh.db, planOf([creation(1, ids(1, 2))]));
    await fresh.db.orm.em.fork().transactional(async em => {
      // As a database owner can do by disabling the triggers.
      await em.execute('set local session_replication_role = replica');
      await em.execute('delete from access_group_members where user_id = 1');
      await em.execute('insert into access_group_members (access_group_id, user_id) values (1, 4)');
    });
    expect(await auditDrift(fresh.db)).toEqual([
      { groupId: 1, userId: 1, audited: true },
      { groupId: 1, userId: 4, audited: false },
    ]);
  });
});

describe('who was in a group', () => {
  it('is replayed for any time, with the run that caused it, and outlives users and groups', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    const before = await moment(fresh.db);
    const first = await sync(fresh.db, planOf([creation(1, ids(1, 2))]));
    const between = await moment(fresh.db);
    const second = await sync(fresh.db, planOf([update(ids(2, 3))]));
    const after = await moment(fresh.db);
    await rowsOf(fresh.db, sql`delete from team`);
    await rowsOf(fresh.db, sql`delete from auth_user`);
    const at = async (instant: Date) =>
      (await membersAt(fresh.db, { group: 1, at: instant })).map(({ username, runId }) => [username, runId]);
    expect(await at(before)).toEqual([]);
    expect(await at(between)).toEqual([
      ['user1', first?.id],
      ['user2', first?.id],
    ]);
    expect(await at(after)).toEqual([
      ['user2', first?.id],
      ['user3', second?.id],
    ]);
    expect(await at(await moment(fresh.db))).toEqual([]);
  });

  it('is available for one user as well', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    await sync(fresh.db, planOf([creation(1, ids(1, 2)), creation(2, ids(1))]));
    const between = await moment(fresh.db);
    await sync(fresh.db, planOf([update(ids(2))]));
    const groups = async (at: Date) => (await membersAt(fresh.db, { user: 1, at })).map(row => row.group);
    expect(await groups(between)).toEqual(['group1', 'group2']);
    expect(await groups(await moment(fresh.db))).toEqual(['group2']);
    expect(await namedMembersAt(fresh.db, { user: 'user1' }, between)).toMatchObject([
      { group: 'group1', team: 'red', username: 'user1', reason: 'member', since: expect.any(Date) },
      { group: 'group2', team: 'red', username: 'user1', reason: 'member', since: expect.any(Date) },
    ]);
    const both = { user: 'user1', team: 'red', group: 'group2' };
    expect(await namedMembersAt(fresh.db, both, between)).toMatchObject([{ group: 'group2' }]);
    await expect(namedMembersAt(fresh.db, { user: 'nobody' }, between)).rejects.toThrow('no user "nobody"');
    await expect(namedMembersAt(fresh.db, { ...both, team: 'blue' }, between)).rejects.toThrow('blue/group2');
  });
});
