/** A member who moved to where another was, or got the username that another had, and does not show it. The values follow at once. */
import { expect, it } from 'vitest';
import { hideEntries } from '../../../dev/fake-ldap/faults/answers.ts';
import { denyAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { groupDn, personDn } from '../../support/given/company.ts';
import { directory } from '../../support/given/values.ts';
import { after, CREW, posix, STAFF, synced } from './crew.ts';

const place = (uid: string) => personDn(uid);

it('stays where a colleague was, without an identity (G02)', async () => {
  await using company = await synced();
  const { ldap } = company;
  ldap.rename(place('alice'), place('alice2'));
  ldap.rename(place('bob'), place('alice'));
  ldap.modify(place('alice'), { replace: { uid: ['alice'], entryUUID: [] } });
  ldap.modify(place('alice2'), { replace: { uid: ['alice2'] } });
  ldap.modify(groupDn('devs'), { replace: { member: [place('alice2'), place('alice'), place('carol')] } });
  expect(await after(company, 1)).toEqual(CREW);
});

it('stays where a person without a local user was, without an identity (G02)', async () => {
  await using company = await synced({
    people: [...CREW, ...STAFF, 'ghost'],
    local: [...CREW, ...STAFF],
    groups: { devs: [...CREW, 'ghost'], staff: STAFF },
  });
  const { ldap } = company;
  ldap.rename(place('ghost'), place('ghost2'));
  ldap.rename(place('bob'), place('ghost'));
  ldap.modify(place('ghost'), { replace: { uid: ['ghost'], entryUUID: [] } });
  ldap.modify(groupDn('devs'), {
    replace: { member: [place('alice'), place('ghost'), place('ghost2'), place('carol')] },
  });
  expect(await after(company, 1)).toEqual(CREW);
});

it('stays for a second read where the group named no entry, out of sight (G17)', async () => {
  await using company = await synced({ groups: { devs: [...CREW, 'ghost'], staff: STAFF } });
  await company.sync();
  const { ldap } = company;
  ldap.rename(place('bob'), place('ghost'));
  ldap.modify(groupDn('devs'), { delete: { member: [place('bob')] } });
  ldap.inject(hideEntries(({ dn }) => dn === place('ghost')));
  expect(await after(company, 1)).toEqual(CREW);
});

it('stays where the group named no entry, unreadable (G17)', async () => {
  const settings = {
    users: { ...directory().users, filter: '(&(objectClass=inetOrgPerson)(!(employeeType=former)))' },
  };
  await using company = await synced({ settings, groups: { devs: [...CREW, 'ghost'], staff: STAFF } });
  await company.sync();
  const { ldap } = company;
  ldap.rename(place('bob'), place('ghost'));
  ldap.modify(groupDn('devs'), { delete: { member: [place('bob')] } });
  ldap.inject(denyAttribute('employeeType', dn => dn === place('ghost')));
  expect(await after(company, 3)).toEqual(CREW);
});

it('stays by the hidden username that a colleague had (G18)', async () => {
  await using company = await posix();
  const { ldap } = company;
  ldap.modify(place('alice'), { replace: { uid: ['alice2'] } });
  ldap.modify(place('bob'), { replace: { uid: ['alice'] } });
  ldap.modify(groupDn('devs'), { replace: { memberUid: ['alice2', 'alice', 'carol'] } });
  ldap.inject(denyAttribute('uid', dn => dn === place('bob')));
  expect(await after(company, 1)).toEqual(CREW);
});
