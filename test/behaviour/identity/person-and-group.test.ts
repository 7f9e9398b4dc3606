/** An entry that is a person and a group. */
import { expect, it } from 'vitest';
import { groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { directory } from '../../support/given/values.ts';

const CREW = ['ann', 'bob', 'cat'];
const OTHERS = ['dora', 'erik', 'fay', 'gus', 'hal', 'ida'];
const usual = directory();
/** Both bases are the same. */
const settings = {
  users: { ...usual.users, baseDn: 'dc=test' },
  groups: {
    ...usual.groups,
    baseDn: 'dc=test',
    filter: '(|(objectClass=groupOfNames)(objectClass=posixGroup))',
  },
};

it('keeps a member who makes their own entry a group, and adds no other user (G89)', async () => {
  await using company = await openCompany({
    people: [...CREW, ...OTHERS],
    groups: { crew: CREW, staff: OTHERS },
    settings,
  });
  await company.sync();
  const objectClass = ['inetOrgPerson', 'posixGroup'];
  company.ldap.modify(personDn('bob'), { replace: { objectClass, memberUid: ['dora'] } });
  for (let reads = 0; reads < 3; reads += 1) await company.sync();
  expect((await company.members())['platform/crew']).toEqual(CREW);
});

it('removes and adds no user when a nested group becomes a person (G89)', async () => {
  await using company = await openCompany({
    people: [...CREW, ...OTHERS],
    groups: { crew: ['ann', 'cat'], lab: ['bob'], staff: OTHERS },
    settings,
  });
  company.ldap.modify(groupDn('crew'), { add: { member: [groupDn('lab')] } });
  await company.sync();
  expect((await company.members())['platform/crew']).toEqual(CREW);
  const objectClass = ['inetOrgPerson', 'groupOfNames'];
  company.ldap.modify(groupDn('lab'), { replace: { objectClass, uid: ['lab'], sn: ['lab'] } });
  await company.sync();
  company.ldap.modify(groupDn('lab'), { add: { member: [personDn('dora')] } });
  for (let reads = 0; reads < 3; reads += 1) await company.sync();
  expect((await company.members())['platform/crew']).toEqual(CREW);
});
