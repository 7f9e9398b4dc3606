/** An entry whose objectClass may not be read exists, so it removes no member. A deleted entry does. */
import { expect, it } from 'vitest';
import { denyAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';

const CREW = ['ann', 'bob', 'cat'];
const OTHERS = ['dora', 'erik', 'fay', 'gus', 'hal', 'ida'];

async function synced(crew: readonly string[] = CREW): Promise<Company> {
  const company = await openCompany({
    people: [...CREW, ...OTHERS],
    groups: { crew: [...crew], lab: ['bob'], staff: OTHERS },
  });
  return company;
}

async function crewAfterFour(company: Company): Promise<readonly string[] | undefined> {
  for (let reads = 0; reads < 4; reads += 1) await company.sync();
  return (await company.members())['platform/crew'];
}

function hide(company: Company, dn: string): void {
  company.ldap.inject(denyAttribute('objectClass', each => each === dn));
}

it('a person named by DN stays until the entry is deleted', async () => {
  await using company = await synced();
  await company.sync();
  hide(company, personDn('bob'));
  expect(await crewAfterFour(company)).toEqual(CREW);
  company.ldap.delete(personDn('bob'));
  expect(await crewAfterFour(company)).toEqual(['ann', 'cat']);
});

it('a person named by username stays', async () => {
  await using company = await synced([]);
  company.ldap.modify(groupDn('crew'), { replace: { memberUid: CREW } });
  await company.sync();
  hide(company, personDn('bob'));
  expect(await crewAfterFour(company)).toEqual(CREW);
});

it('keeps the members of a nested group until the group no longer lists it', async () => {
  await using company = await synced(['ann', 'cat']);
  company.ldap.modify(groupDn('crew'), { add: { member: [groupDn('lab')] } });
  await company.sync();
  hide(company, groupDn('lab'));
  expect(await crewAfterFour(company)).toEqual(CREW);
  company.ldap.modify(groupDn('crew'), { delete: { member: [groupDn('lab')] } });
  expect(await crewAfterFour(company)).toEqual(['ann', 'cat']);
});

it('the members of a group stay', async () => {
  await using company = await synced();
  await company.sync();
  hide(company, groupDn('crew'));
  expect(await crewAfterFour(company)).toEqual(CREW);
});
