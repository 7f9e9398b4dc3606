/** Unusual attribute names and undecodable values affect no other value. */
import { describe, expect, it } from 'vitest';
import { hideAttribute, rawValue, renameAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import {
  ALICE,
  BOB,
  group,
  groupNamed,
  members,
  PEOPLE,
  serve,
  unresolved,
} from '../../support/given/directory.ts';
import { PEOPLE_SEARCH } from '../../support/given/small-directory.ts';
import { directory, uuid } from '../../support/given/values.ts';

describe('odd values', () => {
  it.each(['MEMBER', 'mEmBeR'])(
    'member may be returned as %s, or configured in that spelling (F25)',
    async spelling => {
      const faults = [renameAttribute('member', spelling)];
      const groups = { ...directory().groups, members: [spelling.toLowerCase(), 'MEMBERUID'] };
      const devs = group(11, 'devs', [ALICE.dn], { memberUid: ['bob'] });
      await using fake = await serve([ALICE, BOB, devs], { groups }, { faults });
      expect(members(await readDirectory(fake.settings), 'devs')).toEqual(['alice', 'bob']);
    },
  );

  it.each(['member;x-anything', 'Member;lang-de;x-a', 'memberUid;x-b'])(
    'values under %s are members, with those without options (G45)',
    async described => {
      const value = /uid;/i.test(described) ? 'bob' : BOB.dn;
      const devs = group(11, 'devs', [ALICE.dn], { [described]: [value] });
      await using fake = await serve([ALICE, BOB, devs, group(12, 'ops', [], { [described]: [value] })]);
      const snapshot = await readDirectory(fake.settings);
      expect(members(snapshot, 'devs')).toEqual(['alice', 'bob']);
      expect(members(snapshot, 'ops')).toEqual(['bob']);
      expect(members(await readDirectory(fake.settings, { group: 'ops' }), 'ops')).toEqual(['bob']);
    },
  );

  it.each(['member;x-a;range=0-1', 'memberURL;x-a'])(
    'a group that shows %s is unknown (G45)',
    async described => {
      const devs = group(11, 'devs', [ALICE.dn], { [described]: [BOB.dn] });
      await using fake = await serve([ALICE, BOB, devs]);
      expect(members(await readDirectory(fake.settings), 'devs')).toContain(described.toLowerCase());
    },
  );

  it('a member value with a NUL byte is unresolved and does not affect other members (A6)', async () => {
    const faults = [rawValue('member', Buffer.from(`uid=bob\0,${PEOPLE}`))];
    await using fake = await serve([ALICE, BOB, group(11, 'devs', [ALICE.dn])], {}, { faults });
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'devs')).toEqual(['alice']);
    expect(unresolved(snapshot, 'devs')).toEqual([`dangling_dn uid=bob\0,${PEOPLE}`]);
  });

  it('a second name that is not UTF-8 affects neither the first nor the entry (A7)', async () => {
    const faults = [rawValue('cn', Buffer.from([0xff, 0xfe]))];
    await using fake = await serve([ALICE, group(11, 'devs', [ALICE.dn])], {}, { faults });
    const { settings } = fake;
    const snapshot = await readDirectory({ ...settings, users: { ...settings.users, onUnknown: 'create' } });
    expect(snapshot.users[0]?.fullName).toBe('alice');
    expect(members(snapshot, 'devs')).toEqual(['alice']);
  });

  it('two groups with one UUID both have no identity, and their members are still reported (B8)', async () => {
    const twins = [group(11, 'one', [ALICE.dn]), group(11, 'two', [BOB.dn])];
    await using fake = await serve([ALICE, BOB, ...twins, group(12, 'fine', [ALICE.dn])]);
    const snapshot = await readDirectory(fake.settings);
    expect(snapshot.groups.map(({ externalId, idIssue }) => externalId ?? idIssue)).toEqual([
      'duplicate_id',
      'duplicate_id',
      uuid(12),
    ]);
    expect(members(snapshot, 'two')).toEqual(['bob']);
  });

  it('a user without a username is still a user', async () => {
    const faults = [onSearch(PEOPLE_SEARCH, hideAttribute('uid'))];
    const devs = group(11, 'devs', [ALICE.dn], { memberUid: ['bob'] });
    await using fake = await serve([ALICE, BOB, devs], {}, { faults });
    const snapshot = await readDirectory(fake.settings);
    expect(snapshot.users[0]).toMatchObject({ externalId: uuid(1), username: undefined });
    expect(groupNamed(snapshot, 'devs').members).toMatchObject({ users: Int32Array.from([0]) });
    expect(unresolved(snapshot, 'devs')).toEqual(['no_directory_user bob']);
  });
});
