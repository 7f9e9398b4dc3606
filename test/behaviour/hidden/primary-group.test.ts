/** A primary group that may not be read on one entry removes no member. A proof that the entry has none does. */
import { describe, expect, it } from 'vitest';
import { denyAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { directory } from '../../support/given/values.ts';

async function synced(): Promise<Company> {
  const settings = { groups: { ...directory().groups, primaryGroup: true } };
  const company = await openCompany({ people: ['ann', 'bob', 'cat'], groups: { crew: ['ann'] }, settings });
  company.ldap.modify(groupDn('crew'), { replace: { gidNumber: ['500'] } });
  for (const uid of ['bob', 'cat']) company.ldap.modify(personDn(uid), { replace: { gidNumber: ['500'] } });
  await company.sync();
  expect(await company.members()).toEqual({ 'platform/crew': ['ann', 'bob', 'cat'] });
  return company;
}

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
