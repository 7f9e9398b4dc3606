/** The path from a person to a group through nested groups is found in the directory. */
import { describe, expect, it } from 'vitest';
import { readPath } from '../../../src/directory/read/read-path.ts';
import { ALICE, BOB, GROUPS, group, serve, user } from '../../support/given/directory.ts';
import { uuid } from '../../support/given/values.ts';

const CAROL = user(3, 'carol', { pwdAccountLockedTime: ['000001010000Z'] });
const dn = (cn: string) => `cn=${cn},${GROUPS}`;

const openFake = () =>
  serve([
    ALICE,
    BOB,
    CAROL,
    group(11, 'all', [dn('ring'), dn('few'), ALICE.dn]),
    group(12, 'ring', [dn('deep')]),
    group(13, 'deep', [dn('ring'), BOB.dn]),
    group(14, 'few', [dn('deep'), CAROL.dn]),
  ]);

describe('the path to a member', () => {
  it.each([
    ['alice', [dn('all'), ALICE.dn]],
    ['bob', [dn('all'), dn('ring'), dn('deep'), BOB.dn]],
  ])('of %s goes through the fewest groups', async (username, dns) => {
    await using fake = await openFake();
    const wanted = { group: dn('all'), externalId: undefined, username };
    expect(await readPath(fake.settings, wanted)).toEqual({ dns });
  });

  it('is found by identity if it is known, not by a username that another user has now', async () => {
    await using fake = await openFake();
    const wanted = { group: dn('all'), externalId: uuid(2), username: 'alice' };
    expect(await readPath(fake.settings, wanted)).toMatchObject({ dns: expect.arrayContaining([BOB.dn]) });
  });

  it.each([
    ['few', 'alice', /"cn=few,.*" does not contain alice/],
    ['gone', 'alice', /the group "cn=gone.*" does not exist/],
    ['few', 'carol', /"uid=carol,.*" is a member, but the account is disabled or expired in the directory/],
  ])('from %s to %s has a reason if there is none', async (cn, username, reason) => {
    await using fake = await openFake();
    const path = await readPath(fake.settings, { group: dn(cn), externalId: undefined, username });
    expect(path).toEqual({ reason: expect.stringMatching(reason) });
  });
});
