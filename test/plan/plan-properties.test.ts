/** For any directory and database: a plan that was applied leaves nothing to plan. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CurrentState } from '../../src/model/current.ts';
import type { Plan } from '../../src/model/plan.ts';
import { planSync } from '../../src/plan/plan-sync.ts';
import { current } from '../support/given/current.ts';
import {
  complete,
  directory,
  directoryGroup,
  known,
  link,
  localUser,
  managedGroup,
  person,
  snapshot,
} from '../support/given/values.ts';

const PEOPLE = [1, 2, 3, 4, 5].map(n => person(n));
const LINKS = [1, 2, 3, 4, 5].map(n => link(n));

describe('any plan', () => {
  const members = fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 5 });
  const world = fc.record({
    shown: fc.array(members, { maxLength: 6 }),
    held: fc.array(members, { maxLength: 6 }),
    manual: fc.subarray(['g0', 'g1', 'g2', 'g7']),
  });

  it('is empty when it is planned again after it was applied, and never changes other groups', () => {
    fc.assert(
      fc.property(world, ({ shown, held, manual }) => {
        const groups = shown.map((ordinals, n) =>
          directoryGroup(100 + n, `g${n}`, complete(...ordinals.toSorted((a, b) => a - b))),
        );
        const before = stateOf(
          held.map(ordinals => ordinals.map(ordinal => ordinal + 1).toSorted((a, b) => a - b)),
          manual,
        );
        const planned = planSync(snapshot(PEOPLE, groups), before, directory());
        const ours = new Set(before.managed.map(group => group.id));
        for (const change of planned.changes) {
          if (change.accessGroupId !== undefined) expect(ours).toContain(change.accessGroupId);
        }
        const again = planSync(snapshot(PEOPLE, groups), applied(before, planned), directory());
        expect(again.changes.filter(change => ['create', 'rename', 'update'].includes(change.kind))).toEqual(
          [],
        );
      }),
    );
  });
});

function stateOf(held: number[][], manualNames: string[]): CurrentState {
  const managed = held
    .map((ids, n) => managedGroup(n + 1, `g${n}`, ids))
    .filter(group => !manualNames.includes(group.name));
  const groups = managed.map(group => known(99 + group.id, group.name, group.id));
  const manual = manualNames.map((name, n) => ({ id: 500 + n, teamId: 1, name, type: 50, managed: false }));
  return current({ managed, groups, manual, links: LINKS, users: [localUser(9)] });
}

function applied(before: CurrentState, planned: Plan): CurrentState {
  const managed = new Map(before.managed.map(group => [group.id, group]));
  const groups = new Map(before.groups.map(group => [group.externalId, group]));
  for (const [at, change] of planned.changes.entries()) {
    if (change.kind !== 'create' && change.kind !== 'update') continue;
    const id = change.accessGroupId ?? 1000 + at;
    managed.set(id, managedGroup(id, change.name, [...change.desired]));
    for (const source of change.sources)
      groups.set(source, { ...known(0, change.name, id), externalId: source, dn: change.dn });
  }
  const everything = [...managed.values()];
  const manual = before.named.filter(group => !group.managed);
  return current({ managed: everything, groups: [...groups.values()], manual, links: LINKS });
}
