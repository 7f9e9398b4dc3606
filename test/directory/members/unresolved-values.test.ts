/** Member values that match no single user or group: the report of each value, and of the groups that have it. */
import { describe, expect, it } from 'vitest';
import { answerCode, searchReference } from '../../../dev/fake-ldap/faults/answers.ts';
import { rawValue } from '../../../dev/fake-ldap/faults/values.ts';
import { onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import type { Snapshot, UnresolvedReference } from '../../../src/model/snapshot.ts';
import { GROUPS, group, groupNamed, members, PEOPLE, serve, user } from '../../support/given/directory.ts';
import { PEOPLE_SEARCH } from '../../support/given/small-directory.ts';
import { directory, uuid } from '../../support/given/values.ts';

const ALICE = user(1, 'alice');
const BOB = user(2, 'bob');

/** The references of a group, including its nested groups. */
function references(snapshot: Snapshot, name: string): UnresolvedReference[] {
  const { members: found } = groupNamed(snapshot, name);
  if (found.kind === 'unknown') throw new Error(found.reason);
  return [...found.references].flatMap(index => snapshot.references[index] ?? []);
}

function named(snapshot: Snapshot, { candidates }: UnresolvedReference): string[] {
  return candidates.flatMap(ordinal => snapshot.users[ordinal]?.dn ?? []).toSorted();
}

describe('a value that matches no single user', () => {
  it('is reported once for all groups that have it, in any spelling, and for the groups above them', async () => {
    const gone = `uid=gone,${PEOPLE}`;
    const inner = group(12, 'inner', [`UID=Gone, ${PEOPLE}`, ALICE.dn]);
    await using fake = await serve([
      ALICE,
      inner,
      group(11, 'outer', [inner.dn]),
      group(13, 'other', [gone]),
    ]);
    const snapshot = await readDirectory(fake.settings);
    expect(snapshot.references).toEqual([
      { key: `dn:${gone}`, value: expect.any(String), reason: 'dangling_dn', absent: true, candidates: [] },
    ]);
    for (const name of ['inner', 'outer', 'other'])
      expect(groupNamed(snapshot, name).members).toMatchObject({ references: Int32Array.from([0]) });
    const one = await readDirectory(fake.settings, { group: 'outer' });
    expect(references(one, 'outer')).toEqual(references(snapshot, 'outer'));
  });

  it('names all users with one username (G01)', async () => {
    const contractors = {
      dn: `ou=contractors,${PEOPLE}`,
      attributes: { objectClass: ['organizationalUnit'] },
    };
    const other = user(3, 'BOB', {}, `uid=BOB,${contractors.dn}`);
    const staff = group(11, 'staff', [], { memberUid: ['alice', 'Bob', 'ghost'] });
    await using fake = await serve([ALICE, BOB, contractors, other, staff]);
    for (const options of [{}, { group: 'staff' }]) {
      const snapshot = await readDirectory(fake.settings, options);
      expect(members(snapshot, 'staff')).toEqual(['alice']);
      const [bob, ghost] = references(snapshot, 'staff');
      if (bob === undefined) throw new Error('no reference to bob');
      expect(bob).toMatchObject({ key: 'name:bob', reason: 'ambiguous_user', absent: false });
      expect(named(snapshot, bob)).toEqual([other.dn, BOB.dn].toSorted());
      expect(ghost).toMatchObject({
        key: 'name:ghost',
        reason: 'no_directory_user',
        absent: true,
        candidates: [],
      });
    }
  });

  it('names both users if one has taken the username of the other as a second value (G18)', async () => {
    const thief = user(3, 'mallory', { uid: ['mallory', 'bob'] });
    const staff = group(11, 'staff', [], { memberUid: ['bob', 'mallory'] });
    await using fake = await serve([thief, BOB, staff]);
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'staff')).toEqual(['mallory']);
    const [bob] = references(snapshot, 'staff');
    expect(bob).toMatchObject({ key: 'name:bob', reason: 'ambiguous_user' });
    expect(bob && named(snapshot, bob)).toEqual([BOB.dn, thief.dn].toSorted());
  });

  it('has its own reason if it is the second username of a user, or not a DN (G56)', async () => {
    const married = user(3, 'smith', { uid: ['smith', 'jones'] });
    const staff = group(11, 'staff', ['jsmith'], { memberUid: ['Jones'] });
    await using fake = await serve([ALICE, married, staff]);
    const snapshot = await readDirectory(fake.settings);
    expect(references(snapshot, 'staff')).toEqual([
      { key: 'raw:text:jsmith', value: 'jsmith', reason: 'not_a_dn', absent: false, candidates: [] },
      { key: 'name:jones', value: 'Jones', reason: 'second_username', absent: false, candidates: [1] },
    ]);
  });

  it('names both entries of a conflict between replicas, as 389 shows it (G01)', async () => {
    const twin = user(3, 'bob', {}, `nsuniqueid=66446001-1dd211b2-80f1ed3f-8fa70000+uid=bob,${PEOPLE}`);
    const staff = group(11, 'staff', [BOB.dn], { memberUid: ['bob'] });
    await using fake = await serve([BOB, twin, staff]);
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'staff')).toEqual(['bob']);
    const [bob] = references(snapshot, 'staff');
    expect(bob).toMatchObject({ key: 'name:bob', reason: 'ambiguous_user' });
    expect(bob && named(snapshot, bob)).toEqual([twin.dn, BOB.dn].toSorted());
  });

  it('is identified by its bytes if it is not text', async () => {
    const faults = [rawValue('member', Buffer.from([0xff, 0xfe]))];
    await using fake = await serve([ALICE, group(11, 'a', [ALICE.dn]), group(12, 'b', [])], {}, { faults });
    const { references: found } = await readDirectory(fake.settings);
    expect(found).toEqual([
      expect.objectContaining({
        key: expect.stringMatching(/^raw:member:[0-9a-f]{64}$/),
        reason: 'undecodable',
      }),
    ]);
  });

  it.each(['openldap', 'rfc4519'] as const)(
    'has the identity of an existing entry that is not a user, on a server like %s',
    async vendor => {
      const left = {
        ...user(5, 'left'),
        attributes: { objectClass: ['device'], cn: ['left'], entryUUID: [uuid(5)] },
      };
      await using fake = await serve([ALICE, left, group(11, 'devs', [left.dn])], { vendor });
      expect(references(await readDirectory(fake.settings), 'devs')).toEqual([
        {
          key: `dn:${left.dn}`,
          value: left.dn,
          reason: 'not_a_user',
          absent: false,
          candidates: [],
          identity: uuid(5),
        },
      ]);
    },
  );
});

