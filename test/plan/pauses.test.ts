/** Counts the items that a plan reads between two pauses. A count is the same on every machine (G23). */
import { describe, expect, it } from 'vitest';
import type { UnresolvedMember } from '../../src/model/current.ts';
import { prepare } from '../../src/plan/lookup-request.ts';
import { planSteps } from '../../src/plan/plan-sync.ts';
import { finish, SLICE, type Steps, sorted } from '../../src/steps/steps.ts';
import { current } from '../support/given/current.ts';
import {
  complete,
  directory,
  directoryGroup,
  known,
  link,
  localUser,
  managedGroup,
  mapping,
  person,
  snapshot,
  uuid,
} from '../support/given/values.ts';

const PEOPLE = 20 * SLICE;
const SIZE = 50;
/** The groups, which are few, may be processed without a pause. */
const MOST = 4 * SLICE;
const settings = directory({ mappings: [mapping({ merge: true })] });

/** Counts the items that a plan reads, each once between two pauses. */
class Meter {
  readonly #seen = new Set<object>();
  /** How often any of them was read. */
  reads = 0;

  /** The same items, which report when they are read. */
  watch<Item extends object>(items: readonly Item[]): Item[] {
    const seen = this.#seen;
    const get = (target: Item, key: PropertyKey) => {
      this.reads += 1;
      seen.add(target);
      return Reflect.get(target, key);
    };
    return items.map(item => new Proxy(item, { get }));
  }

  /** The most items between two pauses. */
  most(steps: Steps<unknown>): number {
    let most = 0;
    for (let over = false; !over; ) {
      this.#seen.clear();
      over = steps.next().done === true;
      most = Math.max(most, this.#seen.size);
    }
    return most;
  }
}

const range = <T>(n: number, make: (at: number) => T): T[] => Array.from({ length: n }, (_, at) => make(at));
const ordinals = range(PEOPLE, at => at);

/** All people are in one group, and fifty at a time in another; `leaving`: the groups no longer name any person. */
function situation(meter: Meter, { leaving, linked }: { leaving: boolean; linked: boolean }) {
  const members = (ids: readonly number[]) => (leaving ? complete() : complete(...ids));
  const groups = range(PEOPLE / SIZE, at =>
    directoryGroup(1_000_000 + at, `g${at}`, members(range(SIZE, other => at * SIZE + other))),
  );
  const all = directoryGroup(999_999, 'all', members(ordinals));
  const seen = snapshot(meter.watch(range(PEOPLE, at => person(at + 1))), meter.watch([all, ...groups]));
  if (!linked)
    return { seen, state: current({ users: meter.watch(range(PEOPLE, at => localUser(at + 1))) }) };
  const held = [
    managedGroup(
      1,
      'all',
      ordinals.map(at => at + 1),
    ),
  ];
  for (const at of groups.keys())
    held.push(
      managedGroup(
        at + 2,
        `g${at}`,
        range(SIZE, other => at * SIZE + other + 1),
      ),
    );
  const unresolved = range(PEOPLE, (at): UnresolvedMember => {
    return {
      groupExternalId: uuid(999_999),
      member: `uid=gone${at}`,
      attribute: undefined,
      reason: 'dangling_dn',
    };
  });
  const state = current({
    linked: true,
    managed: meter.watch(held),
    groups: meter.watch([
      known(999_999, 'all', 1),
      ...range(groups.length, at => known(1_000_000 + at, `g${at}`, at + 2)),
    ]),
    links: meter.watch(range(PEOPLE, at => link(at + 1))),
    unresolved: meter.watch(unresolved),
  });
  return { seen, state };
}

describe('pauses of a plan (G23)', () => {
  it.each([
    ['nothing changes', { leaving: false, linked: true }],
    ['all people are new', { leaving: false, linked: false }],
    ['all people leave', { leaving: true, linked: true }],
  ])('limit the items that are read in one turn if %s', (_, what) => {
    const meter = new Meter();
    const { seen, state } = situation(meter, what);

    expect(meter.most(prepare(seen, settings))).toBeLessThan(MOST);
    expect(meter.most(planSteps(seen, state, settings))).toBeLessThan(MOST);
  });

  it('limit the items that are read in one turn if one member of a large group is gone', () => {
    const meter = new Meter();
    const people = meter.watch(range(PEOPLE, at => person(at + 1)));
    const seen = snapshot(people, [directoryGroup(999_999, 'all', complete(...ordinals))]);

    expect(meter.most(planSteps(seen, allOf(meter, PEOPLE + 1), settings))).toBeLessThan(MOST);
  });
});

/** One group that had this number of people. */
function allOf(meter: Meter, people: number) {
  const managed = [
    managedGroup(
      1,
      'all',
      range(people, at => at + 1),
    ),
  ];
  const links = meter.watch(range(people, at => link(at + 1)));
  return current({ linked: true, managed, groups: [known(999_999, 'all', 1)], links });
}

describe('a username that very many entries share', () => {
  const sharing = (people: number) => {
    const meter = new Meter();
    const users = meter.watch(range(people, at => person(at + 1, { username: 'x' })));
    const reference = {
      key: 'name:x',
      value: 'x',
      reason: 'ambiguous_user',
      absent: false,
      candidates: range(people, at => at),
    } as const;
    const members = { ...complete(), references: Int32Array.of(0) };
    const groups = range(40, at => directoryGroup(999_999 + at, at === 0 ? 'all' : `g${at}`, members));
    const seen = snapshot(users, groups, { references: [reference] });
    return { meter, steps: planSteps(seen, allOf(meter, people), settings) };
  };

  it('costs in proportion to the entries, and pauses (G23, G24)', () => {
    const [small, large] = [sharing(PEOPLE / 4), sharing(PEOPLE / 2)];

    expect(large.meter.most(large.steps)).toBeLessThan(MOST);
    small.meter.most(small.steps);
    expect(large.meter.reads / small.meter.reads).toBeLessThan(2.2);
  });

  it('leaves all of them in the group, and a doubt names only the first of them', () => {
    const { doubts } = finish(sharing(PEOPLE / 4).steps);

    expect(doubts).toHaveLength(PEOPLE / 4);
    expect(doubts[0]).toMatchObject({ kind: 'ambiguous_user', keys: ['name:x'] });
    expect(doubts[0]?.dns[0]).toMatch(/^x \| uid=user1,ou=people,dc=test \| .* \| 2480 more$/);
  });
});

describe('sorting in steps', () => {
  it('sorts as Array.toSorted does, equal items in their order', () => {
    const items = range(3 * SLICE + 7, at => ({ key: (at * 7919) % 100, at }));
    const byKey = (one: { key: number }, other: { key: number }) => one.key - other.key;

    expect(finish(sorted(items, byKey))).toEqual(items.toSorted(byKey));
  });
});
