/** No member is removed because of a doubt: each situation on a directory and a database, until the doubt ends. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { hideEntries, meanwhile } from '../../../dev/fake-ldap/faults/answers.ts';
import { onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import {
  type Company,
  type CompanyOptions,
  groupDn,
  groupEntry,
  openCompany,
  personDn,
  personEntry,
} from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { directory, uuid } from '../../support/given/values.ts';

const DEVS = { devs: ['alice', 'bob', 'carol'] };
const ALL = ['alice', 'bob', 'carol'];
const LAB = groupEntry('lab', ['bob', 'carol'], { entryUUID: [uuid(1009)] });
/** Other members, so that the guard allows single removals. */
const STAFF = ['dora', 'erik', 'fay', 'gus', 'hal', 'ida'];

async function synced(options: CompanyOptions = { groups: DEVS }): Promise<Company> {
  const company = await opened(options);
  await company.sync();
  expect(await devs(company)).toEqual(ALL);
  return company;
}

/** A company with two more units of people. */
async function opened(options: CompanyOptions): Promise<Company> {
  const company = await openCompany(options);
  for (const ou of ['other', 'moved'])
    company.ldap.add({
      dn: `ou=${ou},ou=people,dc=test`,
      attributes: { objectClass: ['organizationalUnit'] },
    });
  return company;
}

async function devs(company: Company): Promise<string[] | undefined> {
  return (await company.members())['platform/devs'];
}

/** All members stay, the run counts the doubts, and a sync of the same directory writes nothing more. */
async function staysInDoubt(company: Company, kind: string, count = 1) {
  const run = await company.sync();
  expect(await devs(company)).toEqual(ALL);
  expect((await doubtLines(company, run.id)).join('\n')).toContain(kind);
  expect(run.counts.plan).toMatchObject({ remove: 0, doubts: count });
  expect(await doubtKinds(company)).toEqual(Array.from({ length: count }, () => kind));
}

async function doubtKinds({ db }: Company): Promise<string[]> {
  const rows = await rowsOf(db, sql<{ kind: string }>`select kind from membership_doubt order by user_id`);
  return rows.map(row => row.kind);
}

/** The lines about doubts in the record of a run. */
async function doubtLines({ db }: Company, run: number): Promise<string[]> {
  const rows = await rowsOf(
    db,
    sql<{ line: string }>`
      select reason || ' ' || cardinality(kept) || ' ' || explanation as line
      from sync_run_group where run_id = ${run} and kind = 'doubt' order by seq`,
  );
  return rows.map(row => row.line);
}

async function lastFact({ db }: Company, username: string): Promise<string | undefined> {
  const [row] = await rowsOf(
    db,
    sql<{ reason: string }>`
      select reason from membership_change where username = ${username} and action = 'remove' and group_name = 'devs' order by id desc limit 1`,
  );
  return row?.reason;
}

const byUsername = { objectClass: ['posixGroup'], member: [], memberUid: ALL, gidNumber: ['7'] };

async function posix(): Promise<Company> {
  const company = await opened({ groups: {} });
  company.ldap.add(
    groupEntry('devs', [], {
      ...byUsername,
      objectClass: ['groupOfNames', 'posixGroup'],
      entryUUID: [uuid(1001)],
    }),
  );
  await company.sync();
  expect(await devs(company)).toEqual(ALL);
  return company;
}

const twin = (uid: string, n: number) => ({
  ...personEntry(uid, { entryUUID: [uuid(n)] }),
  dn: `uid=${uid},ou=other,ou=people,dc=test`,
});

describe('a doubt about a person', () => {
  it('a second entry with a username removes no member of a group that names people by username (G01, G18)', async () => {
    await using company = await posix();
    company.ldap.add(twin('bob', 90));
    await staysInDoubt(company, 'ambiguous_user');
    expect(await company.written(() => company.sync())).toEqual([]);
    company.ldap.delete(twin('bob', 90).dn);
    await company.sync();
    expect(await doubtKinds(company)).toEqual([]);
    expect(await devs(company)).toEqual(ALL);
  });

  it('a person who leaves a group cannot stay by taking the username of a colleague in it (G18)', async () => {
    await using company = await posix();
    company.ldap.modify(personDn('carol'), { replace: { uid: ['bob'] } });
    company.ldap.modify(groupDn('devs'), { delete: { memberUid: ['carol'] } });
    await company.sync();
    expect(await devs(company)).toEqual(['alice', 'bob']);
    expect(await lastFact(company, 'carol')).toBe('not_member');
  });

  it('an identity that can no longer be read removes no member (G02)', async () => {
    await using company = await synced();
    company.ldap.modify(personDn('bob'), { replace: { entryUUID: [] } });
    await staysInDoubt(company, 'source_id_missing');
    company.ldap.modify(groupDn('devs'), { delete: { member: [personDn('bob')] } });
    await company.sync();
    expect(await devs(company)).toEqual(['alice', 'carol']);
  });

  it('an identity that two entries show removes no member (G03)', async () => {
    await using company = await synced();
    company.ldap.add(twin('robert', 2));
    await staysInDoubt(company, 'duplicate_id');
  });

  it('a disabled account is removed at once, even with other doubts about it', async () => {
    await using company = await posix();
    company.ldap.add(twin('bob', 90));
    company.ldap.modify(personDn('bob'), { replace: { pwdAccountLockedTime: ['000001010000Z'] } });
    await company.sync();
    expect(await devs(company)).toEqual(['alice', 'carol']);
    expect(await lastFact(company, 'bob')).toBe('disabled');
  });

  it('an entry that moved out of the configured people is removed at once: it was found by identity', async () => {
    await using company = await synced();
    company.ldap.rename(personDn('bob'), 'uid=bob,ou=groups,dc=test');
    await company.sync();
    expect(await devs(company)).toEqual(['alice', 'carol']);
    expect(await lastFact(company, 'bob')).toBe('left_scope');
  });
});

