import { describe, expect, it } from 'vitest';
import { describePlan } from '../../src/plan/describe.ts';
import { judge } from '../../src/plan/guard.ts';
import { planSync } from '../../src/plan/plan.ts';
import {
  complete,
  current,
  directory,
  directoryGroup,
  known,
  link,
  managedGroup,
  person,
  snapshot,
} from '../support/builders.ts';

const people = (count: number) => Array.from({ length: count }, (_, n) => person(n + 1));

/** The lines for a directory that shows "devs" and "ops", and a database that knows "devs". */
function linesFor(shown: number[], held: number[]) {
  const groups = [directoryGroup(100, 'devs', complete(...shown)), directoryGroup(101, 'ops', complete(2))];
  const state = current({
    managed: [managedGroup(1, 'devs', held)],
    groups: [known(100, 'devs', 1)],
    links: people(60).map((_, n) => link(n + 1)),
  });
  const plan = planSync(snapshot(people(60), groups), state, directory());
  return describePlan(plan, judge(plan, directory()));
}

describe('a plan in words', () => {
  it('D12: has a line a group, one of the people who may get mail, and one of totals', () => {
    expect(linesFor([0, 1], [1, 4])).toEqual([
      '~ update platform/devs, +1 members, -1 members',
      '+ create platform/ops, +1 members',
      '2 people would be added (2 memberships); the application may send mail to each of them',
      'groups: 1 to create, 1 to update; members: 2 to add, 1 to remove, 0 unresolved',
    ]);
  });

  it('says what is held, and which setting rules it', () => {
    const everybody = Array.from({ length: 40 }, (_, n) => n + 1);
    const lines = linesFor([0], everybody);
    expect(lines[0]).toBe('~ update platform/devs, -39 members, removals held: member_removals');
    expect(lines[2]).toContain(
      'held: 39 of 40 managed memberships would be removed (98 %), more than guard.memberRemovals',
    );
  });
});
