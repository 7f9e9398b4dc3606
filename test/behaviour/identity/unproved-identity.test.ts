/**
 * An identity that cannot be read, or that a second entry shows, proves nothing about the person or group: it removes
 * no member and keeps no leaver.
 */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { hideEntries } from '../../../dev/fake-ldap/faults/answers.ts';
import { denyAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import type { LdifEntry } from '../../../dev/fake-ldap/tree/ldif.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { decideDoubts } from '../../../src/store/doubts/decide.ts';
import { type Company, groupDn, openCompany, personDn, personEntry } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { directory, uuid } from '../../support/given/values.ts';

const MEMBERS = ['alice', 'bob', 'carol'];
const OTHERS = ['alice', 'carol'];
/** Other members, so that the guard allows single removals. */
const STAFF = ['dora', 'erik', 'fay', 'gus', 'hal', 'ida'];
const [BOB, DEVS] = [uuid(2), uuid(1001)];
const usual = directory();
const PEOPLE: Partial<DirectorySettings> = {
  users: { ...usual.users, filter: '(&(objectClass=inetOrgPerson)(!(employeeType=former)))' },
};
const GROUPS: Partial<DirectorySettings> = {
  groups: { ...usual.groups, filter: '(&(objectClass=groupOfNames)(ou=access))' },
};
const PRIMARY: Partial<DirectorySettings> = { groups: { ...usual.groups, primaryGroup: true } };
const OTHER = 'ou=other,ou=people,dc=test';
const APPS = 'ou=apps,dc=test';

type Naming = (company: Company) => void;

/** The value by which bob is a member of devs. */
const byDn: Naming = () => {};
const byUsername: Naming = ({ ldap }) =>
  ldap.modify(groupDn('devs'), {
    replace: { objectClass: ['posixGroup', 'groupOfNames'], member: [], memberUid: MEMBERS },
  });
const byPrimaryGroup: Naming = ({ ldap }) => {
  ldap.modify(groupDn('devs'), {
    replace: { gidNumber: ['500'] },
    delete: { member: [personDn('bob')] },
  });
  ldap.modify(personDn('bob'), { replace: { gidNumber: ['500'] } });
};

async function opened(settings: Partial<DirectorySettings> = {}, setUp = byDn): Promise<Company> {
  const groups = { devs: MEMBERS, staff: STAFF };
  const company = await openCompany({ people: [...MEMBERS, ...STAFF], groups, settings });
  for (const dn of [OTHER, APPS])
    company.ldap.add({ dn, attributes: { objectClass: ['organizationalUnit'] } });
  for (const cn of ['devs', 'staff'])
    company.ldap.modify(groupDn(cn), { replace: { ou: ['access'], gidNumber: ['7'] } });
  for (const uid of [...MEMBERS, ...STAFF])
    company.ldap.modify(personDn(uid), { replace: { gidNumber: ['501'] } });
  setUp(company);
  await company.sync();
  expect(await devs(company)).toEqual(MEMBERS);
  return company;
}

async function devs(company: Company): Promise<string[] | undefined> {
  return (await company.members())['platform/devs'];
}

async function devsAfter(company: Company, reads: number): Promise<string[] | undefined> {
  for (let read = 0; read < reads; read += 1) await company.sync();
  return await devs(company);
}

async function doubtKinds({ db }: Company): Promise<string[]> {
  const rows = await rowsOf(db, sql<{ kind: string }>`select kind from membership_doubt order by user_id`);
  return rows.map(row => row.kind);
}

function deny({ ldap }: Company, dn: string, ...names: readonly string[]): void {
  for (const name of names) ldap.inject(denyAttribute(name, each => each === dn));
}

function twin(uid: string, unit: string, more: LdifEntry['attributes'] = {}): LdifEntry {
  return { ...personEntry(uid, { entryUUID: [BOB], ...more }), dn: `uid=${uid},${unit}` };
}

function device(id: string, unit: string): LdifEntry {
  return { dn: `cn=box,${unit}`, attributes: { objectClass: ['device'], cn: ['box'], entryUUID: [id] } };
}

describe('an identity that is hidden together with something else', () => {
  const FORMER = 'uid=bob,ou=other,ou=people,dc=test';
  const RENAMED = 'uid=robert,ou=other,ou=people,dc=test';

  it.each([
    ['the username', {}, byUsername, personDn('bob'), ['uid']],
    ['what users.filter looks at', PEOPLE, byUsername, personDn('bob'), ['employeeType']],
    [
      'what users.filter looks at',
      { ...PEOPLE, ...PRIMARY },
      byPrimaryGroup,
      personDn('bob'),
      ['employeeType'],
    ],
    [
      'what users.filter looks at, after a move',
      { ...PEOPLE, ...PRIMARY },
      byPrimaryGroup,
      FORMER,
      ['employeeType'],
    ],
    ['the primary group', PRIMARY, byPrimaryGroup, personDn('bob'), ['gidNumber']],
    ['the primary group, after a move', PRIMARY, byPrimaryGroup, FORMER, ['gidNumber']],
    ['the primary group, after a new name', PRIMARY, byPrimaryGroup, RENAMED, ['gidNumber']],
    [
      'the primary group and the username, after a new name',
      PRIMARY,
      byPrimaryGroup,
      RENAMED,
      ['gidNumber', 'uid'],
    ],
  ] as const)('removes no person from a group: %s (G02, G17)', async (_, settings, setUp, dn, attributes) => {
    await using company = await opened(settings, setUp);
    if (dn !== personDn('bob')) company.ldap.rename(personDn('bob'), dn);
    deny(company, dn, 'entryUUID', ...attributes);
    expect(await devsAfter(company, 4)).toEqual(MEMBERS);
    expect(await doubtKinds(company)).toHaveLength(1);
    company.ldap.heal();
    expect(await devsAfter(company, 2)).toEqual(MEMBERS);
    expect(await doubtKinds(company)).toEqual([]);
  });

  it.each([groupDn('devs'), 'cn=devs,ou=access,ou=groups,dc=test'])(
    'does not put a group out of scope: %s (G02)',
    async dn => {
      await using company = await opened(GROUPS);
      const unit = { objectClass: ['organizationalUnit'] };
      company.ldap.add({ dn: 'ou=access,ou=groups,dc=test', attributes: unit });
      if (dn !== groupDn('devs')) company.ldap.rename(groupDn('devs'), dn);
      deny(company, dn, 'ou', 'entryUUID');
      expect(await devsAfter(company, 4)).toEqual(MEMBERS);
      company.ldap.heal();
      company.ldap.modify(dn, { replace: { ou: ['mail'] } });
      expect(await devsAfter(company, 3)).toEqual([]);
    },
  );

  it('does not keep a person whose primary group is another one, whichever entry is the person', async () => {
    await using company = await opened(PRIMARY, byPrimaryGroup);
    company.ldap.modify(personDn('bob'), { replace: { gidNumber: ['501'] } });
    deny(company, personDn('bob'), 'entryUUID');
    expect(await devsAfter(company, 1)).toEqual(MEMBERS);
    expect(await devsAfter(company, 1)).toEqual(OTHERS);
  });

  it('does not keep a leaver because another entry had no identity before', async () => {
    await using company = await opened(PRIMARY, byPrimaryGroup);
    deny(company, personDn('ida'), 'entryUUID', 'gidNumber', 'uid');
    deny(company, personDn('service'), 'entryUUID', 'gidNumber', 'uid');
    company.ldap.add(personEntry('service'));
    expect(await devsAfter(company, 1)).toEqual(MEMBERS);
    company.ldap.delete(personDn('bob'));
    expect(await devsAfter(company, 2)).toEqual(OTHERS);
  });
});

describe('an identity that a second entry shows', () => {
  const bobIsHidden: Naming = ({ ldap }) => ldap.inject(hideEntries(({ dn }) => dn === personDn('bob')));
  const isNamed = (company: Company) => {
    company.ldap.add(device(BOB, 'ou=people,dc=test'));
    company.ldap.modify(groupDn('devs'), { add: { member: ['cn=box,ou=people,dc=test'] } });
  };

  it.each([
    ['a person outside', 1, {}, bobIsHidden, ({ ldap }) => ldap.add(twin('whoever', APPS))],
    [
      'people outside',
      1,
      {},
      bobIsHidden,
      ({ ldap }) => ['bob', 'whoever'].map(uid => ldap.add(twin(uid, APPS))),
    ],
    ['a device that the group names', 1, {}, bobIsHidden, isNamed],
    [
      'a device that the group names, and a person',
      1,
      {},
      ({ ldap }) => ldap.add(twin('robert', OTHER)),
      isNamed,
    ],
    [
      'a device, where what users.filter looks at is hidden',
      3,
      PEOPLE,
      company => deny(company, personDn('bob'), 'employeeType'),
      ({ ldap }) => ldap.add(device(BOB, 'ou=people,dc=test')),
    ],
    [
      'a device with that of the group, where what groups.filter looks at is hidden',
      4,
      GROUPS,
      company => deny(company, groupDn('devs'), 'ou'),
      ({ ldap }) => ldap.add(device(DEVS, 'ou=groups,dc=test')),
    ],
  ] satisfies readonly (readonly [
    string,
    number,
    Partial<DirectorySettings>,
    Naming,
    (of: Company) => unknown,
  ])[])('removes no member: that of %s (G03, G17)', async (_, reads, settings, doubt, add) => {
    await using company = await opened(settings);
    add(company);
    doubt(company);
    expect(await devsAfter(company, reads)).toEqual(MEMBERS);
    company.ldap.heal();
  });

  it('does not keep a person whose primary group is another one at both entries', async () => {
    await using company = await opened(PRIMARY, byPrimaryGroup);
    company.ldap.modify(personDn('bob'), { replace: { gidNumber: ['501'] } });
    company.ldap.add(twin('robert', OTHER, { gidNumber: ['501'] }));
    expect(await devsAfter(company, 2)).toEqual(OTHERS);
  });

  // It is unknown which entry is the person: the second one may be the moved entry, and the first one a replacement.
  it('keeps a disabled person with that username in doubt until an administrator decides', async () => {
    await using company = await opened({}, byUsername);
    company.ldap.modify(personDn('bob'), { replace: { pwdAccountLockedTime: ['000001010000Z'] } });
    company.ldap.add(twin('bob', OTHER));
    expect(await devsAfter(company, 3)).toEqual(MEMBERS);
    expect(await doubtKinds(company)).toEqual(['duplicate_id']);
    const [group] = await rowsOf(
      company.db,
      sql<{ id: number }>`select id from access_group where name = 'devs'`,
    );
    const decided = { usernames: ['bob'], decision: 'remove', by: 'root', reason: 'he has left' } as const;
    await decideDoubts(company.db, { accessGroupId: group?.id ?? 0, ...decided });
    expect(await devsAfter(company, 1)).toEqual(OTHERS);
  });

  it('counts at once for an entry that moved out of the configured people, and after two reads if it has a new name', async () => {
    await using company = await opened();
    company.ldap.rename(personDn('alice'), `uid=alice,${APPS}`);
    expect(await devsAfter(company, 1)).toEqual(['bob', 'carol']);
    company.ldap.rename(`uid=alice,${APPS}`, personDn('alice'));
    expect(await devsAfter(company, 1)).toEqual(MEMBERS);
    company.ldap.rename(personDn('bob'), `uid=robert,${APPS}`);
    expect(await devsAfter(company, 1)).toEqual(MEMBERS);
    expect(await devsAfter(company, 1)).toEqual(OTHERS);
  });
});
