/** Many groups that disappear at once, and the effect of an approval. */
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

/** AccessGroups 1 to 20 exist; the directory shows the named ones and a new one. */
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

describe('many groups that disappear at once', () => {
  it('count as missed after an approval, and the rest of the read is applied', () => {
    expect(planShowing([...ELEVEN_ON, 99], new Map())).toMatchObject({
      missed: 0,
      plan: { readUntrusted: true, counts: { create: 0, missing: 10 } },
    });
    const { plan, missed, verdict } = planShowing([...ELEVEN_ON, 99], absent(...TWENTY.slice(0, 10)));
    expect(missed).toBe(10);
    expect(plan.counts).toMatchObject({ create: 1, missing: 10 });
    expect(verdict).toEqual({ holds: [], reasons: [] });
  });

  it('a group that is back is dropped from the approval, as if it had never been absent (F24)', () => {
    const { missed, verdict } = planShowing([1, 2, ...ELEVEN_ON], absent(...TWENTY.slice(0, 10)));
    expect(missed).toBe(8);
    expect(verdict.reasons).toEqual([]);
  });

  it('further groups are judged again; the approval still counts (F24)', () => {
    const { missed, verdict, plan } = planShowing([19, 20], absent(...TWENTY.slice(0, 10)));
    expect(missed).toBe(10);
    expect(plan.massDisappearance).toEqual({ count: 8, of: 10 });
    expect(verdict.holds).toHaveLength(8);
    expect(verdict.reasons[0]).toContain('8 of 10 managed groups would disappear at once');
  });

  it('a directory without any group proceeds only with exactly these groups approved (F06, F18)', () => {
    const all = planShowing([], absent(...TWENTY));
    expect(all).toMatchObject({ missed: 20, verdict: { holds: [], reasons: [] } });
    const most = planShowing([], absent(...TWENTY.slice(1)));
    expect(most).toMatchObject({ missed: 19, plan: { readUntrusted: true } });
    expect(most.verdict.holds).toHaveLength(1);
    expect(most.verdict.reasons[0]).toContain('found no group');
  });

  it('the removals after the second read without any group wait for a decision of their own (F06)', () => {
    const { plan, verdict } = planShowing([], new Map(), 1);
    expect(plan.counts).toMatchObject({ retire: 20, remove: 20 });
    expect(verdict.holds.map(hold => hold.reason)).toEqual(TWENTY.map(() => 'empty_directory'));
  });
});
