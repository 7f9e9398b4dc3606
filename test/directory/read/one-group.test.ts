/** The read of one group requests only what the group refers to, and finds the same members as a whole read. */
import { describe, expect, it } from 'vitest';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import {
  ALICE,
  BOB,
  CAROL,
  GROUPS,
  group,
  members,
  serve,
  TRIO,
  unresolved,
  user,
} from '../../support/given/directory.ts';
import { mapping } from '../../support/given/values.ts';

describe('the read of one group', () => {
  const dn = (cn: string) => `cn=${cn},${GROUPS}`;
  const openFake = () =>
    serve(
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
      await using fake = await openFake();
      const whole = await readDirectory(fake.settings);
      const one = await readDirectory(fake.settings, { group: wanted });
      expect(one.whole).toBe(false);
      expect(one.groups.map(({ name, mapping }) => [name, mapping])).toEqual([['eng-a', 0]]);
      expect(members(one, 'eng-a')).toEqual(['alice', 'bob', 'carol']);
      expect(members(one, 'eng-a')).toEqual(members(whole, 'eng-a'));
      expect(unresolved(one, 'eng-a')).toEqual(unresolved(whole, 'eng-a'));
    },
  );

  it('requests only the entries that the group refers to', async () => {
    const crowd = Array.from({ length: 300 }, (_, index) => user(100 + index, `u${index}`));
    await using fake = await serve([...TRIO, ...crowd, group(11, 'few', [ALICE.dn, BOB.dn])]);
    const { users, counts } = await readDirectory(fake.settings, { group: 'few' });
    expect(users.map(({ username }) => username)).toEqual(['alice', 'bob']);
    // Both users twice more, with other owners of their identities and names, and the group for its other member attributes.
    expect(counts.entries).toBeLessThan(10);
  });

  it('removes no member if the server does not find entries by their DN (C27)', async () => {
    await using fake = await openFake();
    const mistaken = { ...fake.settings, vendor: 'activedirectory', idAttribute: 'entryUUID' } as const;
    expect(members(await readDirectory(mistaken, { group: 'eng-a' }), 'eng-a')).toEqual([
      'alice',
      'bob',
      'carol',
    ]);
  });

  it.each([dn('gone'), 'gone', 'b', dn('b'), ALICE.dn])(
    '%s is not a mapped group and is reported as missing',
    async wanted => {
      await using fake = await openFake();
      await expect(readDirectory(fake.settings, { group: wanted })).rejects.toThrow(
        `No group that a mapping of directory corp matches has the DN or the cn "${wanted}".`,
      );
    },
  );
});
