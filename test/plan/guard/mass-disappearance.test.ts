/** Groups that vanished in numbers, and what a person's approval of that makes of them. */
import { describe, expect, it } from 'vitest';
import type { Approved } from '../../../src/model/plan.ts';
import { judge } from '../../../src/plan/guard/guard.ts';
import { planSync } from '../../../src/plan/plan-sync.ts';
import { current } from '../../support/given/current.ts';
import {
  complete,
  directory,
  directoryGroup,
  known,
  link,
  managedGroup,
  person,
  snapshot,
} from '../../support/given/values.ts';

const TWENTY = Array.from({ length: 20 }, (_, at) => at + 1);
const absent = (...groups: number[]): Approved =>
  new Map(groups.map(group => [group, { removals: new Int32Array(0), deletes: false, absent: true }]));

/** AccessGroups 1 to 20 are known; the directory shows those that are named, and a new one. */
function planShowing(shown: readonly number[], approved: Approved, missedReads = 0) {
  const state = current({
    managed: TWENTY.map(n => managedGroup(n, `g${n}`, [1])),
    groups: TWENTY.map(n => known(100 + n, `g${n}`, n, { missedReads })),
    links: [link(1)],
  });
  const groups = shown.map(n => directoryGroup(100 + n, `g${n}`, complete(0)));
  const plan = planSync(snapshot([person(1)], groups), state, directory(), { approved });
  const missed = plan.states.filter(one => one.state === 'missing').length;
  return { plan, missed, verdict: judge(plan, directory(), { approved }) };
}

const ELEVEN_ON = TWENTY.slice(10);

describe('groups that vanished in numbers', () => {
  it('count as missed once a person has approved that, and the rest of the read goes on', () => {
    expect(planShowing([...ELEVEN_ON, 99], new Map())).toMatchObject({
      missed: 0,
      plan: { disbelieved: true, counts: { create: 0, missing: 10 } },
    });
    const { plan, missed, verdict } = planShowing([...ELEVEN_ON, 99], absent(...TWENTY.slice(0, 10)));
    expect(missed).toBe(10);
    expect(plan.counts).toMatchObject({ create: 1, missing: 10 });
    expect(verdict).toEqual({ holds: [], reasons: [] });
  });

  it('F24: one that is back is dropped from the approval, as if it had never been gone', () => {
    const { missed, verdict } = planShowing([1, 2, ...ELEVEN_ON], absent(...TWENTY.slice(0, 10)));
    expect(missed).toBe(8);
    expect(verdict.reasons).toEqual([]);
  });

  it('F24: those that vanished besides are judged again; what was approved still counts', () => {
    const { missed, verdict, plan } = planShowing([19, 20], absent(...TWENTY.slice(0, 10)));
    expect(missed).toBe(10);
    expect(plan.vanished).toEqual({ count: 8, of: 10 });
    expect(verdict.holds).toHaveLength(8);
    expect(verdict.reasons[0]).toContain('8 of 10 managed groups would disappear at once');
  });

  it('F06, F18: a directory without any group proceeds only with exactly these groups approved', () => {
    const all = planShowing([], absent(...TWENTY));
    expect(all).toMatchObject({ missed: 20, verdict: { holds: [], reasons: [] } });
    const most = planShowing([], absent(...TWENTY.slice(1)));
    expect(most).toMatchObject({ missed: 19, plan: { disbelieved: true } });
    expect(most.verdict.holds).toHaveLength(1);
    expect(most.verdict.reasons[0]).toContain('shows no group');
  });

  it('F06: the removals after the second read without any group wait for a decision of their own', () => {
    const { plan, verdict } = planShowing([], new Map(), 1);
    expect(plan.counts).toMatchObject({ retire: 20, remove: 20 });
    expect(verdict.holds.map(hold => hold.reason)).toEqual(TWENTY.map(() => 'empty_directory'));
  });
});
