/**
 * 389 Directory Server makes the loser of a replication conflict an ldapSubEntry at another DN. Searches find such an entry only
 * if their filter names this class.
 */
import { describe, expect, it } from 'vitest';
import { hideEntries } from '../../../dev/fake-ldap/faults/answers.ts';
import { type Fault, searchFault } from '../../../dev/fake-ldap/server/fault.ts';
import { filterText } from '../../../src/directory/protocol/filter.ts';
import {
  type Company,
  groupDn,
  groupEntry,
  openCompany,
  personDn,
  personEntry,
} from '../../support/given/company.ts';

const CREW = ['alice', 'bob'];

async function synced(): Promise<Company> {
  const company = await openCompany({
    groups: { crew: CREW, other: ['carol'] },
    settings: { vendor: '389ds', idAttribute: 'entryUUID' },
  });
  await company.sync();
  company.ldap.inject(hideSubentries);
  return company;
}

const hideSubentries: Fault = searchFault((search, answer) =>
  filterText(search.filter).includes('objectClass=ldapsubentry')
    ? answer(search)
    : hideEntries(({ dn }) => dn.startsWith('nsUniqueId='))(search, answer),
);

function lose({ ldap }: Company, dn: string): string {
  const loser = `nsUniqueId=1+${dn}`;
  ldap.rename(dn, loser);
  ldap.modify(loser, { add: { objectClass: ['ldapSubEntry'] } });
  return loser;
}

async function crewAfterThree(company: Company): Promise<readonly string[]> {
  for (let reads = 0; reads < 3; reads += 1) await company.sync();
  return (await company.members())['platform/crew'] ?? [];
}

describe('an entry that lost a replication conflict', () => {
  it('keeps the members of its AccessGroup until the conflict is resolved (G97)', async () => {
    await using company = await synced();
    const loser = lose(company, groupDn('crew'));
    company.ldap.add(groupEntry('crew', ['alice']));
    expect(await crewAfterThree(company)).toEqual(CREW);
    const { counts } = await company.sync();
    expect(counts.plan).toMatchObject({ unknown: 1, remove: 0 });
    company.ldap.delete(loser);
    expect(await crewAfterThree(company)).toEqual([]);
  });

  it('keeps the memberships of its person until the conflict is resolved (G97)', async () => {
    await using company = await synced();
    const loser = lose(company, personDn('bob'));
    company.ldap.add(personEntry('bob'));
    expect(await crewAfterThree(company)).toEqual(CREW);
    company.ldap.delete(loser);
    expect(await crewAfterThree(company)).toEqual(['alice']);
  });

  it('does not keep a member whose value was removed from the group (G97)', async () => {
    await using company = await synced();
    lose(company, personDn('bob'));
    company.ldap.modify(groupDn('crew'), { delete: { member: [personDn('bob')] } });
    await company.sync();
    expect((await company.members())['platform/crew']).toEqual(['alice']);
  });
});
