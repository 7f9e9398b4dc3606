/** A whole read finds users, groups and members, in any spelling of names and DNs. */
import { describe, expect, it } from 'vitest';
import { hideAttribute, renameAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { DirectoryError } from '../../../src/errors.ts';
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
import { mapping, uuid } from '../../support/given/values.ts';

describe('a read', () => {
  it.each([
    [{ match: ['username'], onUnknown: 'skip' }, {}],
    [{ match: ['username', 'email'], onUnknown: 'skip' }, { email: 'alice@example.test' }],
    [
      { match: ['username'], onUnknown: 'create' },
      { email: 'alice@example.test', fullName: 'alice' },
    ],
  ] as const)('requests only the user attributes that are used: %j gives %j', async (use, expected) => {
    await using fake = await serve(TRIO);
    const { settings } = fake;
    const { users } = await readDirectory({ ...settings, users: { ...settings.users, ...use } });
    const { email, fullName } = users[0] ?? {};
    expect({ ...(email && { email }), ...(fullName && { fullName }) }).toEqual(expected);
    const asked = fake.server.requests.flatMap(({ attributes = [] }) => attributes);
    expect(asked.includes('mail')).toBe(email !== undefined);
  });

  it('gives users and groups with their members, resolved', async () => {
    await using fake = await serve([
      ...TRIO,
      group(11, 'devs', [ALICE.dn, BOB.dn]),
      group(12, 'ops', [CAROL.dn]),
    ]);
    const snapshot = await readDirectory(fake.settings);
    expect(snapshot).toMatchObject({ directory: 'corp', server: fake.server.url, whole: true, warnings: [] });
    expect(snapshot.users[0]).toEqual({
      externalId: uuid(1),
      dn: ALICE.dn,
      username: 'alice',
      email: undefined,
      fullName: undefined,
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
      // The server is asked whether both groups have no other member attribute.
      queries: 2 + 2,
      entries: 5 + 2,
      users: 3,
      groups: 2,
      memberValues: 3,
      disabled: {},
      unnamed: 0,
      way: 'whole',
      references: 0,
      bytes: expect.any(Number),
    });
  });

  it('reports its progress after every page', async () => {
    await using fake = await serve(TRIO, { pageSize: 2 });
    const seen: number[] = [];
    await readDirectory(fake.settings, { onProgress: ({ entries }) => seen.push(entries) });
    expect(seen.at(-1)).toBe(3);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen).toHaveLength(3);
  });

  it('finds members in every spelling of their DN (F25, F27, C25)', async () => {
    const john = user(4, 'john', {}, `cn=Smith\\, John,${PEOPLE}`);
    const spellings = [
      `CN=Smith\\2C John,${PEOPLE}`,
      `cn="Smith, John",OU=People, DC=Test`,
      'UID=Alice,OU=PEOPLE,dc=test',
    ];
    await using fake = await serve([ALICE, john, group(11, 'devs', spellings)]);
    expect(members(await readDirectory(fake.settings), 'devs')).toEqual(['alice', 'john']);
  });

  it('finds users with special characters in their name (F28)', async () => {
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
    await using fake = await serve([
      ...odd,
      group(
        11,
        'by-dn',
        odd.map(({ dn }) => dn),
      ),
      group(12, 'by-hex', hex),
    ]);
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'by-dn')).toHaveLength(names.length);
    expect(members(snapshot, 'by-hex')).toEqual(members(snapshot, 'by-dn'));
    expect(unresolved(snapshot, 'by-dn')).toEqual([]);
  });

  it('reads groups with quotes below units with stars (F30)', async () => {
    const unit = { dn: `ou=A*B,${GROUPS}`, attributes: { objectClass: ['organizationalUnit'] } };
    const team = { ...group(11, "O'Brien team", [ALICE.dn]), dn: `cn=O'Brien team,ou=A*B,${GROUPS}` };
    const mappings = [mapping({ groups: { filter: "(cn=O'Brien*)", baseDn: `ou=A*B,${GROUPS}` } })];
    await using fake = await serve([ALICE, unit, team], { mappings });
    const snapshot = await readDirectory(fake.settings);
    expect(groupNamed(snapshot, "O'Brien team").mapping).toBe(0);
    expect(members(snapshot, "O'Brien team")).toEqual(['alice']);
    expect(members(await readDirectory(fake.settings, { group: team.dn }), "O'Brien team")).toEqual([
      'alice',
    ]);
  });

  it('reads attributes whose name the server returns in another case (F25)', async () => {
    const faults = [renameAttribute('member', 'MEMBER'), renameAttribute('entryUUID', 'EntryUUID')];
    await using fake = await serve([ALICE, group(11, 'devs', [ALICE.dn])], {}, { faults });
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'devs')).toEqual(['alice']);
    expect(groupNamed(snapshot, 'devs').externalId).toBe(uuid(11));
  });

  it('entries without a unique identity are marked (B7, B8)', async () => {
    const twin = user(1, 'twin');
    const nameless = user(5, 'nameless', { entryUUID: ['none'] });
    await using fake = await serve([ALICE, BOB, twin, nameless]);
    const { users, warnings } = await readDirectory(fake.settings);
    expect(users.map(({ username, externalId, idIssue }) => [username, externalId, idIssue])).toEqual([
      ['alice', undefined, 'duplicate_id'],
      ['bob', uuid(2), undefined],
      ['twin', undefined, 'duplicate_id'],
      ['nameless', undefined, 'source_id_missing'],
    ]);
    expect(warnings).toEqual([
      '1 entries have no usable entryUUID and are ignored',
      '2 entries share their entryUUID with another and are ignored',
    ]);
  });

  it('an identity attribute that no entry has ends the read (F33)', async () => {
    await using fake = await serve([ALICE, group(11, 'devs', [ALICE.dn])], {
      idAttribute: 'objectGUID',
    });
    const failure = await readDirectory(fake.settings).catch(error => error);
    expect(failure).toBeInstanceOf(DirectoryError);
    expect(failure).toMatchObject({ code: 'id_attribute', permanent: true });
    expect(failure.message).toMatch(/None of 2 entries shows a usable objectGUID/);
    fake.server.inject(hideAttribute('entryUUID'));
    await expect(readDirectory({ ...fake.settings, idAttribute: 'auto' })).rejects.toMatchObject({
      code: 'id_attribute',
    });
  });

  it('the first mapping that matches a group wins, and groups without a mapping still count as nested groups (A21)', async () => {
    const mappings = [
      mapping({ groups: { filter: '(cn=eng-*)' }, team: '{ou}' }),
      mapping({ groups: { filter: '(cn=*-web)' } }),
      mapping({ groups: { baseDn: `ou=Sub, ${GROUPS}` } }),
    ];
    const unit = { dn: `ou=sub,${GROUPS}`, attributes: { objectClass: ['organizationalUnit'] } };
    const low = { ...group(14, 'low', [ALICE.dn]), dn: `cn=low,ou=sub,${GROUPS}` };
    const web = group(11, 'eng-web', [ALICE.dn], { ou: ['Web', 'Eng'] });
    await using fake = await serve(
      [ALICE, unit, low, web, group(12, 'ops-web', []), group(13, 'other', [])],
      { mappings },
    );
    const { groups } = await readDirectory(fake.settings);
    const byName = Object.fromEntries(groups.map(each => [each.name, [each.mapping, each.attributes]]));
    expect(byName).toEqual({
      'eng-web': [0, { cn: 'eng-web', ou: 'Eng' }],
      'ops-web': [1, { cn: 'ops-web' }],
      other: [undefined, { cn: 'other' }],
      low: [2, { cn: 'low' }],
    });
  });
});
