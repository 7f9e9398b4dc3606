/** Groups that fed one AccessGroup and are split. */
import { describe, expect, it } from 'vitest';
import type { CurrentState } from '../../../src/model/current.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { MappingSettings } from '../../../src/model/settings.ts';
import type { DirectoryGroup } from '../../../src/model/snapshot.ts';
import { planSync } from '../../../src/plan/plan-sync.ts';
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

const PEOPLE = [1, 2, 3, 4].map(n => person(n));

function play(
  groups: DirectoryGroup[],
  rule: Partial<MappingSettings>,
  more: Partial<CurrentState> = {},
  whole = true,
): Plan {
  const state = current({
    managed: [managedGroup(1, 'devs', [1, 2, 3, 4])],
    groups: [known(100, 'devs', 1), known(101, 'devs', 1)],
    links: [1, 2, 3, 4].map(n => link(n)),
    ...more,
  });
  return planSync(snapshot(PEOPLE, groups, { whole }), state, directory({ mappings: [mapping(rule)] }));
}

const brief = ({ changes }: Plan) =>
  changes.map(({ kind, name, add, remove, reason }) => ({
    kind,
    name,
    add: [...add],
    remove: [...remove],
    reason,
  }));
const devs = (n: number, ...members: number[]) => directoryGroup(n, 'devs', complete(...members));
const inOu = (n: number, ou: string | undefined, ...members: number[]) => {
  return directoryGroup(n, `g${n}`, complete(...members), { attributes: ou === undefined ? {} : { ou } });
};

describe('groups that shared one AccessGroup', () => {
  it('are separated if they are no longer merged: the first keeps the AccessGroup, the second is a conflict, in any order of the read (G70)', () => {
    const groups = [devs(100, 0, 1), devs(101, 2, 3)];
    const expected = [
      { kind: 'update', name: 'devs', add: [], remove: [3, 4], reason: undefined },
      { kind: 'conflict', name: 'devs', add: [], remove: [], reason: 'name_conflict_managed' },
    ];
    for (const read of [groups, groups.toReversed()]) {
      const plan = play(read, { merge: false });
      expect(brief(plan).toSorted((a, b) => b.kind.localeCompare(a.kind))).toEqual(expected);
      expect(plan.states).toMatchObject([
        { externalId: devs(101).externalId, state: 'conflict', detached: true },
      ]);
    }
    const after = {
      managed: [managedGroup(1, 'devs', [1, 2])],
      groups: [
        known(100, 'devs', 1),
        known(101, 'devs', undefined, { state: 'conflict', reason: 'name_conflict_managed' }),
      ],
    };
    const again = play(groups, { merge: false }, after);
    expect(brief(again)).toEqual(expected.slice(1));
    expect(again.states).toEqual([]);
  });

  it('are no longer merged, and only one of them was read, or exists: no member is removed (G70)', () => {
    for (const whole of [true, false]) {
      const plan = play([devs(101, 2, 3)], { merge: false }, {}, whole);
      expect(brief(plan).filter(change => change.remove.length > 0)).toEqual([]);
      expect(brief(plan)).toContainEqual({
        kind: 'unknown',
        name: 'devs',
        add: [],
        remove: [],
        reason: 'source_missing',
      });
    }
  });

  it('split by name: the renamed one takes its members along, and the other keeps those whom it names (G71)', () => {
    const rule = { merge: true, name: '{ou}' };
    const plan = play([inOu(100, 'ops', 0, 1), inOu(101, 'devs', 1, 2, 3)], rule);
    expect(brief(plan)).toEqual([
      { kind: 'update', name: 'devs', add: [], remove: [1], reason: undefined },
      { kind: 'create', name: 'ops', add: [1, 2], remove: [], reason: undefined },
    ]);
    expect(plan.states.find(state => state.externalId === known(100, '', 1).externalId)).toMatchObject({
      state: 'linked',
      detached: true,
    });
  });

  it('split by an unknown name, or with unknown members: no member is removed (G71)', () => {
    const rule = { merge: true, name: '{ou}' };
    const nameless = play([inOu(100, undefined, 0, 1), inOu(101, 'devs', 2, 3)], rule);
    const unread = { ...inOu(100, 'ops'), members: { kind: 'unknown', reason: 'no' } as const };
    for (const plan of [nameless, play([unread, inOu(101, 'devs', 2, 3)], rule)]) {
      expect(plan.changes.flatMap(change => [...change.remove])).toEqual([]);
      expect(plan.states.filter(state => state.detached === true && state.state === 'linked')).toEqual([]);
    }
  });

  it('are frozen: they stay as they are (G70)', () => {
    const frozen = { groups: [known(100, 'devs', 1, { frozen: true }), known(101, 'devs', 1)] };
    const plan = play([devs(100, 0, 1), devs(101, 2, 3)], { merge: false }, frozen);
    expect(brief(plan)).toEqual([]);
    expect(plan.states).toEqual([]);
  });
});

describe('groups that had AccessGroups of their own and are merged (G73)', () => {
  const merged = { merge: true, name: '{ou}' };
  const apart = {
    managed: [managedGroup(1, 'devs', [1]), managedGroup(2, 'ops', [2, 3, 4])],
    groups: [known(100, 'devs', 1), known(101, 'ops', 2)],
  };
  const ops = { kind: 'update', name: 'ops', add: [], remove: [4], reason: 'merged_elsewhere' };

  it('feed the AccessGroup with the name; the other one keeps its own members, and no leaver', () => {
    const groups = [inOu(100, 'devs', 0), inOu(101, 'devs', 1, 2)];
    for (const read of [groups, groups.toReversed()]) {
      const plan = play(read, merged, apart);
      expect(brief(plan)).toEqual([
        { kind: 'update', name: 'devs', add: [2, 3], remove: [], reason: undefined },
        ops,
      ]);
      expect(plan.states).toContainEqual(expect.objectContaining({ cn: 'g101', reason: 'merged_elsewhere' }));
    }
  });

  it('still feed the merged AccessGroup after an administrator released the other one', () => {
    const released = { ...known(101, 'ops', 2), state: 'released' as const };
    const groups = [known(100, 'devs', 1), released];
    const managed = [managedGroup(1, 'devs', [1, 2, 3])];
    const plan = play([inOu(100, 'devs', 0), inOu(101, 'devs', 1)], merged, { groups, managed });
    expect(brief(plan)).toEqual([{ kind: 'update', name: 'devs', add: [], remove: [3], reason: undefined }]);
    expect(plan.states.map(({ cn }) => cn)).toEqual(['g100']);
  });
});
