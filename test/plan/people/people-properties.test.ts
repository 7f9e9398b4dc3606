/** Whatever a directory and an application say of people: one person's text stops nobody else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LocalUser } from '../../../src/model/current.ts';
import type { UserSettings } from '../../../src/model/settings.ts';
import type { DirectoryUser } from '../../../src/model/snapshot.ts';
import { matchPeople } from '../../../src/plan/people/match-people.ts';
import { finish } from '../../../src/steps/steps.ts';
import { current } from '../../support/given/current.ts';
import { complete, directory, directoryGroup, link, person, snapshot } from '../../support/given/values.ts';

const HOSTILE = [
  'nul\0',
  'lone\ud800',
  'bell\u0007',
  'right\u202eleft',
  'zero\u200bwidth',
  'x'.repeat(300),
  '',
  '   ',
  ' ben ',
  'BEN',
  'ｂｅｎ',
  'a\tb',
];
const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('ann', 'ben', 'Ben', 'cy', 'dan') },
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const address = fc.option(fc.oneof(fc.constantFrom('a@x', 'b@x', 'B@X', 'c@x'), name), { nil: undefined });

const someone = fc.record({
  username: fc.option(name, { nil: undefined }),
  email: address,
  fullName: address,
});
const world = fc.record({
  people: fc.array(someone, { maxLength: 6 }),
  linked: fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 2 }),
  local: fc.uniqueArray(
    fc.record({
      username: fc.constantFrom('ann', 'ben', 'BEN', ' ben', 'cy', 'zoe'),
      email: fc.constantFrom('', 'a@x', 'b@x', 'c@x'),
    }),
    {
      selector: user => user.username,
      maxLength: 5,
    },
  ),
  match: fc.constantFrom<UserSettings['match'][]>(
    ['username'],
    ['email'],
    ['username', 'email'],
    ['email', 'username'],
  ),
  onUnknown: fc.constantFrom('skip' as const, 'create' as const),
  mapped: fc.nat({ max: 6 }),
  whole: fc.boolean(),
});

function play(
  { people, linked, local, match, onUnknown, mapped, whole }: World,
  order = people.map((_, at) => at),
) {
  const users: DirectoryUser[] = order.map(at => person(at + 1, people[at] ?? {}));
  const links = linked
    .filter(at => at < people.length && at < local.length)
    .map(at => link(at + 1, { userId: at + 100, dn: person(at + 1).dn }));
  const accounts: LocalUser[] = local.map((user, at) => {
    return { ...user, id: at + 100, linked: links.some(({ userId }) => userId === at + 100) };
  });
  const members = complete(...users.keys()).users.filter(at => (order[at] ?? 0) < mapped);
  const found = finish(
    matchPeople(
      snapshot(users, [directoryGroup(900, 'all', complete(...members))], { whole }),
      current({ links, users: accounts }),
      { ...directory().users, match, onUnknown },
    ),
  );
  return { found, users, accounts, links };
}

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

describe('any people', () => {
  it('two are never one local user, whatever ways lead there (G12)', () => {
    fc.assert(
      fc.property(world, given => {
        const { userIds } = play(given).found;
        const ids = [...userIds].filter(id => id !== 0);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it('who is created has a name of their own that every column can hold, and nobody is planned in vain (G13, G14)', () => {
    fc.assert(
      fc.property(world, given => {
        const { found, users, accounts } = play(given);
        const names = found.newUsers.map(user => user.username);
        const fold = (text: string) => text.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
        const taken = accounts.map(user => fold(user.username));
        expect(new Set(names.map(fold)).size).toBe(names.length);
        for (const user of found.newUsers) {
          expect(taken).not.toContain(fold(user.username));
          expect(users.filter(each => fold(each.username ?? '') === fold(user.username))).toHaveLength(1);
          for (const [text, limit] of [
            [user.username, 30],
            [user.email, 254],
            [user.fullName, 255],
          ] as const) {
            expect(Array.from(text).length).toBeLessThanOrEqual(limit);
            expect(text.isWellFormed() && !/\p{Cc}|[\u200b\u202a-\u202e\u2066-\u2069]/u.test(text)).toBe(
              true,
            );
            expect(text).toBe(text.trim());
          }
        }
      }),
    );
  });

  it('everybody is somebody, or has a reason; a doubt names whom they may be (G12, G14)', () => {
    fc.assert(
      fc.property(world, given => {
        const { found, accounts } = play(given);
        const { userIds, reasons, possible } = found;
        for (const [ordinal, id] of userIds.entries()) {
          if (ordinal < given.mapped) expect(id !== 0).not.toBe(reasons.has(ordinal));
        }
        for (const [ordinal, ids] of possible) {
          expect(reasons.get(ordinal)).not.toBe('no_local_user');
          for (const id of ids) expect(accounts.map(user => user.id)).toContain(id);
        }
      }),
    );
  });

  it('one person of odd texts changes nothing for people who share none of them (G14)', () => {
    fc.assert(
      fc.property(world, fc.constantFrom(...HOSTILE), (given, odd) => {
        const stranger = { username: `${odd}~`, email: `${odd}~`, fullName: odd };
        const before = play(given);
        const after = play({
          ...given,
          people: [...given.people, stranger],
          linked: given.linked.filter(at => at < given.people.length),
          mapped: given.mapped === given.people.length ? 99 : given.mapped,
        });
        const answers = ({ found }: typeof before) =>
          given.people.map((_, at) => {
            const id = found.userIds[at] ?? 0;
            return id < 0 ? found.newUsers[-id - 1]?.username : (found.reasons.get(at) ?? id);
          });
        expect(answers(after)).toEqual(answers(before));
      }),
    );
  });

  it('the order in which people are read changes nothing (G12, G13)', () => {
    fc.assert(
      fc.property(world, fc.gen(), (given, gen) => {
        const ordinals = given.people.map((_, at) => at);
        const order = gen(() => fc.shuffledSubarray(ordinals, { minLength: ordinals.length }));
        const answers = ({ found, users }: ReturnType<typeof play>) =>
          new Map(
            users.map((user, at) => {
              const id = found.userIds[at] ?? 0;
              return [
                user.externalId,
                id < 0 ? found.newUsers[-id - 1]?.username : (found.reasons.get(at) ?? id),
              ];
            }),
          );
        expect(answers(play(given, order))).toEqual(answers(play(given)));
      }),
    );
  });

  it('a read of some groups links nobody whom the whole directory would leave in doubt (G11)', () => {
    fc.assert(
      fc.property(world, given => {
        const partial = play({ ...given, whole: false }).found;
        const whole = play({ ...given, whole: true, mapped: given.people.length }).found;
        for (const [ordinal, id] of partial.userIds.entries()) {
          if (id > 0) expect(whole.userIds[ordinal]).toBe(id);
        }
      }),
    );
  });
});
