/** The guard holds removals beyond its limits, for a group, a run and the window before it. */
import { describe, expect, it } from 'vitest';
import type { CurrentState } from '../../../src/model/current.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import type { DirectoryGroup } from '../../../src/model/snapshot.ts';
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

const range = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);
const PEOPLE = range(1, 300).map(n => person(n));
const CHANGED = { strictness: 'either', reasons: ['the configuration (groups) changed'] } as const;
const ids = (...numbers: number[]) => Int32Array.from(numbers);
const LINKS = range(1, 300).map(n => link(n));

/** One directory group in each row: ordinals that the directory shows, user ids in the database. */
function judgeGroups(rows: { shows: number[]; holds: number[] }[], more: Partial<DirectorySettings> = {}) {
  const groups = rows.map(({ shows }, n) => directoryGroup(1000 + n, `g${n}`, complete(...shows)));
  return judgeSync(
    groups,
    rows.map(row => row.holds),
    {},
    more,
  );
}

function judgeSync(
  groups: DirectoryGroup[],
  holds: number[][],
  state: Partial<CurrentState> = {},
  more: Partial<DirectorySettings> = {},
) {
  const managed = holds.map((members, n) => managedGroup(n + 1, `g${n}`, members));
  const rows = holds.map((_, n) => known(1000 + n, `g${n}`, n + 1));
  const settings = directory(more);
  const plan = planSync(
    snapshot(PEOPLE, groups),
    current({ managed, groups: rows, links: LINKS, ...state }),
    settings,
  );
  return { plan, verdict: judge(plan, settings) };
}

describe('the guard', () => {
  it('a small group that loses half of its members exceeds no limit (F22)', () => {
    expect(judgeGroups([{ shows: [0], holds: [1, 2] }]).verdict).toEqual({ holds: [], reasons: [] });
  });

  it('one group that shrinks from 200 to 10 is held although no group and no person disappeared (F21)', () => {
    const { verdict } = judgeGroups([{ shows: range(0, 10), holds: range(1, 200) }]);
    expect(verdict.holds).toMatchObject([{ change: 0, reason: 'member_removals' }]);
    expect(verdict.reasons[0]).toContain('190 of 200 managed memberships would be removed (95 %)');
    expect(verdict.reasons[0]).toContain('guard.memberRemovals');
  });

  it('many small losses together exceed the limit of the run (F23)', () => {
    const rows = range(0, 200).map(() => ({ shows: range(0, 9), holds: range(1, 10) }));
    const { verdict } = judgeGroups(rows, {
      guard: { ...directory().guard, memberRemovals: { percent: 5, count: 100 } },
    });
    expect(verdict.holds).toHaveLength(200);
    expect(verdict.reasons).toHaveLength(1);
  });

  it('both numbers must be exceeded', () => {
    const shrinking = [{ shows: range(0, 80), holds: range(1, 100) }];
    const limits = (percent: number, count: number) => ({
      ...directory().guard,
      memberRemovals: { percent, count },
    });
    expect(judgeGroups(shrinking, { guard: limits(19, 19) }).verdict.holds).toHaveLength(1);
    expect(judgeGroups(shrinking, { guard: limits(20, 19) }).verdict.holds).toHaveLength(0);
    expect(judgeGroups(shrinking, { guard: limits(19, 20) }).verdict.holds).toHaveLength(0);
  });

  it('a limit of one group holds that group only', () => {
    const { verdict } = judgeGroups([
      { shows: range(0, 5), holds: range(1, 20) },
      { shows: range(0, 199), holds: range(1, 200) },
    ]);
    expect(verdict.holds).toMatchObject([{ change: 0, reason: 'group_member_removals' }]);
  });

  it('a group of five that would lose all members is held, one of four is not (C14, F51)', () => {
    const full = { shows: range(0, 100), holds: range(1, 100) };
    expect(judgeGroups([{ shows: [], holds: range(1, 5) }, full]).verdict.holds).toMatchObject([
      { change: 0, reason: 'would_be_empty' },
    ]);
    expect(judgeGroups([{ shows: [], holds: range(1, 4) }, full]).verdict.holds).toEqual([]);
  });

  it('a directory that shows no group is held before anything is even marked missing (F06)', () => {
    const { plan, verdict } = judgeSync([], [[1, 2], [3]]);
    expect(plan.changes.map(change => change.kind)).toEqual(['missing', 'missing']);
    expect(plan).toMatchObject({ readUntrusted: true, states: [] });
    expect(verdict.holds.map(hold => hold.reason)).toEqual(['groups_vanished', 'groups_vanished']);
    expect(verdict.reasons).toEqual([
      'the read found no group that a mapping matches, anywhere below "ou=groups,dc=test" for (objectClass=groupOfNames), although groups are managed',
    ]);
  });

  it('groups without any member value are held in any number (F52)', () => {
    const { verdict } = judgeSync([directoryGroup(1000, 'g0', complete())], [[1]]);
    expect(verdict.holds).toMatchObject([{ change: 0, reason: 'empty_directory' }]);
  });

  it('groups that would be retired are counted separately', () => {
    const groups = [directoryGroup(1000, 'g0', complete(...range(0, 100)))];
    const holds = [range(1, 100), ...range(0, 6).map(n => [n + 1])];
    const missing = holds.map((_, n) =>
      known(1000 + n, `g${n}`, n + 1, n === 0 ? {} : { state: 'missing', missedReads: 1 }),
    );
    const { verdict } = judgeSync(groups, holds, { groups: missing });
    expect(verdict.holds.map(hold => hold.reason)).toEqual(range(0, 6).map(() => 'group_removals'));
  });

  it('when most groups disappear at once, nothing is concluded, and a changed configuration is named (F15, B5)', () => {
    const holds = range(0, 40).map(n => [n + 1]);
    const { plan } = judgeSync([directoryGroup(2000, 'other', complete(0))], holds);
    expect(plan).toMatchObject({ massDisappearance: { count: 40, of: 40 }, readUntrusted: true });
    expect(plan.states.filter(state => state.state === 'missing')).toEqual([]);
    const { reasons, holds: held } = judge(plan, directory(), { changed: CHANGED });
    expect(reasons[0]).toContain('40 of 40 managed groups would disappear at once');
    expect(reasons[1]).toBe('the configuration (groups) changed');
    expect(held).toHaveLength(40);
    expect(held[0]).toEqual({ change: 0, removals: ids(), reason: 'groups_vanished' });
    expect(judge(plan, directory()).reasons).toHaveLength(1);
  });

  it('a few missing groups are marked as usual', () => {
    const holds = range(0, 5).map(n => [n + 1]);
    const { plan, verdict } = judgeSync([directoryGroup(2000, 'other', complete(0))], holds);
    expect(plan.massDisappearance).toBeUndefined();
    expect(plan.states.filter(state => state.state === 'missing')).toHaveLength(5);
    expect(verdict.reasons).toEqual([]);
  });
});
