/**
 * A member who moved to the former DN of another person, or got the former username of another person, and hides it,
 * while the values follow at once. And a member whose DN or username another entry took, while the values do not
 * follow.
 */
import { expect, it } from 'vitest';
import { hideEntries } from '../../../dev/fake-ldap/faults/answers.ts';
import { denyAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { groupDn, groupEntry, personDn } from '../../support/given/company.ts';
import { directory, uuid } from '../../support/given/values.ts';
import { after, DEVS, posix, STAFF, synced } from './devs.ts';

type Ldap = Awaited<ReturnType<typeof synced>>['ldap'];
const place = (uid: string) => personDn(uid);

it('keeps a member whose entry, without an identity, has the old DN of a colleague (G02)', async () => {
  await using company = await synced();
  const { ldap } = company;
  ldap.rename(place('alice'), place('alice2'));
  ldap.rename(place('bob'), place('alice'));
  ldap.modify(place('alice'), { replace: { uid: ['alice'], entryUUID: [] } });
  ldap.modify(place('alice2'), { replace: { uid: ['alice2'] } });
  ldap.modify(groupDn('devs'), { replace: { member: [place('alice2'), place('alice'), place('carol')] } });
  expect(await after(company, 1)).toEqual(DEVS);
});

it('keeps a member whose entry, without an identity, has the old DN of a person without a local user (G02)', async () => {
  await using company = await synced({
    people: [...DEVS, ...STAFF, 'ghost'],
    local: [...DEVS, ...STAFF],
    groups: { devs: [...DEVS, 'ghost'], staff: STAFF },
  });
  const { ldap } = company;
  ldap.rename(place('ghost'), place('ghost2'));
  ldap.rename(place('bob'), place('ghost'));
  ldap.modify(place('ghost'), { replace: { uid: ['ghost'], entryUUID: [] } });
  ldap.modify(groupDn('devs'), {
    replace: { member: [place('alice'), place('ghost'), place('ghost2'), place('carol')] },
  });
  expect(await after(company, 1)).toEqual(DEVS);
});

it('keeps a member for a second read if the entry is hidden at a DN that had no entry (G17)', async () => {
  await using company = await synced({ groups: { devs: [...DEVS, 'ghost'], staff: STAFF } });
  await company.sync();
  const { ldap } = company;
  ldap.rename(place('bob'), place('ghost'));
  ldap.modify(groupDn('devs'), { delete: { member: [place('bob')] } });
  ldap.inject(hideEntries(({ dn }) => dn === place('ghost')));
  expect(await after(company, 1)).toEqual(DEVS);
});

it('keeps a member whose unreadable entry is at a DN that had no entry (G17)', async () => {
  const settings = {
    users: { ...directory().users, filter: '(&(objectClass=inetOrgPerson)(!(employeeType=former)))' },
  };
  await using company = await synced({ settings, groups: { devs: [...DEVS, 'ghost'], staff: STAFF } });
  await company.sync();
  const { ldap } = company;
  ldap.rename(place('bob'), place('ghost'));
  ldap.modify(groupDn('devs'), { delete: { member: [place('bob')] } });
  ldap.inject(denyAttribute('employeeType', dn => dn === place('ghost')));
  expect(await after(company, 3)).toEqual(DEVS);
});

it('keeps a member whose hidden username belonged to a colleague (G18)', async () => {
  await using company = await posix();
  const { ldap } = company;
  ldap.modify(place('alice'), { replace: { uid: ['alice2'] } });
  ldap.modify(place('bob'), { replace: { uid: ['alice'] } });
  ldap.modify(groupDn('devs'), { replace: { memberUid: ['alice2', 'alice', 'carol'] } });
  ldap.inject(denyAttribute('uid', dn => dn === place('bob')));
  expect(await after(company, 1)).toEqual(DEVS);
});

/** bob gets another DN or username, and another entry gets his. The values of the group stay the same. */
const TAKEN: readonly [string, { posix?: boolean; take: (ldap: Ldap) => void; later: string[] }][] = [
  [
    'by a colleague who is renamed',
    { take: ldap => ldap.rename(place('gus'), place('bob')), later: ['alice', 'carol', 'gus'] },
  ],
  [
    'by an account that is no person',
    {
      take: ldap =>
        ldap.add({
          dn: place('bob'),
          attributes: { objectClass: ['account'], uid: ['bob'], entryUUID: [uuid(77)] },
        }),
      later: ['alice', 'carol'],
    },
  ],
  [
    'by another group',
    {
      take: ldap => {
        ldap.add({ ...groupEntry('bob', ['gus'], { entryUUID: [uuid(78)] }), dn: place('bob') });
      },
      later: ['alice', 'carol'],
    },
  ],
  [
    'by a colleague who gets the username',
    {
      posix: true,
      take: ldap => {
        ldap.modify(place('bob2'), { replace: { uid: ['bob2'] } });
        ldap.rename(place('gus'), place('bob'));
        ldap.modify(place('bob'), { replace: { uid: ['bob'] } });
      },
      later: ['alice', 'carol', 'gus'],
    },
  ],
];

for (const [how, { posix: byName = false, take, later }] of TAKEN) {
  const takenAway = async () => {
    const company = await (byName ? posix() : synced());
    company.ldap.rename(place('bob'), place('bob2'));
    take(company.ldap);
    return company;
  };

  it(`keeps a member for one complete read whose name is taken ${how}, who is not added before (G17)`, async () => {
    await using company = await takenAway();
    expect(await after(company, 1)).toEqual(DEVS);
    expect(await after(company, 1)).toEqual(later);
  });

  it(`keeps a member after reads of one group whose name is taken ${how} (G17)`, async () => {
    await using company = await takenAway();
    for (let read = 0; read < 2; read += 1) await company.sync({ group: groupDn('devs') });
    expect(await after(company, 1)).toEqual(DEVS);
    expect(await after(company, 1)).toEqual(later);
  });
}

it('swaps the groups of two people who swap their names at the second complete read (G17)', async () => {
  await using company = await synced();
  const { ldap } = company;
  ldap.rename(place('bob'), place('tmp'));
  ldap.rename(place('gus'), place('bob'));
  ldap.rename(place('tmp'), place('gus'));
  expect(await after(company, 1)).toEqual(DEVS);
  expect(await after(company, 1)).toEqual(['alice', 'carol', 'gus']);
  expect((await company.members())['platform/staff']).toContain('bob');
  expect((await company.members())['platform/staff']).not.toContain('gus');
});

it('keeps the groups of two people who swap their names if the directory rewrites the values (G17)', async () => {
  await using company = await synced();
  const { ldap } = company;
  ldap.rename(place('bob'), place('tmp'));
  ldap.rename(place('gus'), place('bob'));
  ldap.rename(place('tmp'), place('gus'));
  ldap.modify(groupDn('devs'), { replace: { member: ['alice', 'gus', 'carol'].map(place) } });
  ldap.modify(groupDn('staff'), {
    replace: { member: STAFF.map(uid => place(uid === 'gus' ? 'bob' : uid)) },
  });
  expect(await after(company, 1)).toEqual(DEVS);
  ldap.modify(groupDn('devs'), { delete: { member: [place('gus')] } });
  expect(await after(company, 1)).toEqual(['alice', 'carol']);
});
