/** Small organisations and slow removals, which never reach the count of a limit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecentRemovals } from '../../../src/model/current.ts';
import type { GroupChange, Plan, Verdict } from '../../../src/model/plan.ts';
import type { GuardSettings } from '../../../src/model/settings.ts';
import { judge as judgeIn } from '../../../src/plan/guard/guard.ts';
import { change, ids, planOf } from '../../support/given/saved-plan.ts';
import { directory } from '../../support/given/values.ts';

type Row = readonly [before: readonly number[], after: readonly number[]];

/** AccessGroup n + 1 has the first members and should have the second ones. */
function planned(rows: readonly Row[], more: Partial<Plan> = {}): Plan {
  const changes = rows.flatMap(([before, after], at): GroupChange[] => {
    const remove = before.filter(id => !after.includes(id));
    const add = after.filter(id => !before.includes(id));
    if (remove.length + add.length === 0) return [];
    const sets = { desired: ids(...after), add: ids(...add), remove: ids(...remove) };
    return [change(at + 1, { kind: 'update', accessGroupId: at + 1, ...sets })];
  });
  const memberships = rows.reduce((sum, [before]) => sum + before.length, 0);
  return planOf(changes, { managed: { groups: rows.length, memberships }, ...more });
}

function judge(
  plan: Plan,
  recent: readonly RecentRemovals[] = [],
  guard: Partial<GuardSettings> = {},
): Verdict {
  return judgeIn(plan, directory({ guard: { ...directory().guard, ...guard } }), { recent });
}

const reasonsOf = ({ holds }: Verdict) => holds.map(({ change, reason }) => `${change} ${reason}`);
const lately = (
  accessGroupId: number,
  users: number[],
  more: Partial<RecentRemovals> = {},
): RecentRemovals => {
  return { accessGroupId, users: ids(...users), added: 0, emptied: false, retired: false, ...more };
};
const BIG: Row = [
  Array.from({ length: 60 }, (_, n) => n + 100),
  Array.from({ length: 60 }, (_, n) => n + 100),
];

describe('a small organisation', () => {
  it('six of seven groups whose members become invisible at once are held, 36 memberships in all (G10)', () => {
    const six = [1, 2, 3, 4, 5, 6].map((n): Row => [[n, n + 1, n + 2, n + 3], []]);
    const all = Array.from({ length: 12 }, (_, n) => n + 1);
    const { holds, reasons } = judge(planned([...six, [all, all]]));
    expect(holds).toHaveLength(6);
    expect(reasons).toEqual([
      '24 of 36 managed memberships would be removed (67 %), half or more, from several groups at once',
      '6 groups would lose all members at once (red/group1, red/group2, red/group3 and 3 more): check that the bind account can read their members',
    ]);
  });

  it('two groups of one member each that would lose all members are held, and only they (G10)', () => {
    const verdict = judge(planned([[[1], []], [[2], []], [[3, 4], [3]], BIG]));
    expect(reasonsOf(verdict)).toEqual(['0 groups_emptied', '1 groups_emptied']);
  });

  it('half of everything is held without a minimum (G10)', () => {
    expect(
      reasonsOf(
        judge(
          planned([
            [[1, 2], [1]],
            [[3, 4], [3]],
          ]),
        ),
      ),
    ).toEqual(['0 member_removals', '1 member_removals']);
    expect(
      judge(
        planned([
          [[1, 2], [1]],
          [
            [3, 4, 5],
            [3, 4],
          ],
        ]),
      ).holds,
    ).toEqual([]);
  });

  it.each<[string, readonly Row[]]>([
    ['the only group, of two, loses one (F22)', [[[1, 2], [1]]]],
    ['a group of four is emptied on purpose while nothing else changes (G88)', [[[1, 2, 3, 4], []], BIG]],
    [
      'the only group that has members is emptied',
      [
        [[1, 2, 3], []],
        [[], []],
      ],
    ],
    [
      'one person leaves both groups there are',
      [
        [[1, 2], [2]],
        [[1], [3]],
      ],
    ],
    [
      'all members are replaced by other users',
      [
        [
          [1, 2],
          [3, 4],
        ],
        [[5], [6]],
      ],
    ],
  ])('%s: is applied', (_, rows) => {
    expect(judge(planned(rows))).toEqual({ holds: [], reasons: [] });
  });

  it('a disabled user who was alone in two groups is removed; a user whose values are missing is not (G10)', () => {
    const rows: readonly Row[] = [[[1], []], [[1], []], BIG];
    expect(judge(planned(rows)).holds).toHaveLength(2);
    expect(judge(planned(rows, { leavers: ids(1) })).holds).toEqual([]);
    expect(judge(planned([[[1], []], [[2], []], BIG], { leavers: ids(1, 2) })).holds).toHaveLength(2);
  });

  it('a limit of 100 percent is never exceeded', () => {
    const all = { percent: 100, count: 0 };
    const rows: readonly Row[] = [
      [[1, 2], []],
      [[3], []],
    ];
    expect(judge(planned(rows), [], { memberRemovals: all, groupMemberRemovals: all }).holds).toEqual([]);
    const most = { percent: 70, count: 1000 };
    expect(
      judge(
        planned([
          [[1, 2, 3], [1]],
          [[4], [4, 5]],
        ]),
        [],
        { memberRemovals: most },
      ).holds,
    ).toEqual([]);
    expect(
      judge(
        planned([
          [[1, 2, 3], [1]],
          [[4], []],
        ]),
        [],
        { memberRemovals: most },
      ).holds,
    ).toHaveLength(2);
  });
});

