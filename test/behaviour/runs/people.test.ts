/** People and teams that are created and deleted around a sync, and rows that were changed manually. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { runGroups } from '../../../src/store/runs/request.ts';
import { groupDn, openCompany, personDn, personEntry } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { forceSql } from '../../support/servers/force.ts';

const GROUPS = { devs: ['alice', 'bob'], ops: ['carol'] };

describe('a sync while the application changes', () => {
  it('a deleted local user loses the memberships, with audit rows, and is unresolved from then on (C10)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await company.sync();
    await rowsOf(company.db, sql`delete from auth_user where username = 'bob'`);
    expect(await company.members()).toMatchObject({ 'platform/devs': ['alice'] });
    expect(
      await rowsOf(
        company.db,
        sql`select action, username::text, group_name::text, reason::text from membership_change where action = 'remove'`,
      ),
    ).toEqual([{ action: 'remove', username: 'bob', group_name: 'devs', reason: 'user_deleted' }]);

    expect(await company.sync()).toMatchObject({
      status: 'succeeded',
      counts: { applied: { added: 0, removed: 0 } },
    });
    expect(await company.status()).toMatchObject({ unresolved: 1 });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('counts the people if none of them shows the configured attribute of usernames (G55)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await company.sync();
    expect(await company.status()).toMatchObject({ unnamed: 0 });
    const { users } = company.settings;
    company.settings = { ...company.settings, users: { ...users, username: 'userid' } };
    await company.sync();
    expect(await company.status()).toMatchObject({ unnamed: 3 });
    expect(await company.members()).toEqual({ 'platform/devs': ['alice', 'bob'], 'platform/ops': ['carol'] });
  });

  it('a user who is deleted between read and apply is left out, and the others are synced (C11)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    const run = await company.request();
    await company.begin(run);
    await rowsOf(company.db, sql`delete from auth_user where username = 'bob'`);
    await company.work();
    expect(await company.run(run)).toMatchObject({
      status: 'succeeded',
      counts: { applied: { added: 2, failed: 0 } },
    });
    expect(await company.members()).toEqual({ 'platform/devs': ['alice'], 'platform/ops': ['carol'] });
    await company.sync();
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('a team that is deleted while its task waits ends the task as superseded, and the next run says why (B16)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await company.sync();
    company.ldap.modify(groupDn('ops'), { add: { member: [personDn('alice')] } });
    const late = await company.request();
    await company.begin(late);
    await rowsOf(company.db, sql`delete from team`);
    await company.work();
    expect(await company.run(late)).toMatchObject({
      status: 'succeeded',
      counts: { applied: { groups: 0 } },
    });
    expect(await runGroups(company.db, late)).toMatchObject([{ outcome: 'superseded', reason: 'team_gone' }]);

    const next = await company.sync();
    expect(next.counts.plan).toMatchObject({ create: 0, conflict: 2 });
    expect(await runGroups(company.db, next.id)).toMatchObject([
      { kind: 'conflict', name: 'devs', error: expect.stringContaining('platform') },
      { kind: 'conflict', name: 'ops', error: expect.stringContaining('platform') },
    ]);
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('one member value without an entry among sixty is one unresolved member, and the others are synced (F55)', async () => {
    const people = Array.from({ length: 60 }, (_, n) => `p${n}`);
    await using company = await openCompany({ people, groups: { crew: people } });
    company.ldap.delete(personDn('p17'));
    expect(await company.sync()).toMatchObject({ status: 'succeeded', counts: { applied: { added: 59 } } });
    expect(await rowsOf(company.db, sql`select member, reason::text from unresolved_member`)).toEqual([
      { member: personDn('p17'), reason: 'dangling_dn' },
    ]);
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('a person without a local user is reported, and becomes a member in the run after the user appears (C1, F71)', async () => {
    await using company = await openCompany({ groups: GROUPS, local: ['alice', 'carol'] });
    await company.sync();
    expect(await company.members()).toMatchObject({ 'platform/devs': ['alice'] });
    expect(await company.status()).toMatchObject({ unresolved: 1 });
    await rowsOf(company.db, sql`insert into auth_user (username) values ('bob')`);
    await company.sync();
    expect(await company.members()).toMatchObject({ 'platform/devs': ['alice', 'bob'] });
    expect(await company.status()).toMatchObject({ unresolved: 0 });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('a placeholder and an empty value are not members and no error (C16, F50)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    company.ldap.modify(groupDn('devs'), { add: { member: ['cn=nobody', ''] } });
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toMatchObject({ 'platform/devs': ['alice', 'bob'] });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('resyncs of one group and of all, back to back, change nothing after the first (F58)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    company.ldap.modify(groupDn('devs'), {
      add: { member: ['uid=ghost,ou=people,dc=test', groupDn('ops')] },
    });
    await company.sync();
    const written = await company.written(async () => {
      for (let n = 0; n < 5; n++) {
        await company.sync({ group: 'devs' });
        await company.sync({ group: groupDn('ops') });
        await company.sync();
      }
    });
    expect(written).toEqual([]);
    expect(await company.members()).toEqual({
      'platform/devs': ['alice', 'bob', 'carol'],
      'platform/ops': ['carol'],
    });
  });

  it('rows that were deleted or inserted without triggers are corrected by the next resync, and audited (F74)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await company.sync();
    const before = await company.members();
    await forceSql(
      company.db,
      sql`
        with lost as (
          delete from access_group_members where user_id = (select id from auth_user where username = 'alice')
        )
        insert into access_group_members (access_group_id, user_id)
        select g.id, u.id from access_group g, auth_user u where g.name = 'ops' and u.username = 'bob'`,
    );
    const healed = await company.sync();
    expect(healed).toMatchObject({ status: 'succeeded', counts: { applied: { added: 1, removed: 1 } } });
    expect(await company.members()).toEqual(before);
    expect(
      await rowsOf(
        company.db,
        sql`select action, username::text from membership_change where run_id = ${healed.id} order by username`,
      ),
    ).toEqual([
      { action: 'add', username: 'alice' },
      { action: 'remove', username: 'bob' },
    ]);
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('onUnknown create: creates the user exactly once', async () => {
    await using company = await openCompany({ groups: GROUPS, local: ['alice', 'carol'] });
    company.settings = { ...company.settings, users: { ...company.settings.users, onUnknown: 'create' } };
    await company.sync();
    expect(await company.members()).toMatchObject({ 'platform/devs': ['alice', 'bob'] });
    company.ldap.add(personEntry('dora'));
    expect(await company.written(() => company.sync())).toEqual([]);
    expect(await rowsOf(company.db, sql`select username::text from auth_user order by 1`)).toEqual(
      ['alice', 'bob', 'carol'].map(username => ({ username })),
    );
  });
});
