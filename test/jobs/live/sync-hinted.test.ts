/** Hinted runs of a small company: what they apply, and what they leave to a run of the whole directory. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { answerCode } from '../../../dev/fake-ldap/faults/answers.ts';
import {
  type Company,
  groupDn,
  groupEntry,
  openCompany,
  personDn,
  personEntry,
} from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { directory, mapping, uuid } from '../../support/given/values.ts';
import { follow, hintAt } from './follow-hints.ts';

async function hintedRuns({ db }: Company): Promise<number> {
  const rows = await rowsOf(db, sql`select from sync_run where trigger = 'change'`);
  return rows.length;
}

async function synced(company: Company): Promise<void> {
  await company.sync();
}

async function reconfigured(company: Company): Promise<void> {
  await company.sync();
  company.settings = { ...company.settings, protect: ['nobody'] };
}

describe('a hinted run', () => {
  it('applies what changed in the hinted group, and nothing of another', async () => {
    await using company = await openCompany({ groups: { devs: ['alice'], ops: ['bob'] } });
    await company.sync();
    company.ldap.modify(groupDn('devs'), { add: { member: [personDn('carol')] } });
    company.ldap.modify(groupDn('ops'), { add: { member: [personDn('carol')] } });
    expect(await follow(company, hintAt(1, 'devs'))).toEqual({ kind: 'changed' });
    expect(await company.members()).toEqual({ 'platform/devs': ['alice', 'carol'], 'platform/ops': ['bob'] });
    expect(await hintedRuns(company)).toBe(1);
  });

  it('removes a disabled person from every group', async () => {
    await using company = await openCompany({ groups: { devs: ['alice', 'bob'], ops: ['bob', 'carol'] } });
    await company.sync();
    company.ldap.modify(personDn('bob'), { replace: { pwdAccountLockedTime: ['000001010000Z'] } });
    await follow(company, { id: uuid(2), dn: personDn('bob') });
    expect(await company.members()).toEqual({ 'platform/devs': ['alice'], 'platform/ops': ['carol'] });
  });

  it('asks all groups that lose members together whether they still have a value for them', async () => {
    const groups = { devs: ['alice', 'bob'], ops: ['bob', 'carol'], qa: ['alice', 'bob'] };
    const settings = { vendor: 'openldap', groups: { ...directory().groups, members: ['member'] } } as const;
    await using company = await openCompany({ groups, settings });
    await company.sync();
    const cns = Object.keys(groups);
    for (const cn of cns) company.ldap.modify(groupDn(cn), { delete: { member: [personDn('bob')] } });
    const before = company.ldap.requests.length;
    await follow(company, ...cns.map((cn, n) => hintAt(n + 1, cn)));
    const asked = company.ldap.requests.slice(before).map(request => JSON.stringify(request));
    const negated = asked.filter(text => text.includes(`(member=${personDn('bob')}`) && text.includes('(!('));
    expect(negated).toHaveLength(1);
    expect(cns.every(cn => negated[0]?.includes(`(entryDN=${groupDn(cn)})`))).toBe(true);
    expect(Object.values(await company.members()).flat()).not.toContain('bob');
  });

  it('writes nothing and leaves no run if nothing changed', async () => {
    await using company = await openCompany({ groups: { devs: ['alice'] } });
    await company.sync();
    const hints = [hintAt(1, 'devs'), { id: uuid(3), dn: personDn('carol') }, { dn: 'cn=unknown,dc=test' }];
    expect(await company.written(async () => void (await follow(company, ...hints)))).toEqual([]);
    expect(await hintedRuns(company)).toBe(0);
  });

  it('does not add a person whose username another entry has, which no group lists', async () => {
    await using company = await openCompany({ groups: { devs: ['alice'] } });
    await company.sync();
    const impostor = `cn=bob,ou=people,dc=test`;
    company.ldap.add({ ...personEntry('bob'), dn: impostor });
    company.ldap.modify(groupDn('devs'), { add: { member: [impostor] } });
    await follow(company, hintAt(1, 'devs'));
    expect(await company.members()).toEqual({ 'platform/devs': ['alice'] });
  });

  it('searches for other people with the username of a newcomer, but not of those who stay', async () => {
    await using company = await openCompany({ groups: { devs: ['alice', 'bob'] } });
    await company.sync();
    company.ldap.modify(groupDn('devs'), { add: { member: [personDn('carol')] } });
    const before = company.ldap.requests.length;
    await follow(company, hintAt(1, 'devs'));
    const asked = company.ldap.requests.slice(before).map(request => JSON.stringify(request));
    const about = (username: string) => asked.some(text => text.includes(`uid=${username})`));
    expect([about('carol'), about('alice'), about('bob')]).toEqual([true, false, false]);
  });

  it('searches for other people with the new username of a linked person', async () => {
    await using company = await openCompany({ groups: { devs: ['alice', 'bob'] } });
    await company.sync();
    company.ldap.modify(personDn('alice'), { replace: { uid: ['carol'] } });
    const before = company.ldap.requests.length;
    await follow(company, hintAt(1, 'devs'), { id: uuid(1), dn: personDn('alice') });
    const asked = company.ldap.requests.slice(before).map(request => JSON.stringify(request));
    expect(asked.filter(text => text.includes('uid=carol)'))).not.toEqual([]);
  });

  it('reads the other groups of a merged AccessGroup, so that a member of one of them stays', async () => {
    const mappings = [mapping({ name: 'all', merge: true })];
    await using company = await openCompany({
      groups: { devs: ['alice', 'bob'], ops: ['bob', 'carol'] },
      settings: { mappings },
    });
    await company.sync();
    company.ldap.modify(groupDn('devs'), { replace: { member: [] } });
    await follow(company, hintAt(1, 'devs'));
    expect(await company.members()).toEqual({ 'platform/all': ['bob', 'carol'] });
  });

  it('keeps the members of a group that is gone, as one read proves nothing', async () => {
    await using company = await openCompany({ groups: { devs: ['alice'], ops: ['bob'] } });
    await company.sync();
    company.ldap.delete(groupDn('devs'));
    expect(await follow(company, hintAt(1, 'devs'))).toEqual({ kind: 'nothing' });
    expect(await company.members()).toEqual({ 'platform/devs': ['alice'], 'platform/ops': ['bob'] });
  });

  it('gives a freed name to the group that waits for it', async () => {
    await using company = await openCompany({ groups: { devs: ['alice'] } });
    await company.sync();
    const other = { ...groupEntry('devs', ['bob']), dn: groupDn('devs2').replace('devs2', 'other') };
    company.ldap.add({
      ...other,
      attributes: { ...other.attributes, cn: ['devs'], entryUUID: [uuid(1002)] },
    });
    await company.sync();
    company.ldap.rename(groupDn('devs'), groupDn('renamed'));
    await follow(company, { id: uuid(1001), dn: groupDn('renamed'), oldDn: groupDn('devs') });
    expect(await company.members()).toEqual({ 'platform/devs': ['bob'], 'platform/renamed': ['alice'] });
  });

  it.each([
    ['no complete read', {}, async () => {}, 'the directory was not read completely yet'],
    ['a changed configuration', {}, reconfigured, 'the configuration (protect) changed'],
    [
      'a first run that is not approved',
      { firstRun: 'confirm' },
      synced,
      'the directory was not read completely yet',
    ],
    ['a container that was moved', {}, synced, 'was moved to ou=people,dc=test, with the entries below it'],
  ] as const)(
    'leaves everything to a run of the whole directory after %s',
    async (_, settings, prepare, whole) => {
      await using company = await openCompany({ groups: { devs: ['alice'] }, settings });
      await prepare(company);
      const before = await company.members();
      company.ldap.modify(groupDn('devs'), { add: { member: [personDn('carol')] } });
      const moved = { dn: 'ou=people,dc=test', oldDn: 'ou=staff,dc=test' };
      const outcome = await follow(company, hintAt(1, 'devs'), ...(whole.includes('moved') ? [moved] : []));
      expect(outcome).toEqual({ kind: 'nothing', whole: expect.stringContaining(whole) });
      expect(await company.members()).toEqual(before);
      expect(await hintedRuns(company)).toBe(0);
    },
  );

  it('fails without a run if the directory cannot be read', async () => {
    await using company = await openCompany({ groups: { devs: ['alice'] } });
    await company.sync();
    company.ldap.inject(answerCode(51));
    await expect(follow(company, hintAt(1, 'devs'))).rejects.toMatchObject({ name: 'DirectoryError' });
    expect(await hintedRuns(company)).toBe(0);
  });

  it('leaves a group that could not be changed to a run of the whole directory', async () => {
    await using company = await openCompany({ groups: { devs: ['alice'], ops: ['bob'] } });
    await company.sync();
    await rowsOf(
      company.db,
      sql`alter table access_group_members add constraint only_two check (user_id < 3)`,
    );
    company.ldap.modify(groupDn('devs'), { add: { member: [personDn('carol')] } });
    company.ldap.modify(groupDn('ops'), { add: { member: [personDn('alice')] } });
    const whole = 'groups that could not be changed: 1';
    expect(await follow(company, hintAt(1, 'devs'), hintAt(2, 'ops'))).toEqual({ kind: 'changed', whole });
    expect(await company.members()).toEqual({ 'platform/devs': ['alice'], 'platform/ops': ['alice', 'bob'] });
  });

  it('rejects a replica that lacks a followed change, and removes no member', async () => {
    await using company = await openCompany({ groups: { devs: ['alice'] } });
    await using replica = await openCompany({ groups: { devs: ['alice'] } });
    company.settings = { ...company.settings, urls: [company.ldap.url, replica.ldap.url] };
    await company.sync();
    company.ldap.modify(groupDn('devs'), { add: { member: [personDn('carol')] } });
    await follow(company, hintAt(1, 'devs'));
    await company.ldap.close();
    expect(await company.sync()).toMatchObject({ status: 'failed', errorCode: 'server_behind' });
    expect(await company.members()).toEqual({ 'platform/devs': ['alice', 'carol'] });
  });

  it('waits while another run is queued', async () => {
    await using company = await openCompany({ groups: { devs: ['alice'] } });
    await company.sync();
    await company.request();
    expect(await follow(company, hintAt(1, 'devs'))).toEqual({ kind: 'busy' });
  });
});
