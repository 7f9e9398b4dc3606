/** Manual groups that a directory adopts, and groups that it must not adopt. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { listDirectoryGroups } from '../../../src/store/queries/directory-groups.ts';
import { groupDn, groupEntry, personDn } from '../../support/given/company.ts';
import { ACT, type Handover, openHandover } from '../../support/given/handing-over.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { uuid } from '../../support/given/values.ts';
import { holdLock } from '../../support/servers/lock.ts';

/** AccessGroup admins (carol, owner level) is manual; the directory has a group admins (alice, bob). */
async function conflicting(): Promise<Handover> {
  const company = await openHandover({ groups: { admins: ['alice', 'bob'], ops: ['carol'] } });
  const id = await company.makeGroup('admins', ['bob', 'carol']);
  await rowsOf(company.db, sql`update access_group set type = 0 where id = ${id}`);
  await company.sync();
  return company;
}

const stateOf = async ({ db }: Handover, dn: string) =>
  (await listDirectoryGroups(db, 'corp', { limit: 50 })).items.find(group => group.dn === dn);

describe('adopt', () => {
  it('only adopting gives a manual group to a directory, and it is audited (A10, F65)', async () => {
    await using company = await conflicting();
    expect(await company.members()).toMatchObject({ 'platform/admins': ['bob', 'carol'] });
    expect(await stateOf(company, groupDn('admins'))).toMatchObject({
      state: 'conflict',
      reason: 'name_conflict_manual',
    });

    const id = await company.id('admins');
    const preview = await company.ownership().previewAdoption(id, {});
    expect(preview).toMatchObject({
      team: 'platform',
      name: 'admins',
      directory: 'corp',
      dn: groupDn('admins'),
      add: ['alice'],
      remove: ['carol'],
      held: [],
    });
    expect(await company.members()).toMatchObject({ 'platform/admins': ['bob', 'carol'] });

    const run = await company.adopt('admins');
    expect(run).toMatchObject({ status: 'succeeded', group: groupDn('admins'), requestedBy: ACT.by });
    expect(await company.members()).toMatchObject({ 'platform/admins': ['alice', 'bob'] });
    expect(await rowsOf(company.db, sql`select type, managed from access_group where id = ${id}`)).toEqual([
      { type: 0, managed: true },
    ]);
    expect(await company.events()).toEqual(['adopt platform/admins by cli:ada of corp because CHG-1234']);
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('the first run removes members who are not in the directory, and the guard judges it as any other (F75)', async () => {
    const extras = Array.from({ length: 12 }, (_, n) => `extra${n}`);
    await using company = await openHandover({
      people: ['alice', 'bob', 'carol', ...extras],
      groups: { admins: ['alice'] },
    });
    const id = await company.makeGroup('admins', ['alice', ...extras]);
    await company.sync();
    const preview = await company.ownership().previewAdoption(id, {});
    expect(preview).toMatchObject({ add: [], remove: extras.toSorted() });
    expect(preview.held).toEqual([expect.stringContaining('12 of 13 members of platform/admins')]);
    expect(await company.adopt('admins')).toMatchObject({ status: 'held' });
    expect((await company.members())['platform/admins']).toHaveLength(13);
  });

  it('the preview does not list a member in doubt as removed, and the run does not remove the member (A10, G01)', async () => {
    await using company = await openHandover({ groups: { admins: ['alice'], ops: ['bob'] } });
    const id = await company.makeGroup('admins', ['bob', 'carol']);
    await company.sync();
    company.ldap.modify(groupDn('admins'), { add: { memberUid: ['bob'] } });
    company.ldap.modify(personDn('alice'), { add: { uid: ['bob'] } });
    expect(await company.ownership().previewAdoption(id, {})).toMatchObject({
      add: ['alice'],
      remove: ['carol'],
    });
    await company.adopt('admins');
    expect(await company.members()).toMatchObject({ 'platform/admins': ['alice', 'bob'] });
  });

  it('applies only what the preview showed (A10)', async () => {
    await using company = await conflicting();
    const id = await company.id('admins');
    const { digest } = await company.ownership().previewAdoption(id, {});
    company.ldap.modify(groupDn('admins'), {
      add: { member: ['uid=carol,ou=people,dc=test'] },
    });
    await expect(company.ownership().adopt(id, {}, { ...ACT, digest })).rejects.toMatchObject({
      code: 'plan_changed',
    });
    expect(await company.events()).toEqual([]);
    expect(await company.members()).toMatchObject({ 'platform/admins': ['bob', 'carol'] });
  });

  it('waits for a member who is being added manually, and is refused because the group has changed then (D10)', async () => {
    await using company = await conflicting();
    const id = await company.id('admins');
    const { digest } = await company.ownership().previewAdoption(id, {});
    await using adding = await holdLock(
      company.db.orm.config.get('clientUrl') ?? '',
      `insert into access_group_members (access_group_id, user_id)
        select ${id}, u.id from auth_user u where username = 'alice'`,
    );
    const adopting = company.ownership().adopt(id, {}, { ...ACT, digest });
    const refused = expect(adopting).rejects.toMatchObject({ code: 'plan_changed' });
    await adding.isWaitedFor();
    await adding.commit();
    await refused;
    expect(await company.members()).toMatchObject({ 'platform/admins': ['alice', 'bob', 'carol'] });
    expect(await rowsOf(company.db, sql`select managed from access_group where id = ${id}`)).toEqual([
      { managed: false },
    ]);
  });

  it('adopts from another directory group if its DN is given, and renames the AccessGroup by the mapping (A10)', async () => {
    await using company = await openHandover({ groups: { 'eng-api': ['alice'] } });
    const id = await company.makeGroup('API Team', []);
    await expect(company.ownership().previewAdoption(id, {})).rejects.toMatchObject({
      code: 'unknown_source',
    });
    const source = groupDn('eng-api');
    expect(await company.ownership().previewAdoption(id, { source })).toMatchObject({
      newName: 'eng-api',
      add: ['alice'],
    });
    expect(await company.adopt('API Team', source)).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toEqual({ 'platform/eng-api': ['alice'] });
  });

  it('refuses managed groups, sources of another AccessGroup, and groups without a mapping (A10)', async () => {
    await using company = await conflicting();
    const ownership = company.ownership();
    const id = await company.id('admins');
    const from = (source: string) => ownership.previewAdoption(id, { source });
    await expect(from(groupDn('ops'))).rejects.toMatchObject({ code: 'source_refused' });
    await expect(from(groupDn('nobody'))).rejects.toMatchObject({ code: 'unknown_source' });
    await expect(ownership.previewAdoption(id, { directory: 'crop' })).rejects.toMatchObject({
      code: 'directory_not_configured',
    });
    const ops = await company.id('ops');
    await expect(ownership.previewAdoption(ops, {})).rejects.toMatchObject({ code: 'managed_group' });
    await expect(ownership.previewAdoption(999, {})).rejects.toMatchObject({ code: 'unknown_group' });
  });

  it('of two directory groups with one name, the adopted one gets it (A13, F39)', async () => {
    await using company = await openHandover();
    company.ldap.add({
      dn: 'ou=berlin,dc=test',
      attributes: { objectClass: ['organizationalUnit'], ou: ['berlin'] },
    });
    company.settings = { ...company.settings, groups: { ...company.settings.groups, baseDn: 'dc=test' } };
    company.ldap.add(groupEntry('devs', ['alice'], { entryUUID: [uuid(1001)] }));
    const other = groupEntry('devs', ['bob'], { entryUUID: [uuid(1002)] });
    company.ldap.add({ ...other, dn: groupDn('devs', 'berlin') });
    await company.sync();
    expect(await company.status()).toMatchObject({ groups: { conflict: 2 } });
    const id = await company.makeGroup('devs', []);
    await expect(company.ownership().previewAdoption(id, {})).rejects.toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining(groupDn('devs', 'berlin')),
    });
    await company.adopt('devs', groupDn('devs', 'berlin'));
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/devs': ['bob'] });
    expect(await stateOf(company, groupDn('devs'))).toMatchObject({ reason: 'name_conflict_managed' });
  });
});
