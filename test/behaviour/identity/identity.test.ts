/** Groups and people are identified by UUID, with any name and at any DN. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { runGroups } from '../../../src/store/runs/request.ts';
import {
  type Company,
  groupDn,
  groupEntry,
  openCompany,
  personDn,
  personEntry,
} from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { uuid } from '../../support/given/values.ts';

const GROUPS = { devs: ['alice', 'bob'], ops: ['carol'] };

/** Synced once, and then changed in what only the team decides. */
async function synced(): Promise<Company> {
  const company = await openCompany({ groups: GROUPS });
  company.ldap.add({
    dn: 'ou=berlin,dc=test',
    attributes: { objectClass: ['organizationalUnit'], ou: ['berlin'] },
  });
  await company.sync();
  await rowsOf(
    company.db,
    sql`
      with leveled as (update access_group set type = 100 where name = 'devs' returning id)
      insert into access_group_projects (access_group_id, project_id)
      select l.id, p.id from leveled l, project p where p.slug = 'api'`,
  );
  return company;
}

function groupRows({ db }: Company) {
  return rowsOf(
    db,
    sql<{ id: number; name: string; type: number; projects: string[] }>`
      select g.id, g.name, g.type,
        array(select p.slug::text from access_group_projects a join project p on p.id = a.project_id
          where a.access_group_id = g.id) as projects
      from access_group g order by g.id`,
  );
}

/** What a sync writes, without the times of the entries: they are whole seconds, so the clock decides whether one is newer. */
async function writtenBy(company: Company): Promise<string[]> {
  const tables = await company.written(() => company.sync());
  return tables.filter(table => table !== 'directory_entry_change');
}

describe('identity', () => {
  it('a renamed group is the same AccessGroup with its level, its projects and its members (F37, A16)', async () => {
    await using company = await synced();
    const [devs, ops] = await groupRows(company);
    company.ldap.rename(groupDn('devs'), groupDn('developers'));

    const run = await company.sync();
    expect(run).toMatchObject({ status: 'succeeded', counts: { applied: { added: 0, removed: 0 } } });
    expect(await groupRows(company)).toEqual([{ ...devs, name: 'developers' }, ops]);
    expect(await runGroups(company.db, run.id)).toMatchObject([
      { kind: 'rename', previousName: 'devs', name: 'developers', outcome: 'applied' },
    ]);
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('two groups that swap their names get their new names in one run, and members follow the identity (F38, A18)', async () => {
    await using company = await synced();
    const [devs, ops] = await groupRows(company);
    company.ldap.rename(groupDn('devs'), groupDn('between'));
    company.ldap.rename(groupDn('ops'), groupDn('devs'));
    company.ldap.rename(groupDn('between'), groupDn('ops'));

    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await groupRows(company)).toEqual([
      { ...devs, name: 'ops' },
      { ...ops, name: 'devs' },
    ]);
    expect(await company.members()).toEqual({ 'platform/ops': ['alice', 'bob'], 'platform/devs': ['carol'] });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('a person who moves to another unit keeps every membership without a write (F36)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    company.settings = { ...company.settings, users: { ...company.settings.users, baseDn: 'dc=test' } };
    company.ldap.add({
      dn: 'ou=berlin,dc=test',
      attributes: { objectClass: ['organizationalUnit'], ou: ['berlin'] },
    });
    await company.sync();
    const before = await company.members();
    company.ldap.rename(personDn('alice'), personDn('alice', 'berlin'));
    company.ldap.modify(groupDn('devs'), {
      replace: { member: [personDn('alice', 'berlin'), personDn('bob')] },
    });

    expect(await writtenBy(company)).toEqual(['directory_user']);
    expect(await company.members()).toEqual(before);
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('a group that moves to another unit in scope changes its address and nothing else (B1)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    company.settings = { ...company.settings, groups: { ...company.settings.groups, baseDn: 'dc=test' } };
    company.ldap.add({
      dn: 'ou=berlin,dc=test',
      attributes: { objectClass: ['organizationalUnit'], ou: ['berlin'] },
    });
    await company.sync();
    const before = await groupRows(company);
    company.ldap.rename(groupDn('devs'), groupDn('devs', 'berlin'));

    expect(await writtenBy(company)).toEqual(['directory_group']);
    expect(await groupRows(company)).toEqual(before);
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('a group is emptied when it is absent twice, and comes back as the same row with level and projects (B2, B3)', async () => {
    await using company = await synced();
    const before = await groupRows(company);
    company.ldap.delete(groupDn('devs'));

    expect(await company.sync()).toMatchObject({
      status: 'succeeded',
      counts: { plan: { missing: 1, remove: 0 } },
    });
    expect((await company.members())['platform/devs']).toEqual(['alice', 'bob']);
    expect(await company.sync()).toMatchObject({ status: 'succeeded', counts: { applied: { removed: 2 } } });
    expect((await company.members())['platform/devs']).toEqual([]);
    expect(await company.written(() => company.sync())).toEqual([]);

    company.ldap.add(groupEntry('devs', ['bob', 'carol'], { entryUUID: [uuid(1001)] }));
    expect(await company.sync()).toMatchObject({ status: 'succeeded', counts: { applied: { added: 2 } } });
    expect((await company.members())['platform/devs']).toEqual(['bob', 'carol']);
    expect(await groupRows(company)).toEqual(before);
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('a group created again under its old DN is another group: it inherits nothing without relink (F42, B4)', async () => {
    await using company = await synced();
    const before = await groupRows(company);
    company.ldap.delete(groupDn('devs'));
    company.ldap.add(groupEntry('devs', ['carol'], { entryUUID: [uuid(2000)] }));

    const run = await company.sync();
    expect(run.counts.plan).toMatchObject({ missing: 1, conflict: 1, create: 0 });
    expect(await company.members()).toMatchObject({ 'platform/devs': ['alice', 'bob'] });
    await company.sync();
    expect(await company.members()).toMatchObject({ 'platform/devs': [] });
    expect(await groupRows(company)).toEqual(before);
    expect(await company.status()).toMatchObject({ groups: { conflict: 1, missing: 1 } });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('a new person with the username of an old one does not get the old one’s account (C7)', async () => {
    await using company = await synced();
    company.ldap.delete(personDn('alice'));
    company.ldap.add(personEntry('alice', { entryUUID: [uuid(99)] }));
    await company.sync();
    // The linked entry of alice is absent for the first time: the next complete read proves it.
    expect((await company.members())['platform/devs']).toEqual(['alice', 'bob']);
    await company.sync();
    expect((await company.members())['platform/devs']).toEqual(['bob']);
    expect(await company.status()).toMatchObject({ unresolved: 1 });
    expect(await company.written(() => company.sync())).toEqual([]);
  });
});
