/** A revert undoes exactly the changes of a run that no later change replaced. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Done } from '../../../src/model/audit.ts';
import { difference, idSet, intersection } from '../../../src/plan/sets/id-set.ts';
import { planRevert } from '../../../src/plan/what-if/revert.ts';

const TOTALS = { groups: 1, memberships: 10 };

function done(
  more: Partial<Record<'members' | 'added' | 'removed', number[]>>,
  state: Done['state'] = 'frozen',
): Done {
  const { members = [], added = [], removed = [] } = more;
  const sets = { members: idSet(members), added: idSet(added), removed: idSet(removed) };
  return { accessGroupId: 1, team: 'red', name: 'devs', type: 50, state, overtaken: 0, ...sets };
}

const planned = (group: Done) => planRevert('corp', [group], TOTALS).changes[0];

describe('planRevert', () => {
  it.each(['frozen', 'manual'] as const)(
    'a %s group loses the members that the run added and gets back those that it removed',
    state => {
      expect(planned(done({ members: [1, 2, 3], added: [2], removed: [4] }, state))).toMatchObject({
        kind: 'update',
        accessGroupId: 1,
        desired: idSet([1, 3, 4]),
        add: idSet([4]),
        remove: idSet([2]),
      });
    },
  );

  it.each([
    ['live', 'live_linked'],
    ['gone', 'group_gone'],
  ] as const)('a %s group is unchanged, with a reason', (state, reason) => {
    expect(planned(done({ added: [2] }, state))).toMatchObject({
      kind: 'unknown',
      reason,
      add: idSet([]),
      remove: idSet([]),
    });
  });

  it.each([
    ['the run changed none of its members', { members: [1] }],
    ['all members are as before the run', { members: [1, 4], added: [2], removed: [4] }],
  ])('there is nothing to do if %s', (_, sets) => {
    expect(planned(done(sets))).toBeUndefined();
    expect(planned(done({}, 'live'))).toBeUndefined();
  });

  it('undoes exactly the changes of any run', () => {
    const people = fc.uniqueArray(fc.integer({ min: 1, max: 30 })).map(idSet);
    fc.assert(
      fc.property(people, people, (before, after) => {
        const change = planned({
          ...done({}),
          members: after,
          added: difference(after, before),
          removed: difference(before, after),
        });
        expect(change?.desired ?? after).toEqual(before);
        expect(intersection(change?.add ?? idSet([]), change?.remove ?? idSet([]))).toEqual(idSet([]));
      }),
    );
  });
});
