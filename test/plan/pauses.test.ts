/** The amount of work of a plan between two pauses: counted, so that it is the same on every machine (G23). */
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
/** Groups, of which there are fewer, may be gone through at once. */
const MOST = 4 * SLICE;
const settings = directory({ mappings: [mapping({ merge: true })] });

/** Counts the items that a plan reads, each once between two pauses. */
class Meter {
  readonly #seen = new Set<object>();

  /** The same items, which report when they are read. */
  watch<Item extends object>(items: readonly Item[]): Item[] {
    const seen = this.#seen;
    const get = (target: Item, key: PropertyKey) => {
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
  ])('come before many items were read if %s', (_, what) => {
    const meter = new Meter();
    const { seen, state } = situation(meter, what);

    expect(meter.most(prepare(seen, settings))).toBeLessThan(MOST);
    expect(meter.most(planSteps(seen, state, settings))).toBeLessThan(MOST);
  });
});

describe('sorting in steps', () => {
  it('sorts as Array.toSorted does, equal items in their order', () => {
    const items = range(3 * SLICE + 7, at => ({ key: (at * 7919) % 100, at }));
    const byKey = (one: { key: number }, other: { key: number }) => one.key - other.key;

    expect(finish(sorted(items, byKey))).toEqual(items.toSorted(byKey));
  });
});
