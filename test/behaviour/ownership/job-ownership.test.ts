/** Complete runs together with allowed changes of users, and with rows that bypassed the rules of the database. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createGroup } from '../../../src/store/manual/groups.ts';
import { addMember } from '../../../src/store/manual/members.ts';
import { runGroups } from '../../../src/store/runs/request.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { forceSql } from '../../support/servers/force.ts';

const EXTRAS = Array.from({ length: 12 }, (_, at) => `extra${at}`);
const PEOPLE = ['alice', 'bob', 'carol', ...EXTRAS];
const GROUPS = { devs: ['alice', 'bob'], ops: ['carol'] };
const SYNCED = { 'platform/devs': ['alice', 'bob'], 'platform/ops': ['carol'] };

async function synced(): Promise<Company> {
  const company = await openCompany({ people: PEOPLE, groups: GROUPS });
  await company.sync();
  return company;
}

/** Into `devs`, bypassing every rule. */
function force({ db }: Company, usernames: readonly string[]): Promise<void> {
  return forceSql(
    db,
    sql`
      insert into access_group_members (access_group_id, user_id)
      select g.id, u.id from access_group g, auth_user u where g.name = 'devs' and u.username = any(${usernames}::text[])`,
  );
}

describe('members who were added by hand to a managed group', () => {
  it('are refused by the database (F63)', async () => {
    await using company = await synced();
    const add = sql`
      insert into access_group_members (access_group_id, user_id)
      select g.id, u.id from access_group g, auth_user u where g.name = 'devs' and u.username = 'carol'`;
    await expect(rowsOf(company.db, add)).rejects.toMatchObject({
      constraint: 'access_group_members_managed',
    });
    expect(await company.members()).toEqual(SYNCED);
  });

  it('are drift if they were inserted without triggers, and the next run removes them (F63, F74)', async () => {
    await using company = await synced();
    await force(company, ['carol']);
    const healed = await company.sync();
    expect(healed).toMatchObject({ status: 'succeeded', counts: { applied: { added: 0, removed: 1 } } });
    expect(await company.members()).toEqual(SYNCED);
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('are counted by the guard, which holds too many of them (F63)', async () => {
    await using company = await synced();
    await force(company, EXTRAS);
    company.settings = {
      ...company.settings,
      guard: { ...company.settings.guard, groupMemberRemovals: { percent: 50, count: 10 } },
    };
    const run = await company.sync();
    expect(run.status).toBe('held');
    expect(await runGroups(company.db, run.id)).toMatchObject([
      { name: 'devs', remove: 12, held: 12, removed: 0 },
    ]);
    expect(await company.members()).toEqual({
      ...SYNCED,
      'platform/devs': ['alice', 'bob', ...EXTRAS].sort(),
    });
  });
});

describe('people and the sync', () => {
  it('a person who leaves the directory group and comes back is a member again, and the audit names both runs (F64)', async () => {
    await using company = await synced();
    const members = (uids: readonly string[]) =>
      company.ldap.modify(groupDn('devs'), { replace: { member: uids.map(uid => personDn(uid)) } });
    members(['alice']);
    const left = await company.sync();
    members(['alice', 'bob']);
    const back = await company.sync();
    expect(await company.members()).toEqual(SYNCED);
    const audit = sql`
      select run_id::int as run, actor, action, reason from membership_change where username = 'bob' order by id`;
    expect((await rowsOf(company.db, audit)).slice(1)).toEqual([
      { run: left.id, actor: null, action: 'remove', reason: 'not_member' },
      { run: back.id, actor: null, action: 'add', reason: 'member' },
    ]);
  });

  it('manual groups without a mapping keep members, type and projects through every run (F67, P7)', async () => {
    await using company = await synced();
    const { id } = await createGroup(company.db, { team: 'platform', name: 'desk', type: 0, actor: 'ines' });
    await addMember(company.db, id, 'alice', 'ines');
    await rowsOf(
      company.db,
      sql`insert into access_group_projects (access_group_id, project_id) values (${id}, 1)`,
    );
    company.ldap.modify(groupDn('devs'), { replace: { member: [personDn('bob')] } });
    await company.sync();
    expect(await company.members()).toEqual({
      ...SYNCED,
      'platform/devs': ['bob'],
      'platform/desk': ['alice'],
    });
    const desk = sql`
      select g.type, g.managed, count(a.*)::int as projects
      from access_group g join access_group_projects a on a.access_group_id = g.id where g.id = ${id} group by g.id`;
    expect(await rowsOf(company.db, desk)).toEqual([{ type: 0, managed: false, projects: 1 }]);
  });

  it('a local user who is disabled stays disabled and keeps the membership, although the directory account is enabled (F68)', async () => {
    await using company = await synced();
    await rowsOf(company.db, sql`update auth_user set is_active = false where username = 'bob'`);
    company.ldap.modify(groupDn('ops'), { replace: { member: [personDn('bob'), personDn('carol')] } });
    await company.sync();
    expect(await company.members()).toEqual({ ...SYNCED, 'platform/ops': ['bob', 'carol'] });
    expect(await rowsOf(company.db, sql`select is_active from auth_user where username = 'bob'`)).toEqual([
      { is_active: false },
    ]);
  });

  it('a user can neither take the name of a managed group nor delete it, and the next run changes nothing (A11, B18)', async () => {
    await using company = await synced();
    const taken = {
      code: 'name_taken',
      message: expect.stringContaining('"devs" managed by directory "corp"'),
    };
    await expect(
      createGroup(company.db, { team: 'platform', name: 'devs', type: 50, actor: 'ines' }),
    ).rejects.toMatchObject(taken);
    await expect(rowsOf(company.db, sql`delete from access_group`)).rejects.toMatchObject({
      constraint: 'access_group_managed',
    });
    expect(await company.written(() => company.sync())).toEqual([]);
  });
});
