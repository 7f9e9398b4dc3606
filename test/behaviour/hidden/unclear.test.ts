/** An attribute that an access rule hides on one entry removes no member, after any number of reads. A fact does. */
import { describe, expect, it } from 'vitest';
import { denyAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { directory } from '../../support/given/values.ts';

const CREW = ['ann', 'bob', 'cat'];
const STAFF = '(&(objectClass=inetOrgPerson)(!(employeeType=former)))';

/** `named`: the group names its members by username. */
async function synced(named: boolean): Promise<Company> {
  const settings = { users: { ...directory().users, filter: STAFF } };
  const company = await openCompany({ people: CREW, groups: { crew: named ? [] : CREW }, settings });
  if (named) company.ldap.modify(groupDn('crew'), { replace: { memberUid: CREW } });
  await company.sync();
  return company;
}

async function crewAfterThree(company: Company): Promise<readonly string[]> {
  for (let reads = 0; reads < 3; reads += 1) await company.sync();
  return (await company.members())['platform/crew'] ?? [];
}

describe.each([
  ['by DN', false],
  ['by username', true],
])('a person whom a group names %s', (_, named) => {
  it('stays while an attribute of users.filter may not be read, and is removed by a fact', async () => {
    await using company = await synced(named);
    company.ldap.inject(denyAttribute('employeeType', dn => dn === personDn('bob')));
    expect(await crewAfterThree(company)).toEqual(CREW);
    expect((await company.sync()).counts.plan).toMatchObject({ doubts: 1, remove: 0 });
    company.ldap.modify(personDn('bob'), { replace: { employeeType: ['former'] } });
    expect(await crewAfterThree(company)).toEqual(CREW);
    company.ldap.heal();
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/crew': ['ann', 'cat'] });
  });

  it('removes the member if the group no longer names them, although the attribute may not be read', async () => {
    await using company = await synced(named);
    company.ldap.inject(denyAttribute('employeeType', dn => dn === personDn('bob')));
    await company.sync();
    const [attribute, values] = named
      ? ['memberUid', ['ann', 'cat']]
      : ['member', [personDn('ann'), personDn('cat')]];
    company.ldap.modify(groupDn('crew'), { replace: { [attribute]: values } });
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/crew': ['ann', 'cat'] });
  });

  it('removes a person at once if the directory says that the entry is not a configured person', async () => {
    await using company = await synced(named);
    company.ldap.modify(personDn('bob'), { replace: { employeeType: ['former'] } });
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/crew': ['ann', 'cat'] });
  });
});

describe('a group', () => {
  it.each([false, true])('keeps its members while they may not be read (by username: %s)', async named => {
    await using company = await synced(named);
    company.ldap.inject(denyAttribute(named ? 'memberUid' : 'member', dn => dn === groupDn('crew')));
    expect(await crewAfterThree(company)).toEqual(CREW);
    expect((await company.sync()).counts.plan).toMatchObject({ unknown: 1, remove: 0 });
    company.ldap.heal();
    const left = named ? { memberUid: ['ann'] } : { member: [personDn('ann')] };
    company.ldap.modify(groupDn('crew'), { replace: left });
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/crew': ['ann'] });
  });
});
