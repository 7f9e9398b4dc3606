/** An unreadable nested group may have caused a membership that another value caused as well. */
import { expect, it } from 'vitest';
import { denyAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { groupDn, personDn } from '../../support/given/company.ts';
import { directory } from '../../support/given/values.ts';
import { after, DEVS, movedDn, opened, STAFF } from './devs.ts';

const settings = { groups: { ...directory().groups, filter: '(&(objectClass=groupOfNames)(!(ou=mail)))' } };
const nested = async (groups: Record<string, string[]>) => {
  const company = await opened({ settings, groups: { ...groups, staff: STAFF } });
  for (const cn of Object.keys(groups))
    if (cn !== 'devs') company.ldap.modify(groupDn('devs'), { add: { member: [groupDn(cn)] } });
  expect(await after(company, 2)).toEqual(DEVS);
  return company;
};

it('keeps a member through an unreadable nested group when a second nested group is deleted later (G17)', async () => {
  await using company = await nested({ devs: ['alice', 'carol'], lab: ['bob'], spare: ['bob'] });
  company.ldap.inject(denyAttribute('ou', dn => dn === groupDn('lab')));
  expect(await after(company, 1)).toEqual(DEVS);
  company.ldap.delete(groupDn('spare'));
  expect(await after(company, 3)).toEqual(DEVS);
});

it('keeps a member through an unreadable nested group when the value of the member is removed later (G17)', async () => {
  await using company = await nested({ devs: DEVS, lab: ['bob'] });
  company.ldap.inject(denyAttribute('ou', dn => dn === groupDn('lab')));
  expect(await after(company, 1)).toEqual(DEVS);
  company.ldap.modify(groupDn('devs'), { delete: { member: [personDn('bob')] } });
  expect(await after(company, 1)).toEqual(DEVS);
});

it('keeps a member through an unreadable nested group after a move (G17)', async () => {
  await using company = await nested({ devs: DEVS, lab: ['bob'] });
  company.ldap.inject(denyAttribute('ou', dn => dn === groupDn('lab')));
  expect(await after(company, 1)).toEqual(DEVS);
  const moved = movedDn('bob');
  company.ldap.rename(personDn('bob'), moved);
  company.ldap.modify(groupDn('lab'), { replace: { member: [moved] } });
  expect(await after(company, 3)).toEqual(DEVS);
});

it('keeps a member through an unreadable nested group that another group named before (G17)', async () => {
  await using company = await opened({
    settings,
    groups: { devs: DEVS, lab: ['bob'], ops: ['alice'], staff: STAFF },
  });
  company.ldap.modify(groupDn('ops'), { add: { member: [groupDn('lab')] } });
  company.ldap.inject(denyAttribute('ou', dn => dn === groupDn('lab')));
  expect(await after(company, 2)).toEqual(DEVS);
  company.ldap.modify(groupDn('devs'), {
    delete: { member: [personDn('bob')] },
    add: { member: [groupDn('lab')] },
  });
  expect(await after(company, 1)).toEqual(DEVS);
});
