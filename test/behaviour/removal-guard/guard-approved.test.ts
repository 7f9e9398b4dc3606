/** Approved removals, and how the guard judges the rest. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Approved, GroupChange, Plan, Verdict } from '../../../src/model/plan.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { judge as judgeIn } from '../../../src/plan/guard/guard.ts';
import { change, ids, planOf } from '../../support/given/saved-plan.ts';
import { directory } from '../../support/given/values.ts';

const range = (from: number, count: number) => ids(...Array.from({ length: count }, (_, at) => from + at));

const judge = (plan: Plan, settings: DirectorySettings, approved: Approved = new Map()) =>
  judgeIn(plan, settings, { approved });

/** AccessGroup n with these remaining and these removed user ids. */
function shrinking(
  n: number,
  desired: Int32Array,
  remove: Int32Array,
  more: Partial<GroupChange> = {},
): GroupChange {
  return change(n, { kind: 'update', accessGroupId: n, desired, remove, ...more });
}

function planned(changes: readonly GroupChange[], more: Partial<Plan> = {}): Plan {
  const sizes = changes.map(({ desired, remove }) => desired.length + remove.length);
  const memberships = sizes.reduce((sum, size) => sum + size, 0);
  return planOf(changes, { managed: { groups: changes.length, memberships }, ...more });
}

const approve = (group: number, removals: Int32Array, deletes = false): Approved =>
  new Map([[group, { removals, deletes, absent: false }]]);

function approveAll({ holds }: Verdict, { changes }: Plan): Approved {
  return new Map(
    holds.map(({ change: at, removals }) => {
      const { accessGroupId = 0, deleteGroup = false } = changes[at] ?? {};
      return [accessGroupId, { removals, deletes: deleteGroup, absent: false }];
    }),
  );
}

describe('the guard after an approval', () => {
  it('lets the shown removals pass, and judges and holds only new ones (F24)', () => {
    const plan = planned([shrinking(1, ids(), range(1, 60)), shrinking(2, range(1, 20), range(21, 40))]);
    expect(judge(plan, directory()).holds).toHaveLength(2);
    const verdict = judge(plan, directory(), approve(1, range(1, 60)));
    expect(verdict.holds).toEqual([{ change: 1, removals: range(21, 40), reason: 'member_removals' }]);
    expect(verdict.reasons[0]).toContain('40 of 60 managed memberships would be removed');
  });

  it('holds only the new removal in an approved group (F24)', () => {
    const plan = planned([shrinking(1, ids(1), range(2, 59))]);
    const { holds } = judge(plan, directory(), approve(1, range(2, 29)));
    expect(holds).toEqual([{ change: 0, removals: range(31, 30), reason: 'member_removals' }]);
  });

  it('applies a few new removals that exceed no limit (F24)', () => {
    const plan = planned([shrinking(1, range(1, 40), range(41, 60))]);
    expect(judge(plan, directory(), approve(1, range(41, 57)))).toEqual({ holds: [], reasons: [] });
  });

  it('does not count an approval of the same people in another group (F24)', () => {
    const plan = planned([shrinking(1, ids(), range(1, 60))]);
    expect(judge(plan, directory(), approve(2, range(1, 60)))).toEqual(judge(plan, directory()));
  });

  it('the removals of an empty directory pass when they were approved, and only those', () => {
    const plan = planned([shrinking(1, ids(), ids(1, 2)), shrinking(2, ids(), ids(1))], { empty: 'members' });
    const both = new Map([...approve(1, ids(1, 2)), ...approve(2, ids(1))]);
    expect(judge(plan, directory(), both)).toEqual({ holds: [], reasons: [] });
    expect(judge(plan, directory(), approve(1, ids(1, 2))).holds).toEqual([
      { change: 1, removals: ids(1), reason: 'empty_directory' },
    ]);
  });

  it('the deletion of a group is approved apart from the removal of its members', () => {
    const gone = { kind: 'retire', deleteGroup: true } as const;
    const plan = planned([1, 2, 3, 4, 5, 6].map(n => shrinking(n, ids(), ids(n), gone)));
    const all = (deletes: boolean) =>
      new Map([1, 2, 3, 4, 5, 6].flatMap(n => [...approve(n, ids(n), deletes)]));
    expect(judge(plan, directory()).holds).toHaveLength(6);
    expect(judge(plan, directory(), all(true)).holds).toEqual([]);
    expect(judge(plan, directory(), all(false)).holds).toEqual(
      [0, 1, 2, 3, 4, 5].map(at => ({ change: at, removals: ids(), reason: 'group_removals' })),
    );
  });

  it('holds nothing in any plan once everything that it held is approved (F24)', () => {
    const sizes = fc.record({ stay: fc.nat(60), go: fc.nat(60), retire: fc.boolean() });
    fc.assert(
      fc.property(fc.array(sizes, { maxLength: 12 }), groups => {
        const plan = planned(
          groups.map(({ stay, go, retire }, n) =>
            retire
              ? shrinking(n + 1, ids(), range(1, go), { kind: 'retire', deleteGroup: true })
              : shrinking(n + 1, range(1, stay), range(stay + 1, go)),
          ),
        );
        const verdict = judge(plan, directory());
        expect(judge(plan, directory(), approveAll(verdict, plan))).toEqual({ holds: [], reasons: [] });
      }),
    );
  });
});
