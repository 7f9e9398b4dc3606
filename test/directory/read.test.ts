import { describe, expect, it } from 'vitest';
import {
  hideAttribute,
  rangedAttribute,
  rawValue,
  renameAttribute,
} from '../../dev/ldap-server/faults/values.ts';
import { readDirectory } from '../../src/directory/read.ts';
import { DirectoryError } from '../../src/errors.ts';
import { directory, mapping, uuid } from '../support/builders.ts';
import { GROUPS, group, groupNamed, members, PEOPLE, scene, unresolved, user } from './scene.ts';

const ALICE = user(1, 'alice');
const BOB = user(2, 'bob');
const CAROL = user(3, 'carol');
const TRIO = [ALICE, BOB, CAROL];

describe('a read', () => {
  it('gives users and groups with their members, resolved', async () => {
    await using town = await scene([
      ...TRIO,
      group(11, 'devs', [ALICE.dn, BOB.dn]),
      group(12, 'ops', [CAROL.dn]),
    ]);
    const snapshot = await readDirectory(town.settings);
    expect(snapshot).toMatchObject({ directory: 'corp', server: town.server.url, whole: true, warnings: [] });
    expect(snapshot.users[0]).toEqual({
      externalId: uuid(1),
      dn: ALICE.dn,
      username: 'alice',
      email: 'alice@example.test',
      fullName: 'alice',
      disabled: false,
    });
    expect(groupNamed(snapshot, 'devs')).toMatchObject({
      externalId: uuid(11),
      attributes: { cn: 'devs' },
      mapping: 0,
    });
    expect(members(snapshot, 'devs')).toEqual(['alice', 'bob']);
    expect(members(snapshot, 'ops')).toEqual(['carol']);
    expect(snapshot.counts).toEqual({
      queries: 2,
      entries: 5,
      users: 3,
      groups: 2,
      memberValues: 3,
      references: 0,
    });
  });

  it('tells its progress page by page', async () => {
    await using town = await scene(TRIO, { pageSize: 2 });
    const seen: number[] = [];
    await readDirectory(town.settings, { onProgress: ({ entries }) => seen.push(entries) });
    expect(seen.at(-1)).toBe(3);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen).toHaveLength(3);
  });

  it('F25, F27, C25: finds members whatever the spelling of their DN', async () => {
    const john = user(4, 'john', {}, `cn=Smith\\, John,${PEOPLE}`);
    const spellings = [
      `CN=Smith\\2C John,${PEOPLE}`,
      `cn="Smith, John",OU=People, DC=Test`,
      'UID=Alice,OU=PEOPLE,dc=test',
    ];
    await using town = await scene([ALICE, john, group(11, 'devs', spellings)]);
    expect(members(await readDirectory(town.settings), 'devs')).toEqual(['alice', 'john']);
  });

  it('F28: finds people with every odd character in their name', async () => {
    const names = [
      'a+b',
      'a<b>',
      'a;b',
      'a=b',
      'a*b',
      '#hash',
      '(paren)',
      'back\\slash',
      ' lead',
      'trail ',
      'q"q',
      'Кот',
    ];
    const odd = names.map((name, index) => {
      const escaped = name.replace(/[\\,+"<>;=]|^[ #]| $/g, character => `\\${character}`);
      return user(20 + index, `odd${index}`, { cn: [name] }, `cn=${escaped},${PEOPLE}`);
    });
    const hex = odd.map(({ dn }, index) => {
      const value = [...Buffer.from(names[index] ?? '')]
        .map(octet => `\\${octet.toString(16).padStart(2, '0')}`)
        .join('');
      return `cn=${value}${dn.slice(dn.indexOf(`,${PEOPLE}`))}`;
    });
    await using town = await scene([
      ...odd,
      group(
        11,
        'by-dn',
        odd.map(({ dn }) => dn),
      ),
      group(12, 'by-hex', hex),
    ]);
    const snapshot = await readDirectory(town.settings);
    expect(members(snapshot, 'by-dn')).toHaveLength(names.length);
    expect(members(snapshot, 'by-hex')).toEqual(members(snapshot, 'by-dn'));
    expect(unresolved(snapshot, 'by-dn')).toEqual([]);
  });

  it('F30: reads groups with quotes below units with stars', async () => {
    const unit = { dn: `ou=A*B,${GROUPS}`, attributes: { objectClass: ['organizationalUnit'] } };
    const team = { ...group(11, "O'Brien team", [ALICE.dn]), dn: `cn=O'Brien team,ou=A*B,${GROUPS}` };
    const mappings = [mapping({ groups: { filter: "(cn=O'Brien*)", baseDn: `ou=A*B,${GROUPS}` } })];
    await using town = await scene([ALICE, unit, team], { mappings });
    const snapshot = await readDirectory(town.settings);
    expect(groupNamed(snapshot, "O'Brien team").mapping).toBe(0);
    expect(members(snapshot, "O'Brien team")).toEqual(['alice']);
    expect(members(await readDirectory(town.settings, { group: team.dn }), "O'Brien team")).toEqual([
      'alice',
    ]);
  });

  it('F45, F46, C24: posix groups name users by username, in any case, and what looks like a DN is a username', async () => {
    const names = ['ALICE', 'bob', 'bob', 'ghost', CAROL.dn];
    const posix = group(11, 'staff', [], { objectClass: ['posixGroup'], memberUid: names });
    const groups = { ...directory().groups, filter: '(objectClass=posixGroup)' };
    await using town = await scene([...TRIO, posix], { groups });
    const snapshot = await readDirectory(town.settings);
    expect(members(snapshot, 'staff')).toEqual(['alice', 'bob']);
    expect(unresolved(snapshot, 'staff')).toEqual(
      ['no_directory_user ghost', `no_directory_user ${CAROL.dn}`].toSorted(),
    );
  });

  it('C24: a username that two people have is nobody', async () => {
    const other = user(4, 'alice', {}, `cn=alice the second,${PEOPLE}`);
    const posix = group(11, 'staff', [], { memberUid: ['alice', 'bob'] });
    await using town = await scene([ALICE, BOB, other, posix]);
    const snapshot = await readDirectory(town.settings);
    expect(members(snapshot, 'staff')).toEqual(['bob']);
    expect(unresolved(snapshot, 'staff')).toEqual(['ambiguous_user alice']);
  });

  it('reads uniqueMember with and without its UID part', async () => {
    const unique = group(11, 'unique', [], {
      uniqueMember: [ALICE.dn, `${BOB.dn}#'0101'B`, `${CAROL.dn}#''B`],
    });
    await using town = await scene([...TRIO, unique]);
    expect(members(await readDirectory(town.settings), 'unique')).toEqual(['alice', 'bob', 'carol']);
  });

  it('F47, C21: follows nested groups and cycles', async () => {
    const dn = (cn: string) => `cn=${cn},${GROUPS}`;
    await using town = await scene([
      ...TRIO,
      group(11, 'a', [ALICE.dn, dn('b'), dn('a')]),
      group(12, 'b', [BOB.dn, dn('c')]),
      group(13, 'c', [CAROL.dn, dn('a')]),
      group(14, 'top', [dn('b'), `cn=elsewhere,ou=other,dc=test`]),
    ]);
    const snapshot = await readDirectory(town.settings);
    for (const name of ['a', 'b', 'c', 'top'])
      expect(members(snapshot, name)).toEqual(['alice', 'bob', 'carol']);
    expect(unresolved(snapshot, 'top')).toEqual(['out_of_scope cn=elsewhere,ou=other,dc=test']);
    expect(snapshot.warnings).toEqual([expect.stringMatching(/^groups contain each other: /)]);
  });

  it('F49, C26: what is no user counts for nothing, and a nested group is skipped when nesting is off', async () => {
    const computer = { dn: `cn=pc,${PEOPLE}`, attributes: { objectClass: ['device'] } };
    const foreign = 'cn=S-1-5-21,cn=ForeignSecurityPrincipals,dc=test';
    const inner = group(12, 'inner', [BOB.dn]);
    const outer = group(11, 'outer', [ALICE.dn, inner.dn, computer.dn, foreign]);
    await using town = await scene([...TRIO, computer, inner, outer]);
    const nested = await readDirectory(town.settings);
    expect(members(nested, 'outer')).toEqual(['alice', 'bob']);
    expect(unresolved(nested, 'outer')).toEqual([`dangling_dn ${computer.dn}`, `out_of_scope ${foreign}`]);
    const flat = await readDirectory({
      ...town.settings,
      groups: { ...town.settings.groups, nested: false },
    });
    expect(members(flat, 'outer')).toEqual(['alice']);
    expect(unresolved(flat, 'outer')).toEqual(unresolved(nested, 'outer'));
  });

  it('F50, C16: empty values and placeholders are no members and no error', async () => {
    await using town = await scene(
      [ALICE, group(11, 'devs', ['cn=nobody', ALICE.dn])],
      {},
      {
        faults: [rawValue('member', Buffer.alloc(0))],
      },
    );
    const snapshot = await readDirectory(town.settings);
    expect(members(snapshot, 'devs')).toEqual(['alice']);
    expect(unresolved(snapshot, 'devs')).toEqual(['out_of_scope ', 'out_of_scope cn=nobody']);
  });

  it('F51: a group without a member value is empty, not unknown', async () => {
    await using town = await scene([ALICE, group(11, 'devs', [])]);
    expect(groupNamed(await readDirectory(town.settings), 'devs').members).toEqual({
      kind: 'complete',
      users: new Int32Array(0),
      unresolved: [],
    });
  });

  it('F53: primary groups have the users that name them, where it is configured', async () => {
    const students = group(11, 'students', [ALICE.dn], { gidNumber: ['2104'] });
    const user2 = user(2, 'user2', { gidNumber: ['2104'] });
    await using town = await scene([ALICE, user2, students]);
    expect(members(await readDirectory(town.settings), 'students')).toEqual(['alice']);
    const settings = { ...town.settings, groups: { ...town.settings.groups, primaryGroup: true } };
    expect(members(await readDirectory(settings), 'students')).toEqual(['alice', 'user2']);
    expect(members(await readDirectory(settings, { group: 'students' }), 'students')).toEqual([
      'alice',
      'user2',
    ]);
  });

  it('F54, F55, C27: one member out of reach takes nobody else away', async () => {
    const many = Array.from({ length: 6000 }, (_, index) => user(100 + index, `u${index}`));
    const gone = `uid=gone,${PEOPLE}`;
    const elsewhere = 'uid=x,ou=partners,dc=test';
    const all = group(11, 'all', [...many.map(({ dn }) => dn), gone, elsewhere]);
    await using town = await scene([...many, all]);
    const snapshot = await readDirectory(town.settings);
    expect(members(snapshot, 'all')).toHaveLength(6000);
    expect(unresolved(snapshot, 'all')).toEqual([`dangling_dn ${gone}`, `out_of_scope ${elsewhere}`]);
  });

  it('C18: a range of the members is unknown, never empty, and so is whoever contains that group', async () => {
    const big = group(
      11,
      'big',
      TRIO.map(({ dn }) => dn),
    );
    const outer = group(12, 'outer', [big.dn]);
    await using town = await scene([...TRIO, big, outer], {}, { faults: [rangedAttribute('member', 2)] });
    const snapshot = await readDirectory(town.settings);
    expect(members(snapshot, 'big')).toBe('the server gave only a range of the values of member');
    expect(members(snapshot, 'outer')).toMatch(/^because of the nested group cn=big,/);
  });

  it('C22: a dynamic group that the server does not expand makes its parent unknown, and only that', async () => {
    const dynamic = group(11, 'dynamic', [], { memberURL: ['ldap:///dc=test??sub?(uid=*)'] });
    await using town = await scene([
      ALICE,
      dynamic,
      group(12, 'outer', [ALICE.dn, dynamic.dn]),
      group(13, 'fine', [ALICE.dn]),
    ]);
    const snapshot = await readDirectory(town.settings);
    expect(members(snapshot, 'outer')).toMatch(/^because of the nested group cn=dynamic,.*memberURL/);
    expect(members(snapshot, 'fine')).toEqual(['alice']);
  });

  it('F25: reads attributes whose name comes back in another case', async () => {
    const faults = [renameAttribute('member', 'MEMBER'), renameAttribute('entryUUID', 'EntryUUID')];
    await using town = await scene([ALICE, group(11, 'devs', [ALICE.dn])], {}, { faults });
    const snapshot = await readDirectory(town.settings);
    expect(members(snapshot, 'devs')).toEqual(['alice']);
    expect(groupNamed(snapshot, 'devs').externalId).toBe(uuid(11));
  });

  it('A7: a member value that is no text is one unresolved value', async () => {
    const faults = [rawValue('member', Buffer.from([0xff, 0xfe]))];
    await using town = await scene([ALICE, group(11, 'devs', [ALICE.dn])], {}, { faults });
    const snapshot = await readDirectory(town.settings);
    expect(members(snapshot, 'devs')).toEqual(['alice']);
    expect(unresolved(snapshot, 'devs')).toEqual(['undecodable member value 2']);
  });

  it('B7, B8: entries without an identity of their own are marked', async () => {
    const twin = user(1, 'twin');
    const nameless = user(5, 'nameless', { entryUUID: ['none'] });
    await using town = await scene([ALICE, BOB, twin, nameless]);
    const { users, warnings } = await readDirectory(town.settings);
    expect(users.map(({ username, externalId, idIssue }) => [username, externalId, idIssue])).toEqual([
      ['alice', undefined, 'duplicate_id'],
      ['bob', uuid(2), undefined],
      ['twin', undefined, 'duplicate_id'],
      ['nameless', undefined, 'source_id_missing'],
    ]);
    expect(warnings).toEqual([
      '1 entries have no usable entryUUID and are left alone',
      '2 entries share their entryUUID with another and are left alone',
    ]);
  });

  it('F33: an identity attribute that no entry has ends the read', async () => {
    await using town = await scene([ALICE, group(11, 'devs', [ALICE.dn])], { idAttribute: 'objectGUID' });
    const failure = await readDirectory(town.settings).catch(error => error);
    expect(failure).toBeInstanceOf(DirectoryError);
    expect(failure).toMatchObject({ code: 'id_attribute', permanent: true });
    expect(failure.message).toMatch(/None of 2 entries shows a usable objectGUID/);
    town.server.inject(hideAttribute('entryUUID'));
    await expect(readDirectory({ ...town.settings, idAttribute: 'auto' })).rejects.toMatchObject({
      code: 'id_attribute',
    });
  });

  it('the first mapping that matches a group wins, and those that match none stay for nesting', async () => {
    const mappings = [
      mapping({ groups: { filter: '(cn=eng-*)' }, team: '{ou}' }),
      mapping({ groups: { filter: '(cn=*-web)' } }),
      mapping({ groups: { baseDn: `ou=Sub, ${GROUPS}` } }),
    ];
    const unit = { dn: `ou=sub,${GROUPS}`, attributes: { objectClass: ['organizationalUnit'] } };
    const low = { ...group(14, 'low', [ALICE.dn]), dn: `cn=low,ou=sub,${GROUPS}` };
    const web = group(11, 'eng-web', [ALICE.dn], { ou: ['Web', 'Eng'] });
    await using town = await scene(
      [ALICE, unit, low, web, group(12, 'ops-web', []), group(13, 'other', [])],
      { mappings },
    );
    const { groups } = await readDirectory(town.settings);
    const byName = Object.fromEntries(groups.map(each => [each.name, [each.mapping, each.attributes]]));
    expect(byName).toEqual({
      'eng-web': [0, { cn: 'eng-web', ou: 'Web' }],
      'ops-web': [1, { cn: 'ops-web' }],
      other: [undefined, { cn: 'other' }],
      low: [2, { cn: 'low' }],
    });
  });
});

describe('the read of one group', () => {
  const dn = (cn: string) => `cn=${cn},${GROUPS}`;
  const town = () =>
    scene(
      [
        ...TRIO,
        group(11, 'eng-a', [ALICE.dn, dn('b')]),
        group(12, 'b', [BOB.dn, dn('eng-a'), 'cn=nobody'], { memberUid: ['CAROL', 'ghost'] }),
        group(13, 'eng-other', [CAROL.dn]),
      ],
      { mappings: [mapping({ groups: { filter: '(cn=eng-*)' } })] },
    );

  it.each([dn('eng-a'), 'CN=Eng-A , OU=groups,dc=test', 'eng-a'])(
    '%s gives that group as a whole read does, and no other',
    async wanted => {
      await using place = await town();
      const whole = await readDirectory(place.settings);
      const one = await readDirectory(place.settings, { group: wanted });
      expect(one.whole).toBe(false);
      expect(one.groups.map(({ name, mapping }) => [name, mapping])).toEqual([['eng-a', 0]]);
      expect(members(one, 'eng-a')).toEqual(['alice', 'bob', 'carol']);
      expect(members(one, 'eng-a')).toEqual(members(whole, 'eng-a'));
      expect(unresolved(one, 'eng-a')).toEqual(unresolved(whole, 'eng-a'));
    },
  );

  it('asks for nothing but what the group refers to', async () => {
    const crowd = Array.from({ length: 300 }, (_, index) => user(100 + index, `u${index}`));
    await using place = await scene([...TRIO, ...crowd, group(11, 'few', [ALICE.dn, BOB.dn])]);
    const { users, counts } = await readDirectory(place.settings, { group: 'few' });
    expect(users.map(({ username }) => username)).toEqual(['alice', 'bob']);
    expect(counts.entries).toBeLessThan(5);
  });

  it.each([dn('gone'), 'gone', 'b', dn('b'), ALICE.dn])(
    '%s is no mapped group, and said to be gone',
    async wanted => {
      await using place = await town();
      await expect(readDirectory(place.settings, { group: wanted })).rejects.toThrow(
        `No group that a mapping of directory corp matches has the DN or the cn "${wanted}".`,
      );
    },
  );
});