describe('a part of the directory on another server', () => {
  const PARTNERS = `ou=partners,${PEOPLE}`;
  const pat = `uid=pat,${PARTNERS}`;
  const staff = group(11, 'staff', [ALICE.dn, pat, `uid=gone,${PEOPLE}`], { memberUid: ['pat'] });

  it('makes its members elsewhere, and no username is proved to have no user (G04)', async () => {
    await using fake = await serve([ALICE, staff]);
    fake.server.inject(onSearch(PEOPLE_SEARCH, searchReference(`ldap://other.test/${PARTNERS}??sub`)));
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'staff')).toEqual(['alice']);
    expect(references(snapshot, 'staff').map(({ key, reason, absent }) => [key, reason, absent])).toEqual([
      [`dn:${pat}`, 'elsewhere', false],
      [`dn:uid=gone,${PEOPLE}`, 'dangling_dn', true],
      ['name:pat', 'no_directory_user', false],
    ]);
    expect(snapshot.referredTo).toEqual([PARTNERS]);
    expect(snapshot.warnings).toEqual([
      `1 references to other servers were ignored, for entries below "${PARTNERS}"`,
    ]);
  });

  it('makes every member doubtful that is not found, if the server does not name the place (G04)', async () => {
    await using fake = await serve([ALICE, staff]);
    fake.server.inject(onSearch(PEOPLE_SEARCH, searchReference('ldap://other.test')));
    const snapshot = await readDirectory(fake.settings);
    expect(references(snapshot, 'staff').map(({ absent }) => absent)).toEqual([false, false, false]);
    expect(snapshot.referredTo).toEqual(['']);
  });

  it('is recorded up to a limit', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `ldap://other.test/ou=${index},${PEOPLE}`);
    await using fake = await serve([ALICE, staff]);
    fake.server.inject(onSearch(PEOPLE_SEARCH, searchReference(...many, `ldap://o/${'x'.repeat(5000)}`)));
    const { referredTo, counts } = await readDirectory(fake.settings);
    expect(counts.references).toBe(301);
    expect(referredTo).toHaveLength(101);
    expect(referredTo.at(-1)).toBe('');
  });
});