describe('removals spread over many runs', () => {
  it('the removals of earlier runs count with those of this one, in total and in one group (G10)', () => {
    const rows: readonly Row[] = [[Array.from({ length: 10 }, (_, n) => n + 1), [1]], BIG];
    expect(judge(planned(rows)).holds).toEqual([]);
    const { holds, reasons } = judge(planned(rows), [lately(1, [50, 51])]);
    expect(holds).toMatchObject([{ change: 0, reason: 'group_member_removals' }]);
    expect(holds[0]?.removals).toHaveLength(9);
    expect(reasons).toEqual([
      '11 of 12 members of red/group1 would be removed (92 %, 2 of them by earlier runs within guard.window), more than guard.groupMemberRemovals allows (50 % and 10)',
    ]);
    const elsewhere = [
      lately(
        7,
        Array.from({ length: 17 }, (_, n) => n + 200),
      ),
    ];
    expect(reasonsOf(judge(planned(rows), elsewhere))).toEqual(['0 member_removals']);
  });

  it('a group that is emptied after another one was is held (G10)', () => {
    const rows: readonly Row[] = [[[1, 2], []], BIG];
    expect(reasonsOf(judge(planned(rows), [lately(7, [3], { emptied: true })]))).toEqual([
      '0 groups_emptied',
    ]);
    expect(judge(planned(rows), [lately(7, [3])]).holds).toEqual([]);
    expect(judge(planned(rows), [lately(7, [3], { emptied: true, retired: true })]).holds).toEqual([]);
  });

  it('four members of a new group who leave one after another are removed (G88)', () => {
    const gone: number[] = [];
    for (const [at, id] of [1, 2, 3, 4].entries()) {
      const before = [1, 2, 3, 4].slice(at);
      const plan = planned([[before, before.slice(1)], BIG]);
      expect(judge(plan, gone.length === 0 ? [] : [lately(1, gone)])).toEqual({ holds: [], reasons: [] });
      gone.push(id);
    }
  });

  it('a user who is added again does not count as removed, and a run without removals is not held (G10)', () => {
    const gone = Array.from({ length: 40 }, (_, n) => n + 1);
    expect(
      judge(planned([[[], gone], [[50, 51], [50]], BIG]), [lately(1, gone, { emptied: true })]).holds,
    ).toEqual([]);
    expect(judge(planned([[[], []], BIG]), [lately(1, gone, { emptied: true })])).toEqual({
      holds: [],
      reasons: [],
    });
  });

  it('replaced members do not count for the half of all memberships (G10)', () => {
    const rows: readonly Row[] = [
      [[1], [3]],
      [[3], [3]],
    ];
    const before = [lately(1, [2]), lately(2, [1])];
    expect(judge(planned(rows), before).holds).toHaveLength(1);
    expect(judge(planned(rows), [lately(1, [2]), lately(2, [1], { added: 1 })]).holds).toEqual([]);
  });

  const member = fc.integer({ min: 1, max: 12 });
  const groups = fc.array(
    fc.tuple(fc.uniqueArray(member, { maxLength: 6 }), fc.uniqueArray(member, { maxLength: 6 })),
    {
      minLength: 2,
      maxLength: 8,
    },
  );

  it('many runs of single groups remove no more than one run of all would (G10)', () => {
    fc.assert(
      fc.property(groups, rows => {
        const shrinking = rows.map(([before, kept]): Row => [before, before.filter(id => kept.includes(id))]);
        const atOnce = judge(planned(shrinking));
        if (atOnce.holds.length === 0) return;
        const state = shrinking.map(([before]) => [...before]);
        const recent: RecentRemovals[] = [];
        let held = 0;
        for (const [at, [before, after]] of shrinking.entries()) {
          const now = state.map((members, n): Row => [members, n === at ? after : members]);
          const plan = planned(now);
          if (judge(plan, recent).holds.length > 0) held++;
          else {
            const gone = before.filter(id => !after.includes(id));
            if (gone.length > 0) recent.push(lately(at + 1, gone, { emptied: after.length === 0 }));
            state[at] = [...after];
          }
        }
        expect(held).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});