describe('a doubt about an absent entry', () => {
  it('keeps a person whom the group still names until a second complete read misses the entry (G17)', async () => {
    await using company = await synced();
    company.ldap.delete(personDn('bob'));
    await staysInDoubt(company, 'entry_absent');
    await company.sync();
    expect(await devs(company)).toEqual(['alice', 'carol']);
    expect(await lastFact(company, 'bob')).toBe('absent_twice');
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it.each([
    ['the next read', {}],
    ['a read of the group', { group: groupDn('devs') }],
    ['a read of the person', { user: 'bob' }],
  ])('forgets an absence that %s does not confirm (G17)', async (_, again) => {
    const settings = { groups: { ...directory().groups, exclude: ['lab'] } };
    for (const entry of [personEntry('bob', { entryUUID: [uuid(2)] }), LAB]) {
      await using company = await opened({ groups: { devs: ['alice'] }, settings });
      company.ldap.add(LAB);
      company.ldap.modify(groupDn('devs'), { add: { member: [LAB.dn] } });
      await company.sync();
      company.ldap.delete(entry.dn);
      const count = entry === LAB ? 2 : 1;
      await staysInDoubt(company, 'entry_absent', count);
      company.ldap.add(entry);
      await company.sync(again);
      company.ldap.delete(entry.dn);
      await staysInDoubt(company, 'entry_absent', count);
    }
  });

  it('keeps the members while the entry of a nested group is unreadable, also one whose own value is removed (G17)', async () => {
    await using company = await openCompany({
      people: [...ALL, ...STAFF],
      groups: { devs: ['alice', 'carol'], lab: ['bob'], staff: STAFF },
    });
    company.ldap.modify(groupDn('devs'), { add: { member: [groupDn('lab')] } });
    await company.sync();
    company.ldap.inject(hideEntries(({ dn }) => dn === groupDn('lab')));
    await staysInDoubt(company, 'unreadable');
    company.ldap.modify(groupDn('devs'), { delete: { member: [personDn('alice')] } });
    await company.sync();
    // Both may be members through the nested group.
    expect(await devs(company)).toEqual(['alice', 'bob', 'carol']);
    company.ldap.heal();
    company.ldap.delete(groupDn('lab'));
    for (let reads = 0; reads < 2; reads += 1) await company.sync();
    expect(await devs(company)).toEqual(['carol']);
    expect([await lastFact(company, 'alice'), await lastFact(company, 'bob')]).toEqual([
      'absent_twice',
      'absent_twice',
    ]);
  });

  it('removes a person at once whose value was removed, although the entry is also absent', async () => {
    await using company = await synced();
    company.ldap.modify(groupDn('devs'), { delete: { member: [personDn('bob')] } });
    company.ldap.delete(personDn('bob'));
    await company.sync();
    expect(await devs(company)).toEqual(['alice', 'carol']);
  });
});

describe('a doubt about a changing directory', () => {
  const moved = 'uid=bob,ou=moved,ou=people,dc=test';
  const move = ({ ldap }: Company) => {
    ldap.rename(personDn('bob'), moved);
    ldap.modify(groupDn('devs'), { delete: { member: [personDn('bob')] }, add: { member: [moved] } });
  };

  for (const [order, filter] of [
    ['after the people were read', /groupOfNames/],
    ['after the groups were read', /inetOrgPerson/],
  ] as const) {
    it(`a person who moves ${order} stays, and no later run removes a member (G05)`, async () => {
      await using company = await synced();
      company.ldap.inject(
        onSearch(
          { filter, paged: true, nth: 1 },
          meanwhile(() => move(company)),
        ),
      );
      await company.sync();
      expect(await devs(company)).toEqual(ALL);
      await company.sync();
      expect(await devs(company)).toEqual(ALL);
      const removals = await rowsOf(company.db, sql`select from membership_change where action = 'remove'`);
      expect(removals).toEqual([]);
    });
  }
});