describe('the server failing for some values', () => {
  it('proves nothing about them', async () => {
    const gone = `uid=gone,${PEOPLE}`;
    await using fake = await serve([ALICE, group(11, 'devs', [gone])], { vendor: 'openldap' });
    fake.server.inject(onSearch({ filter: /entryDN=/ }, answerCode(53)));
    expect(references(await readDirectory(fake.settings), 'devs')).toEqual([
      expect.objectContaining({ key: `dn:${gone}`, reason: 'dangling_dn', absent: false }),
    ]);
  });

  it('makes the group unknown if the value may be a nested group', async () => {
    const inner = group(12, 'inner', [ALICE.dn]);
    await using fake = await serve([ALICE, BOB, inner, group(11, 'devs', [BOB.dn, inner.dn])]);
    fake.server.inject(onSearch({ dn: inner.dn }, answerCode(53)));
    const one = await readDirectory(fake.settings, { group: 'devs' });
    expect(members(one, 'devs')).toMatch(/^a member could not be looked up: Search for one member/);
  });
});

describe('members that are not values of a group', () => {
  const primary = { ...directory().groups, primaryGroup: true };

  it('are reported as possible if primary groups count and the group has such a number, or contains one', async () => {
    const students = group(11, 'students', [ALICE.dn], { gidNumber: ['2104'] });
    const outer = group(12, 'outer', [students.dn]);
    await using fake = await serve([
      ALICE,
      user(2, 'bob', { gidNumber: ['2104'] }),
      students,
      outer,
      group(13, 'plain', [ALICE.dn]),
    ]);
    const fromEntries = (snapshot: Snapshot) =>
      snapshot.groups.map(({ name, members }) => [name, members.kind === 'complete' && members.fromEntries]);
    const snapshot = await readDirectory({ ...fake.settings, groups: primary });
    expect(fromEntries(snapshot)).toEqual([
      ['students', true],
      ['outer', true],
      ['plain', false],
    ]);
    expect(snapshot.users.map(({ primaryGroupUnread }) => primaryGroupUnread)).toEqual([true, undefined]);
    const without = await readDirectory(fake.settings);
    expect(fromEntries(without)).toEqual([
      ['students', false],
      ['outer', false],
      ['plain', false],
    ]);
    expect(without.users.map(({ primaryGroupUnread }) => primaryGroupUnread)).toEqual([undefined, undefined]);
  });

  it('are reported as possible in dynamic groups', async () => {
    const url = `ldap:///${PEOPLE}??sub?(uid=alice)`;
    const dynamic = group(11, 'dynamic', [], { memberURL: [url] });
    const followed = { ...directory().groups, dynamic: { bases: [PEOPLE], attributes: ['uid'] } };
    const outer = group(12, 'outer', [`cn=dynamic,${GROUPS}`]);
    await using fake = await serve([ALICE, dynamic, outer], { groups: followed });
    const { groups } = await readDirectory(fake.settings);
    for (const { members: found } of groups)
      expect(found).toMatchObject({ kind: 'complete', fromEntries: true });
  });
});

describe('an identity that two entries show', () => {
  it('is reported for both (G03)', async () => {
    await using fake = await serve([ALICE, user(1, 'twin'), group(11, 'devs', [ALICE.dn])]);
    const snapshot = await readDirectory(fake.settings);
    expect(snapshot.users.map(({ idIssue, sharedId }) => [idIssue, sharedId])).toEqual([
      ['duplicate_id', uuid(1)],
      ['duplicate_id', uuid(1)],
    ]);
    expect(members(snapshot, 'devs')).toEqual(['alice']);
  });
});
