/** The last effective owner of a team is never taken away by a sync. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OwnedTeam } from '../../../src/model/current.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { judge } from '../../../src/plan/guard/guard.ts';
import { planSync } from '../../../src/plan/plan-sync.ts';
import { describePlan } from '../../../src/plan/report/describe-plan.ts';
import { current } from '../../support/given/current.ts';
import {
  complete,
  directory,
  directoryGroup,
  known,
  link,
  managedGroup,
  mapping,
  person,
  snapshot,
} from '../../support/given/values.ts';

interface Owners {
  /** Ordinals that the directory shows; undefined: it does not show the group. */
  readonly shows: readonly number[] | undefined;
  /** User ids that are members. */
  readonly holds: readonly number[];
  readonly type?: number;
  readonly missedReads?: number;
}

const owned = (...ineligible: number[]): OwnedTeam[] => [
  { teamId: 1, ineligible: Int32Array.from(ineligible) },
];

function planOwners(rows: readonly Owners[], ownedTeams = owned(), more: Partial<DirectorySettings> = {}) {
  const settings = directory({ mappings: [mapping({ type: 0 })], ...more });
  const state = current({
    managed: rows.map(({ holds, type = 0 }, n) => managedGroup(n + 1, `g${n}`, holds, { type })),
    groups: rows.map(({ missedReads = 0 }, n) => known(100 + n, `g${n}`, n + 1, { missedReads })),
    links: [1, 2, 3, 4, 5, 6].map(n => link(n)),
    ownedTeams,
  });
  const groups = rows.flatMap(({ shows }, n) =>
    shows === undefined ? [] : [directoryGroup(100 + n, `g${n}`, complete(...shows))],
  );
  const people = [1, 2, 3, 4, 5, 6].map(n => person(n));
  const other = directoryGroup(900, 'other', complete(5), { mapping: undefined });
  const plan = planSync(snapshot(people, [...groups, other]), state, settings);
  const removed = plan.changes.map(change => [...change.remove]);
  return { plan, removed, lines: describePlan(plan, judge(plan, settings)) };
}

describe('the last effective owner of a team', () => {
  it('stays, with a reason, a warning and a line that name team and group but no person (F66)', () => {
    const { plan, lines } = planOwners([
      { shows: [], holds: [4] },
      { shows: [0], holds: [], type: 50 },
    ]);
    expect(plan.changes[0]).toMatchObject({
      kind: 'conflict',
      reason: 'last_owner',
      withheld: Int32Array.of(4),
      remove: new Int32Array(0),
    });
    expect(plan.states).toMatchObject([{ cn: 'g0', state: 'linked', reason: 'last_owner' }]);
    expect(plan.counts).toMatchObject({ add: 1, remove: 0 });
    expect(plan.warnings).toEqual([
      'platform/g0: the removal of one member is withheld, because the team would have no owner left',
    ]);
    expect(lines[0]).toContain('platform/g0, 1 removal withheld, last_owner');
    expect(lines.join()).not.toContain('user4');
  });

  it('stays in a group whose mapping names another team now, because the group stays in its team (F66)', () => {
    const mappings = [mapping({ type: 0, team: 'web', createTeam: true })];
    const { plan, removed } = planOwners([{ shows: [], holds: [4] }], owned(), { mappings });
    expect(removed).toEqual([[]]);
    expect(plan.changes).toMatchObject([{ accessGroupId: 1, withheld: Int32Array.of(4) }]);
  });

  it('of several who leave, the one with the lowest id stays and the others are removed (F66)', () => {
    expect(planOwners([{ shows: [], holds: [2, 3, 4] }]).removed).toEqual([[3, 4]]);
    expect(
      planOwners([
        { shows: [], holds: [3, 5] },
        { shows: [], holds: [2] },
      ]).removed,
    ).toEqual([[3, 5], []]);
  });

  it('is removed when another owner is added, is in another owner-level group, or owns the team by membership (F66)', () => {
    expect(planOwners([{ shows: [1], holds: [1] }]).removed).toEqual([[1]]);
    expect(
      planOwners([
        { shows: [], holds: [1] },
        { shows: [2], holds: [3] },
      ]).removed,
    ).toEqual([[1]]);
    expect(planOwners([{ shows: [], holds: [1] }], []).removed).toEqual([[1]]);
  });

  it('inactive users and users suspended in the team do not count as owners and are removed (F66)', () => {
    expect(planOwners([{ shows: [1], holds: [1, 2] }], owned(2)).removed).toEqual([[]]);
    expect(planOwners([{ shows: [], holds: [2] }], owned(2)).removed).toEqual([[2]]);
  });

  it.each(['empty', 'delete'] as const)(
    'stays when the group itself is gone (onMissingGroup: %s) (F66)',
    how => {
      const gone = { shows: undefined, holds: [1, 2], missedReads: 1 };
      const { plan } = planOwners([gone], owned(), { onMissingGroup: how });
      expect(plan.changes[0]).toMatchObject({
        kind: 'retire',
        remove: Int32Array.of(2),
        withheld: Int32Array.of(1),
      });
      expect(plan.changes[0]?.deleteGroup).toBeUndefined();
      expect(plan.states).toMatchObject([{ state: 'missing', missedReads: 2 }]);
    },
  );

  it('a member who stays as the last owner does not make an emptied group less empty (C14)', () => {
    const { lines } = planOwners([
      { shows: [], holds: [1, 2, 3, 4, 5, 6] },
      { shows: [0], holds: [], type: 50 },
    ]);
    expect(lines.join('\n')).toContain('removals held: would_be_empty');
  });

  it('after any plan, a team that had an owner has one afterwards, and at most one removal is withheld (F66)', () => {
    const members = fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 6 });
    const rows = fc.array(fc.record({ holds: members, shows: members }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(rows, members, (groups, ineligible) => {
        const out = ineligible.toSorted((a, b) => a - b);
        const { plan } = planOwners(
          groups.map(({ holds, shows }) => ({
            holds: holds.toSorted((a, b) => a - b),
            shows: shows.map(n => n - 1).toSorted((a, b) => a - b),
          })),
          owned(...out),
        );
        const owns = (ids: Iterable<number>) => [...ids].some(id => !out.includes(id));
        const after = groups.map(
          (_, n) => plan.changes.find(change => change.accessGroupId === n + 1)?.desired,
        );
        const before = groups.some(({ holds }) => owns(holds));
        expect(groups.some(({ holds }, n) => owns(after[n] ?? holds))).toBe(
          before || groups.some(({ shows }) => owns(shows)),
        );
        expect(plan.changes.filter(change => change.withheld !== undefined).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
