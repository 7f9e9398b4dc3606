/** An access rule hides on one account whether it is disabled: that adds no member and removes none. */
import { describe, expect, it } from 'vitest';
import { denyAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { directory } from '../../support/given/values.ts';

const LOCKED = { nsAccountLock: ['true'] };
const CREW = ['ann', 'bob', 'cat'];

async function company(people = CREW, crew = CREW): Promise<Company> {
  const opened = await openCompany({
    people,
    groups: { crew },
    settings: { vendor: '389ds', idAttribute: 'entryUUID' },
  });
  await opened.sync();
  return opened;
}

const hiddenOf = (uid: string) => denyAttribute('nsAccountLock', dn => dn === personDn(uid));
const crewOf = async (opened: Company) => (await opened.members())['platform/crew'];

describe('an account that does not show whether it is disabled', () => {
  it('is not added again after it was disabled, until it shows that it is enabled', async () => {
    await using opened = await company();
    opened.ldap.modify(personDn('bob'), { replace: LOCKED });
    await opened.sync();
    expect(await crewOf(opened)).toEqual(['ann', 'cat']);
    opened.ldap.inject(hiddenOf('bob'));
    for (let reads = 0; reads < 3; reads += 1) await opened.sync();
    expect(await crewOf(opened)).toEqual(['ann', 'cat']);
    expect((await opened.sync()).counts.plan).toMatchObject({ reasons: { account_unread: 1 } });
    opened.ldap.heal();
    opened.ldap.modify(personDn('bob'), { replace: { nsAccountLock: [] } });
    await opened.sync();
    expect(await crewOf(opened)).toEqual(CREW);
  });

  it('keeps its memberships, and other users are added', async () => {
    await using opened = await company([...CREW, 'dan'], CREW);
    opened.ldap.inject(hiddenOf('bob'));
    opened.ldap.modify(groupDn('crew'), { replace: { member: [...CREW, 'dan'].map(uid => personDn(uid)) } });
    await opened.sync();
    expect(await crewOf(opened)).toEqual([...CREW, 'dan']);
  });

  it('is not created as a user', async () => {
    await using opened = await openCompany({
      people: CREW,
      local: ['ann', 'cat'],
      groups: { crew: CREW },
      settings: {
        vendor: '389ds',
        idAttribute: 'entryUUID',
        users: { ...directory().users, onUnknown: 'create' },
      },
    });
    opened.ldap.inject(hiddenOf('bob'));
    await opened.sync();
    expect(await crewOf(opened)).toEqual(['ann', 'cat']);
    opened.ldap.heal();
    await opened.sync();
    expect(await crewOf(opened)).toEqual(CREW);
  });

  it('counts as enabled if no account of the directory shows the attribute', async () => {
    await using opened = await openCompany({
      people: CREW,
      groups: { crew: CREW },
      settings: { vendor: '389ds', idAttribute: 'entryUUID' },
    });
    opened.ldap.inject(denyAttribute('nsAccountLock'));
    await opened.sync();
    expect(await crewOf(opened)).toEqual(CREW);
  });
});
