/** Concurrent changes of one group by two users, or by a user and an adoption. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createGroup } from '../../../src/store/manual/groups.ts';
import { addMember, removeMember } from '../../../src/store/manual/members.ts';
import { linkGroup } from '../../../src/store/ownership/adopt.ts';
import { ids, membersByGroup, rowsOf, seed, uuid } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { holdLock } from '../../support/servers/lock.ts';

const LINK = {
  accessGroupId: 1,
  team: 'red',
  name: 'desk',
  directory: 'corp',
  externalId: uuid(1),
  dn: 'cn=desk,dc=test',
  cn: 'desk',
  mapping: 'red/{cn}',
  present: ids(1),
};
const ACT = { by: 'ines', reason: 'the directory knows better' };

/** The update that linkGroup makes, held before its commit. */
const ADOPTION = `
  set local rollcall.writer = 'sync';
  update access_group set managed = true where id = 1;
  insert into directory_group (directory, external_id, dn, cn, mapping, state, access_group_id, team_id)
  values ('corp', '${uuid(1)}', 'cn=desk,dc=test', 'desk', 'red/{cn}', 'linked', 1, 1)`;

/** The manual group `desk` (id 1) with user1. */
async function withDesk() {
  const fresh = await freshDatabase();
  await seed(fresh.db, 2);
  await createGroup(fresh.db, { team: 'red', name: 'desk', type: 50, actor: 'ines' });
  await addMember(fresh.db, 1, 'user1', 'ines');
  return fresh;
}

describe('concurrent changes', () => {
  it.each([
    ['added', `insert into access_group_members (access_group_id, user_id) values (1, 2)`, [1, 2]],
    ['removed', `delete from access_group_members where user_id = 1`, []],
  ])(
    'an adoption waits for a member who is being %s, and is refused because the group has changed (D10)',
    async (_, statement, members) => {
      await using fresh = await withDesk();
      await using person = await holdLock(fresh.settings.url, statement);
      const adoption = linkGroup(fresh.db, LINK, ACT);
      const outcome = expect(adoption).rejects.toMatchObject({ code: 'plan_changed' });
      await person.isWaitedFor();
      await person.commit();
      await outcome;
      expect(await membersByGroup(fresh.db)).toEqual({ desk: members });
      expect(await rowsOf(fresh.db, sql`select managed from access_group`)).toEqual([{ managed: false }]);
    },
  );

  it.each([
    ['add', addMember, 'user2'],
    ['remove', removeMember, 'user1'],
  ] as const)(
    'a request to %s a member while the group is adopted waits, and is refused (D10)',
    async (_, act, username) => {
      await using fresh = await withDesk();
      await using adoption = await holdLock(fresh.settings.url, ADOPTION);
      const outcome = expect(act(fresh.db, 1, username, 'ines')).rejects.toMatchObject({
        code: 'managed_members',
      });
      await adoption.isWaitedFor();
      await adoption.commit();
      await outcome;
      expect(await membersByGroup(fresh.db)).toEqual({ desk: [1] });
    },
  );

  it('the database itself makes other writers wait, and refuses them (D10)', async () => {
    await using fresh = await withDesk();
    await using adoption = await holdLock(fresh.settings.url, ADOPTION);
    const outcome = expect(
      rowsOf(fresh.db, sql`delete from access_group_members where access_group_id = 1`),
    ).rejects.toMatchObject({ constraint: 'access_group_members_managed' });
    await adoption.isWaitedFor();
    await adoption.commit();
    await outcome;
    expect(await membersByGroup(fresh.db)).toEqual({ desk: [1] });
  });

  it('after an adoption is rolled back, the waiting request succeeds (D10)', async () => {
    await using fresh = await withDesk();
    await using adoption = await holdLock(fresh.settings.url, ADOPTION);
    const added = addMember(fresh.db, 1, 'user2', 'ines');
    await adoption.isWaitedFor();
    await adoption.release();
    await added;
    expect(await membersByGroup(fresh.db)).toEqual({ desk: [1, 2] });
  });

  it('two requests for the same new name: one succeeds, the other is refused', async () => {
    await using fresh = await withDesk();
    await using first = await holdLock(
      fresh.settings.url,
      `insert into access_group (team_id, name) values (1, 'pier')`,
    );
    const outcome = expect(
      createGroup(fresh.db, { team: 'red', name: 'pier', type: 50, actor: 'ines' }),
    ).rejects.toMatchObject({
      name: 'RefusedError',
      code: 'name_taken',
      message: 'duplicate key value violates unique constraint "access_group_team_id_name_unique"',
    });
    await first.isWaitedFor();
    await first.commit();
    await outcome;
  });

  it('adding a user who is deleted concurrently is refused as unknown', async () => {
    await using fresh = await withDesk();
    await using deletion = await holdLock(fresh.settings.url, `delete from auth_user where id = 2`);
    const outcome = expect(addMember(fresh.db, 1, 'user2', 'ines')).rejects.toMatchObject({
      code: 'unknown_user',
    });
    await deletion.isWaitedFor();
    await deletion.commit();
    await outcome;
  });
});
