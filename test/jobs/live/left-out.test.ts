/** A hinted run leaves out groups whose removals would be held, and reports only what is new. */
import { describe, expect, it } from 'vitest';
import { withoutHeld, writesAnything } from '../../../src/jobs/live/left-out.ts';
import type { Planned } from '../../../src/model/run.ts';
import { current } from '../../support/given/current.ts';
import { change, planOf } from '../../support/given/saved-plan.ts';
import { snapshot, uuid } from '../../support/given/values.ts';

const ids = (...numbers: number[]) => Int32Array.from(numbers);
const losing = (n: number) => change(n, { kind: 'update', accessGroupId: n, desired: ids(), remove: ids(n) });
const doubt = (accessGroupId: number, userId = 7) => ({
  accessGroupId,
  userId,
  kind: 'value_unread' as const,
  keys: ['a'],
  dns: [],
});

function held(...indexes: number[]): Planned {
  const holds = indexes.map(index => ({
    change: index,
    removals: ids(1),
    reason: 'member_removals' as const,
  }));
  const unresolved = {
    appeared: [1, 2].map(n => ({ groupExternalId: uuid(n), member: 'x', reason: 'r' })),
    resolved: [],
  };
  const plan = planOf([losing(1), losing(2)], { doubts: [doubt(1), doubt(2)], judged: [1, 2], unresolved });
  return { snapshot: snapshot([], []), plan, verdict: { holds, reasons: ['too many'] } };
}

describe('what a hinted run applies', () => {
  it('leaves out everything about a group of which a removal would be held', () => {
    const { plan, verdict } = withoutHeld(held(0));
    expect(verdict).toEqual({ holds: [], reasons: [] });
    expect(plan.changes.map(({ accessGroupId }) => accessGroupId)).toEqual([2]);
    expect(plan.states.map(({ externalId }) => externalId)).toEqual([uuid(2)]);
    expect(plan.doubts).toEqual([doubt(2)]);
    expect(plan.judged).toEqual([2]);
    expect(plan.unresolved.appeared.map(({ groupExternalId }) => groupExternalId)).toEqual([uuid(2)]);
    expect(plan.counts).toMatchObject({ update: 1, remove: 1 });
  });

  it('is the whole plan if nothing would be held', () => {
    expect(withoutHeld(held()).plan).toEqual(held().plan);
  });
});

describe('writes of a hinted run', () => {
  it.each([
    ['a change of members', planOf([losing(1)]), true],
    ['nothing', planOf([]), false],
    ['a group that is unreadable again', planOf([change(1, { kind: 'unknown' })], { states: [] }), false],
    ['a state', planOf([change(1, { kind: 'conflict' })]), true],
    ['the known doubt', planOf([], { doubts: [doubt(1)], judged: [1] }), false],
    ['another doubt', planOf([], { doubts: [doubt(1, 8)], judged: [1] }), true],
    ['the end of the doubt', planOf([], { judged: [1] }), true],
  ])('%s', (_, plan, expected) => {
    expect(writesAnything(plan, current({ doubts: [{ ...doubt(1), decision: undefined }] }))).toBe(expected);
  });
});
