/** The read of some groups and users, by their identity. */
import { describe, expect, it } from 'vitest';
import { answerCode, searchReference } from '../../../dev/fake-ldap/faults/answers.ts';
import { rangedAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import type { Snapshot } from '../../../src/model/snapshot.ts';
import {
  ALICE,
  BOB,
  CAROL,
  type FakeDirectory,
  GROUPS,
  group,
  members,
  serve,
  TRIO,
  unresolved,
  user,
} from '../../support/given/directory.ts';
import { mapping, uuid } from '../../support/given/values.ts';

const unit = (dn: string) => ({ dn, attributes: { objectClass: ['organizationalUnit'] } });
const FORMER = unit('ou=former,dc=test');
const LEFT = user(4, 'left', {}, `uid=left,${FORMER.dn}`);
const ROBOT = {
  ...user(5, 'robot'),
  attributes: { objectClass: ['device'], cn: ['robot'], entryUUID: [uuid(5)] },
};
const PAT = user(6, 'pat');

function openFake(): Promise<FakeDirectory> {
  const dn = (cn: string) => `cn=${cn},${GROUPS}`;
  return serve(
    [
      FORMER,
      ...TRIO,
      LEFT,
      ROBOT,
      PAT,
      group(11, 'eng-a', [ALICE.dn, dn('b'), LEFT.dn]),
      group(12, 'b', [BOB.dn], { memberUid: ['CAROL', 'ghost'] }),
      group(13, 'eng-other', [CAROL.dn]),
      group(14, 'eng-third', [ALICE.dn]),
    ],
    { mappings: [mapping({ groups: { filter: '(cn=eng-*)' } }), mapping({ groups: { baseDn: GROUPS } })] },
  );
}

function found({ users, outside }: Snapshot) {
  return {
    users: users.flatMap(({ username }) => username ?? []).toSorted(),
    outside: [...outside].toSorted(([one], [other]) => (one < other ? -1 : 1)),
  };
}

describe('the read of some groups and people', () => {
  it('gives these groups as a whole read does, and no others (G08)', async () => {
    await using fake = await openFake();
    const whole = await readDirectory(fake.settings);
    const some = await readDirectory(fake.settings, {
      targets: { groups: [uuid(11), uuid(12), uuid(99)], people: [] },
    });
    expect(some).toMatchObject({ whole: false, stable: true, server: fake.server.url });
    expect(some.groups.map(({ name, mapping }) => `${name} ${mapping}`).toSorted()).toEqual([
      'b 1',
      'eng-a 0',
    ]);
    for (const name of ['eng-a', 'b']) {
      expect(members(some, name)).toEqual(members(whole, name));
      expect(unresolved(some, name)).toEqual(unresolved(whole, name));
    }
  });

  it('reads no groups if only people are asked for', async () => {
    await using fake = await openFake();
    const { groups, counts } = await readDirectory(fake.settings, {
      targets: { groups: [], people: [uuid(1)] },
    });
    expect(groups).toEqual([]);
    expect(counts.entries).toBeLessThan(4);
  });

  it('reports for each person: a user, outside the bases, not a user, or missing (G08)', async () => {
    await using fake = await openFake();
    const people = [uuid(1), uuid(4), uuid(5), uuid(77)];
    const snapshot = await readDirectory(fake.settings, { targets: { groups: [], people } });
    expect(found(snapshot)).toEqual({
      users: ['alice'],
      outside: [
        [uuid(4), { dn: LEFT.dn }],
        [uuid(5), { dn: ROBOT.dn }],
      ],
    });
    expect(snapshot.groups).toEqual([]);
  });

  it('reads long member lists completely, also of many groups at once', async () => {
    const crowd = Array.from({ length: 450 }, (_, index) => user(1000 + index, `u${index}`));
    const groups = crowd.map(({ dn }, index) =>
      group(2000 + index, `g${index}`, [dn, ...TRIO.map(each => each.dn)]),
    );
    await using fake = await serve([...TRIO, ...crowd, ...groups]);
    fake.server.inject(rangedAttribute('member', 2));
    const ids = groups.map((_, index) => uuid(2000 + index));
    const snapshot = await readDirectory(fake.settings, { targets: { groups: ids, people: [] } });
    expect(snapshot.groups).toHaveLength(450);
    expect(members(snapshot, 'g449')).toEqual(['alice', 'bob', 'carol', 'u449']);
  });

  it('a failure of the server for any part ends the read', async () => {
    await using fake = await openFake();
    fake.server.inject(onSearch({ dn: 'dc=test' }, answerCode(53)));
    const targets = { groups: [], people: [uuid(4)] };
    await expect(readDirectory(fake.settings, { targets })).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('references outside the bases do not make members doubtful', async () => {
    await using fake = await openFake();
    fake.server.inject(onSearch({ dn: 'dc=test' }, searchReference('ldap://other.test/dc=zones,dc=test')));
    const targets = { groups: [], people: [uuid(4)] };
    const snapshot = await readDirectory({ ...fake.settings, referrals: 'fail' }, { targets });
    expect([...snapshot.outside.keys()]).toEqual([uuid(4)]);
    expect(snapshot.referredTo).toEqual([]);
  });

  it('primary groups of nested groups count as in a whole read', async () => {
    const groups = (settings: FakeDirectory['settings']) => ({
      ...settings,
      groups: { ...settings.groups, primaryGroup: true },
    });
    const students = group(12, 'students', [ALICE.dn], { gidNumber: ['2104'] });
    const bob = user(2, 'bob', { gidNumber: ['2104'] });
    await using fake = await serve([ALICE, bob, students, group(11, 'all', [students.dn])]);
    const settings = groups(fake.settings);
    expect(members(await readDirectory(settings), 'all')).toEqual(['alice', 'bob']);
    expect(members(await readDirectory(settings, { group: 'all' }), 'all')).toEqual(['alice', 'bob']);
    const targets = { groups: [uuid(11)], people: [] };
    expect(members(await readDirectory(settings, { targets }), 'all')).toEqual(['alice', 'bob']);
  });

  it('uses another server than the one to avoid, if there is one (G08)', async () => {
    await using one = await openFake();
    await using other = await openFake();
    const urls = [one.server.url, other.server.url];
    const targets = { groups: [uuid(11)], people: [] };
    const ask = async (avoid: string, servers: readonly string[]) =>
      (await readDirectory({ ...one.settings, urls: servers }, { targets, avoid })).server;
    expect(await ask(one.server.url, urls)).toBe(other.server.url);
    expect(await ask(other.server.url, urls)).toBe(one.server.url);
    expect(await ask(one.server.url, [one.server.url])).toBe(one.server.url);
    await other.server.close();
    expect(await ask(one.server.url, urls)).toBe(one.server.url);
  });
});

describe('the same identity attribute in other forms', () => {
  it.each([
    [
      'objectGUID',
      [Buffer.from('01000000000000408000000000000001', 'hex')],
      '00000001-0000-4000-8000-000000000001',
    ],
    ['nsUniqueId', ['00000001-00004000-80000000-00000001'], '00000001-0000-4000-8000-000000000001'],
    ['ipaUniqueID', [uuid(1)], uuid(1)],
  ] as const)('finds people and groups by %s', async (idAttribute, values, id) => {
    const alice = { ...ALICE, attributes: { ...ALICE.attributes, [idAttribute]: [...values] } };
    const last =
      typeof values[0] === 'string'
        ? values[0].replace(/.$/, '2')
        : Buffer.from(values[0].map((byte, at) => (at === 15 ? 2 : byte)));
    const devs = group(11, 'devs', [ALICE.dn], { [idAttribute]: [last] });
    await using fake = await serve([alice, devs], { idAttribute });
    const targets = { groups: [id.replace(/.$/, '2')], people: [id] };
    const snapshot = await readDirectory(fake.settings, { targets });
    expect(found(snapshot).users).toEqual(['alice']);
    expect(members(snapshot, 'devs')).toEqual(['alice']);
  });
});
