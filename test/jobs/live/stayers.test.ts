/** A hinted run does not read members who only stay. It reads everyone who would be added or removed. */
import { describe, expect, it } from 'vitest';
import { groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { directory, mapping, uuid } from '../../support/given/values.ts';
import { follow, hintAt } from './follow-hints.ts';

describe('a hinted run of a group with members who stay', () => {
  it('does not read members who only stay', async () => {
    await using company = await openCompany({ groups: { devs: ['alice', 'bob'] } });
    await company.sync();
    company.ldap.modify(groupDn('devs'), {
      add: { member: [personDn('carol')] },
      delete: { member: [personDn('bob')] },
    });
    const before = company.ldap.requests.length;
    await follow(company, hintAt(1, 'devs'));
    const asked = company.ldap.requests.slice(before).map(request => JSON.stringify(request));
    const isRead = (n: number) => asked.some(text => text.includes(`entryUUID=${uuid(n)}`));
    expect([isRead(1), isRead(2), isRead(3)]).toEqual([false, true, true]);
    expect(asked.filter(text => text.includes(personDn('alice')))).toEqual([]);
    expect(await company.members()).toEqual({ 'platform/devs': ['alice', 'carol'] });
  });

  it('does not add a member of one group to another without reading the entry: the account may be disabled', async () => {
    await using company = await openCompany({ groups: { devs: ['alice', 'bob'], ops: ['bob'] } });
    await company.sync();
    company.ldap.modify(personDn('alice'), { replace: { pwdAccountLockedTime: ['000001010000Z'] } });
    company.ldap.modify(groupDn('ops'), { add: { member: [personDn('alice')] } });
    await follow(company, hintAt(2, 'ops'));
    expect(await company.members()).toEqual({ 'platform/devs': ['alice', 'bob'], 'platform/ops': ['bob'] });
  });

  it('keeps a member who has taken over the DN of a colleague, although no hint names the member', async () => {
    await using company = await openCompany({ groups: { devs: ['alice', 'bob'] } });
    await company.sync();
    company.ldap.delete(personDn('bob'));
    company.ldap.rename(personDn('alice'), personDn('bob'));
    company.ldap.modify(groupDn('devs'), { replace: { member: [personDn('bob')] } });
    await follow(company, hintAt(1, 'devs'));
    expect((await company.members())['platform/devs']).toContain('alice');
  });

  it('takes a stored entry for no proof that it exists: the next complete read removes a person whose entry was deleted', async () => {
    await using company = await openCompany({ groups: { devs: ['alice', 'bob'] } });
    await company.sync();
    company.ldap.delete(personDn('bob'));
    await company.sync();
    company.ldap.modify(groupDn('devs'), { add: { member: [personDn('carol')] } });
    await follow(company, hintAt(1, 'devs'));
    expect(await company.members()).toEqual({ 'platform/devs': ['alice', 'bob', 'carol'] });
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/devs': ['alice', 'carol'] });
  });

  it('counts the members who only stay when it compares removals with the limits of the guard', async () => {
    const people = Array.from({ length: 12 }, (_, n) => `user${n}`);
    const guard = { ...directory().guard, groupMemberRemovals: { percent: 30, count: 1 } };
    await using company = await openCompany({ people, groups: { devs: people }, settings: { guard } });
    await company.sync();
    company.ldap.modify(groupDn('devs'), {
      delete: { member: people.slice(0, 3).map(uid => personDn(uid)) },
    });
    expect(await follow(company, hintAt(1, 'devs'))).toEqual({ kind: 'changed' });
    expect(await company.members()).toEqual({ 'platform/devs': people.slice(3).toSorted() });
  });

  it('knows the owners who only stay, so that another owner can leave', async () => {
    const mappings = [mapping({ type: 0 })];
    await using company = await openCompany({
      groups: { owners: ['alice', 'bob'], devs: ['alice', 'bob'] },
      settings: { mappings },
    });
    await company.sync();
    company.ldap.modify(groupDn('owners'), { delete: { member: [personDn('alice')] } });
    expect(await follow(company, hintAt(1, 'owners'))).toEqual({ kind: 'changed' });
    expect((await company.members())['platform/owners']).toEqual(['bob']);
  });
});
