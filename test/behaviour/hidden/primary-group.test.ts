/** A primary group that may not be read on one entry removes no member. A proof that the entry has none does. */
import { describe, expect, it } from 'vitest';
import { denyAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import type { RunRequest } from '../../../src/store/runs/request.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { directory, uuid } from '../../support/given/values.ts';

async function synced(): Promise<Company> {
  const settings = { groups: { ...directory().groups, primaryGroup: true } };
  const company = await openCompany({ people: ['ann', 'bob', 'cat'], groups: { crew: ['ann'] }, settings });
  company.ldap.modify(groupDn('crew'), { replace: { gidNumber: ['500'] } });
  for (const uid of ['bob', 'cat']) company.ldap.modify(personDn(uid), { replace: { gidNumber: ['500'] } });
  await company.sync();
  expect(await company.members()).toEqual({ 'platform/crew': ['ann', 'bob', 'cat'] });
  return company;
}

const NUMBER = 1105;
/** A SID with that number as its last part. */
const SID = Buffer.concat([Buffer.from('0105000000000005'.padEnd(48, '0'), 'hex'), numbered(NUMBER)]);

function numbered(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

/** Active Directory, which takes a person out of `member` of the group that becomes the primary group. */
async function promoted(groups: Record<string, string[]>, more: Partial<RunRequest> = {}): Promise<Company> {
  const settings = { vendor: 'activedirectory', idAttribute: 'entryUUID' } as const;
  const company = await openCompany({ people: ['ann', 'bob', 'cat'], groups, settings });
  const { ldap } = company;
  for (const cn of Object.keys(groups))
    ldap.modify(groupDn(cn), { replace: { distinguishedName: [groupDn(cn)] } });
  for (const uid of ['ann', 'bob', 'cat'])
    ldap.modify(personDn(uid), { replace: { primaryGroupID: ['513'], userAccountControl: ['512'] } });
  ldap.modify(groupDn('inner'), { replace: { objectSid: [SID] } });
  ldap.modify(groupDn('crew'), {
    add: { member: [groupDn('inner')] },
    replace: { objectSid: [Buffer.concat([SID.subarray(0, -4), numbered(1106)])] },
  });
  await company.sync();
  expect((await company.members())['platform/crew']).toEqual(['ann', 'bob', 'cat']);
  ldap.modify(personDn('bob'), { replace: { primaryGroupID: [String(NUMBER)] } });
  ldap.modify(groupDn('inner'), { delete: { member: [personDn('bob')] } });
  await company.sync(more);
  return company;
}

describe('a group that becomes the primary group of a member', () => {
  it.each([
    ['a whole read', {}],
    ['a read of the group', { group: groupDn('crew') }],
  ])('keeps the member, in doubt, until the primary group is another: %s (C23)', async (_, more) => {
    await using company = await promoted({ crew: ['ann'], inner: ['bob', 'cat'] }, more);
    for (let reads = 0; reads < 3; reads += 1) await company.sync();
    expect((await company.members())['platform/crew']).toEqual(['ann', 'bob', 'cat']);
    expect((await company.sync()).counts.plan).toMatchObject({ doubts: 2, remove: 0 });
    company.ldap.modify(personDn('bob'), { replace: { primaryGroupID: ['513'] } });
    await company.sync();
    expect((await company.members())['platform/crew']).toEqual(['ann', 'cat']);
  });
});

describe('a person of Active Directory whose entry is not shown', () => {
  it('stays in the primary group as long as a value of another group names the person (G17)', async () => {
    await using company = await openCompany({
      people: ['ann', 'bob', 'cat'],
      groups: { crew: ['ann'], users: ['cat'] },
      settings: {
        vendor: 'activedirectory',
        idAttribute: 'entryUUID',
        groups: { ...directory().groups, primaryGroup: true },
      },
    });
    const { ldap } = company;
    for (const [n, cn] of ['crew', 'users'].entries())
      ldap.modify(groupDn(cn), {
        replace: {
          distinguishedName: [groupDn(cn)],
          objectSid: [Buffer.concat([SID.subarray(0, -4), numbered(NUMBER + n)])],
        },
      });
    for (const uid of ['ann', 'bob', 'cat'])
      ldap.modify(personDn(uid), { replace: { primaryGroupID: ['513'], userAccountControl: ['512'] } });
    ldap.modify(personDn('bob'), { replace: { primaryGroupID: [String(NUMBER)], entryUUID: [uuid(77)] } });
    await company.sync();
    expect((await company.members())['platform/crew']).toEqual(['ann', 'bob']);
    ldap.delete(personDn('bob'));
    ldap.modify(groupDn('users'), { add: { member: [`<GUID=${uuid(77)}>`] } });
    for (let reads = 0; reads < 3; reads += 1) await company.sync();
    expect((await company.members())['platform/crew']).toEqual(['ann', 'bob']);
    ldap.modify(groupDn('users'), { delete: { member: [`<GUID=${uuid(77)}>`] } });
    for (let reads = 0; reads < 2; reads += 1) await company.sync();
    expect((await company.members())['platform/crew']).toEqual(['ann']);
  });
});

describe('a person whose primary group is not shown', () => {
  it('stays as long as it may not be read', async () => {
    await using company = await synced();
    company.ldap.inject(denyAttribute('gidNumber', dn => dn === personDn('bob')));
    for (let reads = 0; reads < 4; reads += 1) await company.sync();
    expect(await company.members()).toEqual({ 'platform/crew': ['ann', 'bob', 'cat'] });
    expect((await company.sync()).counts.plan).toMatchObject({ doubts: 1, remove: 0 });
    company.ldap.heal();
    company.ldap.modify(personDn('bob'), { replace: { gidNumber: ['501'] } });
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/crew': ['ann', 'cat'] });
  });

  it('removes the member at once if the server says that the entry has none', async () => {
    await using company = await synced();
    company.ldap.modify(personDn('bob'), { replace: { gidNumber: [] } });
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/crew': ['ann', 'cat'] });
  });
});
