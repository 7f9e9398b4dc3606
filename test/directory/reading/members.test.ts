/** Member values of every kind lead to the right users, and ambiguous ones to no user. */
import { describe, expect, it } from 'vitest';
import { rawValue } from '../../../dev/fake-ldap/faults/values.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import {
  ALICE,
  BOB,
  CAROL,
  GROUPS,
  group,
  groupNamed,
  members,
  PEOPLE,
  serve,
  TRIO,
  unresolved,
  user,
} from '../../support/given/directory.ts';
import { directory } from '../../support/given/values.ts';

describe('the members of a group', () => {
  it('posix groups list usernames in any letter case, and a value that looks like a DN is a username (F45, F46, C24)', async () => {
    const names = ['ALICE', 'bob', 'bob', 'ghost', CAROL.dn];
    const posix = group(11, 'staff', [], { objectClass: ['posixGroup'], memberUid: names });
    const groups = { ...directory().groups, filter: '(objectClass=posixGroup)' };
    await using fake = await serve([...TRIO, posix], { groups });
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'staff')).toEqual(['alice', 'bob']);
    expect(unresolved(snapshot, 'staff')).toEqual(
      ['no_directory_user ghost', `no_directory_user ${CAROL.dn}`].toSorted(),
    );
  });

  it('distinguishes users named by username from users named by DN, through nested groups', async () => {
    const inner = group(11, 'inner', [ALICE.dn], { memberUid: ['bob'] });
    const outer = group(12, 'outer', [CAROL.dn, inner.dn]);
    await using fake = await serve([...TRIO, inner, outer]);
    const snapshot = await readDirectory(fake.settings);
    const { members: found } = groupNamed(snapshot, 'outer');
    if (found.kind !== 'complete') throw new Error(found.reason);
    expect(members(snapshot, 'outer')).toEqual(['alice', 'bob', 'carol']);
    expect([...found.byUsername].map(ordinal => snapshot.users[ordinal]?.username)).toEqual(['bob']);
  });

  it('finds people outside of users.baseDn by DN only, whatever other groups name them', async () => {
    const dave = user(4, 'dave', {}, 'uid=dave,dc=test');
    const byName = group(11, 'byName', [], { memberUid: ['dave'] });
    const byDn = group(12, 'byDn', [dave.dn]);
    await using fake = await serve([ALICE, dave, byName, byDn]);
    const settings: DirectorySettings = {
      ...fake.settings,
      users: { ...fake.settings.users, outside: 'lookup' },
    };
    const snapshot = await readDirectory(settings);
    expect(members(snapshot, 'byDn')).toEqual(['dave']);
    expect(unresolved(snapshot, 'byName')).toEqual(['no_directory_user dave']);
  });

  it('a username that two users have matches neither (C24)', async () => {
    const other = user(4, 'alice', {}, `cn=alice the second,${PEOPLE}`);
    const posix = group(11, 'staff', [], { memberUid: ['alice', 'bob'] });
    await using fake = await serve([ALICE, BOB, other, posix]);
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'staff')).toEqual(['bob']);
    expect(unresolved(snapshot, 'staff')).toEqual(['ambiguous_user alice']);
  });

  it('reads uniqueMember with and without its UID part', async () => {
    const unique = group(11, 'unique', [], {
      uniqueMember: [ALICE.dn, `${BOB.dn}#'0101'B`, `${CAROL.dn}#''B`],
    });
    await using fake = await serve([...TRIO, unique]);
    expect(members(await readDirectory(fake.settings), 'unique')).toEqual(['alice', 'bob', 'carol']);
  });

  it('only uniqueMember has a UID part; in other attributes the same text is another DN (C25)', async () => {
    const [odd, quoted] = [`${BOB.dn}#'0101'B`, `uid="carol",ou="people",dc="test#'1'B"`];
    await using fake = await serve([...TRIO, group(11, 'devs', [ALICE.dn, odd, quoted])]);
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'devs')).toEqual(['alice']);
    expect(unresolved(snapshot, 'devs')).toEqual(
      [`out_of_scope ${odd}`, `out_of_scope ${quoted}`].toSorted(),
    );
  });

  it('follows nested groups and cycles (F47, C21)', async () => {
    const dn = (cn: string) => `cn=${cn},${GROUPS}`;
    await using fake = await serve([
      ...TRIO,
      group(11, 'a', [ALICE.dn, dn('b'), dn('a')]),
      group(12, 'b', [BOB.dn, dn('c')]),
      group(13, 'c', [CAROL.dn, dn('a')]),
      group(14, 'top', [dn('b'), `cn=elsewhere,ou=other,dc=test`]),
    ]);
    const snapshot = await readDirectory(fake.settings);
    for (const name of ['a', 'b', 'c', 'top'])
      expect(members(snapshot, name)).toEqual(['alice', 'bob', 'carol']);
    expect(unresolved(snapshot, 'top')).toEqual(['out_of_scope cn=elsewhere,ou=other,dc=test']);
    expect(snapshot.warnings).toEqual([expect.stringMatching(/^groups contain each other: /)]);
  });

  it('entries that are not users are ignored, and a nested group is skipped if nesting is off (F49, C26)', async () => {
    const computer = { dn: `cn=pc,${PEOPLE}`, attributes: { objectClass: ['device'] } };
    const foreign = 'cn=S-1-5-21,cn=ForeignSecurityPrincipals,dc=test';
    const inner = group(12, 'inner', [BOB.dn]);
    const outer = group(11, 'outer', [ALICE.dn, inner.dn, computer.dn, foreign]);
    await using fake = await serve([...TRIO, computer, inner, outer]);
    const nested = await readDirectory(fake.settings);
    expect(members(nested, 'outer')).toEqual(['alice', 'bob']);
    expect(unresolved(nested, 'outer')).toEqual([`not_a_user ${computer.dn}`, `out_of_scope ${foreign}`]);
    const flat = await readDirectory({
      ...fake.settings,
      groups: { ...fake.settings.groups, nested: false },
    });
    expect(members(flat, 'outer')).toEqual(['alice']);
    expect(unresolved(flat, 'outer')).toEqual(unresolved(nested, 'outer'));
  });

  it('empty values and placeholders are neither members nor errors (F50, C16)', async () => {
    await using fake = await serve(
      [ALICE, group(11, 'devs', ['cn=nobody', ALICE.dn])],
      {},
      {
        faults: [rawValue('member', Buffer.alloc(0))],
      },
    );
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'devs')).toEqual(['alice']);
    expect(unresolved(snapshot, 'devs')).toEqual(['out_of_scope ', 'out_of_scope cn=nobody']);
  });

  it('a group without a member value is empty, not unknown (F51)', async () => {
    await using fake = await serve([ALICE, group(11, 'devs', [])]);
    expect(groupNamed(await readDirectory(fake.settings), 'devs').members).toEqual({
      kind: 'complete',
      users: new Int32Array(0),
      byUsername: new Int32Array(0),
      unresolved: [],
      references: new Int32Array(0),
      fromEntries: false,
    });
  });

  it('primary groups have the users that refer to them, if that is configured (F53, C23)', async () => {
    const students = group(11, 'students', [ALICE.dn], { gidNumber: ['2104'] });
    const user2 = user(2, 'user2', { gidNumber: ['2104'] });
    await using fake = await serve([ALICE, user2, students]);
    expect(members(await readDirectory(fake.settings), 'students')).toEqual(['alice']);
    const settings = { ...fake.settings, groups: { ...fake.settings.groups, primaryGroup: true } };
    expect(members(await readDirectory(settings), 'students')).toEqual(['alice', 'user2']);
    expect(members(await readDirectory(settings, { group: 'students' }), 'students')).toEqual([
      'alice',
      'user2',
    ]);
  });

  it('in Active Directory the last part of the SID connects a group and its users (F53, C23)', async () => {
    const sid = Buffer.from('010500000000000515000000010000000200000003000000', 'hex');
    const students = group(11, 'students', [ALICE.dn], {
      objectSid: [Buffer.concat([sid, Buffer.from([0x38, 0x08, 0, 0])])],
    });
    const user2 = user(2, 'user2', { primaryGroupID: ['2104'], userAccountControl: ['512'] });
    const user3 = user(3, 'user3', { primaryGroupID: ['513'], userAccountControl: ['512'] });
    const groups = { ...directory().groups, primaryGroup: true };
    const settings = { vendor: 'activedirectory', idAttribute: 'entryUUID', groups } as const;
    await using fake = await serve([ALICE, user2, user3, students], settings);
    expect(members(await readDirectory(fake.settings), 'students')).toEqual(['alice', 'user2']);
    expect(members(await readDirectory(fake.settings, { group: 'students' }), 'students')).toEqual([
      'alice',
      'user2',
    ]);
  });

  it('one unreachable member does not remove others (F54, F55, C27)', async () => {
    const many = Array.from({ length: 6000 }, (_, index) => user(100 + index, `u${index}`));
    const gone = `uid=gone,${PEOPLE}`;
    const elsewhere = 'uid=x,ou=partners,dc=test';
    const all = group(11, 'all', [...many.map(({ dn }) => dn), gone, elsewhere]);
    await using fake = await serve([...many, all]);
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'all')).toHaveLength(6000);
    expect(unresolved(snapshot, 'all')).toEqual([`dangling_dn ${gone}`, `out_of_scope ${elsewhere}`]);
  });

  it('a member value that is not text is one unresolved value (A7)', async () => {
    const faults = [rawValue('member', Buffer.from([0xff, 0xfe]))];
    await using fake = await serve([ALICE, group(11, 'devs', [ALICE.dn])], {}, { faults });
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'devs')).toEqual(['alice']);
    expect(unresolved(snapshot, 'devs')).toEqual(['undecodable member value 2']);
  });
});
