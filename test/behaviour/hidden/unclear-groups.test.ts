/**
 * An access rule hides an attribute of one group that decides whether it is in scope: that removes no member, a fact
 * removes all.
 */
import { describe, expect, it } from 'vitest';
import { denyAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { type Company, groupDn, openCompany } from '../../support/given/company.ts';
import { directory, mapping } from '../../support/given/values.ts';

const CREW = ['alice', 'bob'];
const usual = directory();
const KINDS: Readonly<Record<string, Partial<DirectorySettings>>> = {
  'groups.filter': { groups: { ...usual.groups, filter: '(&(objectClass=groupOfNames)(ou=access))' } },
  'a mapping': { mappings: [mapping({ groups: { filter: '(ou=access)' } })] },
  'groups.include': { groups: { ...usual.groups, name: 'ou', include: ['acc*'] } },
};

async function synced(settings: Partial<DirectorySettings>): Promise<Company> {
  const people = ['alice', 'bob', 'carol'];
  const company = await openCompany({ people, groups: { crew: CREW, other: ['carol'] }, settings });
  for (const cn of ['crew', 'other']) company.ldap.modify(groupDn(cn), { replace: { ou: ['access'] } });
  await company.sync();
  expect((await company.members())['platform/crew']).toEqual(CREW);
  return company;
}

async function crewAfterThree(company: Company): Promise<readonly string[]> {
  for (let reads = 0; reads < 3; reads += 1) await company.sync();
  return (await company.members())['platform/crew'] ?? [];
}

describe.each(Object.entries(KINDS))('an attribute of %s that the account may not read', (_, settings) => {
  it('keeps the members of the group until the attribute can be read', async () => {
    await using company = await synced(settings);
    company.ldap.inject(denyAttribute('ou', dn => dn === groupDn('crew')));
    expect(await crewAfterThree(company)).toEqual(CREW);
    const run = await company.sync();
    expect(run.counts.plan).toMatchObject({ unknown: 1, retire: 0, remove: 0 });
    company.ldap.heal();
    company.ldap.modify(groupDn('crew'), { replace: { ou: ['mail'] } });
    await company.sync();
    await company.sync();
    expect(await company.members()).toEqual({ 'platform/crew': [], 'platform/other': ['carol'] });
  });

  it('says that a group is out of scope', async () => {
    await using company = await synced(settings);
    company.ldap.modify(groupDn('crew'), { replace: { ou: ['mail'] } });
    expect(await crewAfterThree(company)).toEqual([]);
  });
});

describe('a group', () => {
  it('is retired and loses its members if it no longer exists, although it was hidden before', async () => {
    await using company = await synced(KINDS['groups.filter'] ?? {});
    company.ldap.inject(denyAttribute('ou', dn => dn === groupDn('crew')));
    await crewAfterThree(company);
    company.ldap.delete(groupDn('crew'));
    expect(await crewAfterThree(company)).toEqual([]);
  });

  it('stays in its mapping while an attribute of that mapping may not be read, although a later mapping matches', async () => {
    const first = mapping({ groups: { filter: '(ou=access)' } });
    await using company = await synced({ mappings: [first, mapping({ name: 'rest-{cn}' })] });
    company.ldap.inject(denyAttribute('ou', dn => dn === groupDn('crew')));
    expect(await crewAfterThree(company)).toEqual(CREW);
    company.ldap.heal();
    company.ldap.modify(groupDn('crew'), { replace: { ou: ['mail'] } });
    await company.sync();
    expect(await company.members()).toMatchObject({ 'platform/rest-crew': CREW });
  });

  it('keeps the members of each of its sources', async () => {
    const merged = [mapping({ groups: { filter: '(ou=access)' }, name: 'all', merge: true })];
    await using company = await openCompany({
      groups: { crew: CREW, other: ['carol'] },
      settings: { mappings: merged },
    });
    for (const cn of ['crew', 'other']) company.ldap.modify(groupDn(cn), { replace: { ou: ['access'] } });
    await company.sync();
    company.ldap.inject(denyAttribute('ou', dn => dn === groupDn('crew')));
    for (let reads = 0; reads < 3; reads += 1) await company.sync();
    expect(await company.members()).toEqual({ 'platform/all': ['alice', 'bob', 'carol'] });
    company.ldap.heal();
    company.ldap.modify(groupDn('crew'), { replace: { ou: ['mail'] } });
    for (let reads = 0; reads < 2; reads += 1) await company.sync();
    expect(await company.members()).toEqual({ 'platform/all': ['carol'] });
  });
});
