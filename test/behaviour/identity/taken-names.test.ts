/** Names of a member that lead to another entry while the values of the group stay as they were, and the other way round. */
import { expect, it } from 'vitest';
import { groupDn, groupEntry, personDn } from '../../support/given/company.ts';
import { uuid } from '../../support/given/values.ts';
import { after, CREW, posix, STAFF, synced } from './crew.ts';

type Ldap = Awaited<ReturnType<typeof synced>>['ldap'];
const place = (uid: string) => personDn(uid);

/** bob gets another DN or username, and another entry gets his. The values of the group stay as they are. */
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

  it(`stays for one complete read where the own name is taken ${how}, who does not come in before (G17)`, async () => {
    await using company = await takenAway();
    expect(await after(company, 1)).toEqual(CREW);
    expect(await after(company, 1)).toEqual(later);
  });

  it(`stays after reads of one group where the own name is taken ${how} (G17)`, async () => {
    await using company = await takenAway();
    for (let read = 0; read < 2; read += 1) await company.sync({ group: groupDn('devs') });
    expect(await after(company, 1)).toEqual(CREW);
    expect(await after(company, 1)).toEqual(later);
  });
}

it('two people who swap their names swap their groups with the second complete read (G17)', async () => {
  await using company = await synced();
  const { ldap } = company;
  ldap.rename(place('bob'), place('tmp'));
  ldap.rename(place('gus'), place('bob'));
  ldap.rename(place('tmp'), place('gus'));
  expect(await after(company, 1)).toEqual(CREW);
  expect(await after(company, 1)).toEqual(['alice', 'carol', 'gus']);
  expect((await company.members())['platform/staff']).toContain('bob');
  expect((await company.members())['platform/staff']).not.toContain('gus');
});

it('two people keep their groups at once where the directory rewrites the values (G17)', async () => {
  await using company = await synced();
  const { ldap } = company;
  ldap.rename(place('bob'), place('tmp'));
  ldap.rename(place('gus'), place('bob'));
  ldap.rename(place('tmp'), place('gus'));
  ldap.modify(groupDn('devs'), { replace: { member: ['alice', 'gus', 'carol'].map(place) } });
  ldap.modify(groupDn('staff'), { replace: { member: STAFF.map(uid => place(uid === 'gus' ? 'bob' : uid)) } });
  expect(await after(company, 1)).toEqual(CREW);
  ldap.modify(groupDn('devs'), { delete: { member: [place('gus')] } });
  expect(await after(company, 1)).toEqual(['alice', 'carol']);
});
