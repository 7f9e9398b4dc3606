/**
 * Other owners of a username or address: a partial read gives the same result as a read of the whole directory (G11).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import type { DirectoryUser, Snapshot } from '../../../src/model/snapshot.ts';
import { group, PEOPLE, serve, user } from '../../support/given/directory.ts';
import { directory, uuid } from '../../support/given/values.ts';

/** The DNs of all owners of the username, and of the address, of each member of the group. */
function ownersOf({ users, groups }: Snapshot, name: string): unknown {
  const members = groups.find(each => each.name === name)?.members;
  const having = (is: (user: DirectoryUser) => boolean) =>
    users
      .filter(is)
      .map(({ dn }) => dn)
      .toSorted();
  const same = (one: string | undefined, other: string | undefined) =>
    one !== undefined && one.toLowerCase() === other?.toLowerCase();
  if (members?.kind !== 'complete') return members;
  return [...members.users]
    .flatMap(ordinal => users[ordinal] ?? [])
    .map(({ dn, username, email }) => [
      dn,
      having(each => same(each.username, username)),
      having(each => same(each.email, email)),
    ])
    .toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1));
}

const names = fc.constantFrom('ann', 'Ann', 'ben', 'eve', 'kim');
const organisation = fc.record({
  people: fc.array(fc.record({ uid: names, mail: names, member: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  }),
  byName: fc.uniqueArray(names, { maxLength: 3, selector: name => name.toLowerCase() }),
});

describe('the owners of usernames and addresses', () => {
  it('are the same in a read of one group, of some, and of the whole directory (G11)', async () => {
    await fc.assert(
      fc.asyncProperty(organisation, async ({ people, byName }) => {
        const entries = people.map(({ uid, mail }, index) =>
          user(index, uid, { mail: [`${mail}@example.test`] }, `cn=p${index},${PEOPLE}`),
        );
        const member = entries.filter((_, index) => people[index]?.member).map(({ dn }) => dn);
        const devs = group(100, 'devs', member, byName.length > 0 ? { memberUid: byName } : {});
        const users = { ...directory().users, match: ['username', 'email'] as const };
        await using fake = await serve([...entries, devs], { users });
        const whole = await readDirectory(fake.settings);
        const one = await readDirectory(fake.settings, { group: 'devs' });
        const some = await readDirectory(fake.settings, { targets: { groups: [uuid(100)], people: [] } });
        expect(ownersOf(one, 'devs')).toEqual(ownersOf(whole, 'devs'));
        expect(ownersOf(some, 'devs')).toEqual(ownersOf(whole, 'devs'));
        const doubts = ({ references, users: all }: Snapshot) =>
          references
            .map(({ key, reason, candidates }) => [
              key,
              reason,
              candidates.flatMap(each => all[each]?.dn ?? []).toSorted(),
            ])
            .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
        expect(doubts(one)).toEqual(doubts(whole));
      }),
      { numRuns: 60 },
    );
  });

  it('are read with one search for all users if separate searches would cost more (G11)', async () => {
    const crowd = Array.from({ length: 20_100 }, (_, index) => user(1000 + index, `u${index}`));
    const twin = user(7, 'u7', {}, `cn=other,${PEOPLE}`);
    const all = group(
      11,
      'all',
      crowd.map(({ dn }) => dn),
    );
    await using fake = await serve([...crowd, twin, all], { vendor: 'openldap' });
    const { users } = await readDirectory(fake.settings, { group: 'all' });
    expect(users.filter(({ username }) => username === 'u7')).toHaveLength(2);
  });
});
