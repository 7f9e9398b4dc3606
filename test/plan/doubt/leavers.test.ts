/** Who left a group and holds on to it by what they may do to their own entry. */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/model/plan.ts';
import { person } from '../../support/given/values.ts';
import { ABSENT_BEFORE, members, outcome, plan, reference, type Scene } from './doubtful.ts';

describe('a member who left', () => {
  it('cannot stay in by taking the username of a colleague who is in the group (G18)', () => {
    const leaver = person(3, { username: 'user1' });
    const planned = plan({
      users: [person(1), person(2), leaver],
      devs: members([1], [0]),
      references: [reference('name:user1', { reason: 'ambiguous_user', absent: false, candidates: [0, 2] })],
    });
    expect(outcome(planned)).toEqual({ removed: [3], doubts: ['1 ambiguous_user'], facts: {} });
  });

  it('cannot stay in by taking the username of a disabled colleague who was never linked (G18)', () => {
    const disabled = person(9, { disabled: true });
    const planned = plan({
      users: [person(1), person(2), person(3, { username: 'user9' }), disabled],
      devs: members([0, 1], [0]),
      references: [reference('name:user9', { reason: 'ambiguous_user', absent: false, candidates: [2, 3] })],
    });
    expect(outcome(planned)).toEqual({ removed: [3], doubts: [], facts: {} });
  });

  it('stays by a new name that another bears for two complete reads, or for ever where it is in the DN (G01, G18)', () => {
    const scene = (dn: string): Scene => ({
      users: [person(1), person(2), person(3, { username: 'new', dn }), person(9, { username: 'new' })],
      devs: members([0, 1], [0]),
      references: [reference('name:new', { reason: 'ambiguous_user', absent: false, candidates: [2, 3] })],
    });
    const second = (first: Plan) => ({
      doubts: first.doubts.map(doubt => ({ ...doubt, decision: undefined })),
      references: new Map([['name:new', { absent: false, ageMs: 900_000, repeated: false }]]),
    });
    const taken = scene('uid=user3,ou=people,dc=test');
    const first = plan(taken);
    expect(outcome(first).doubts).toEqual(['3 ambiguous_user']);
    // The name is not the person's yet, so that it is no doubt without an end.
    expect(first.links).toEqual([]);
    expect(outcome(plan({ ...taken, current: second(first) })).removed).toEqual([3]);
    const renamed = scene('uid=New,ou=people,dc=test');
    expect(outcome(plan({ ...renamed, current: second(plan(renamed)) })).doubts).toEqual([
      '3 ambiguous_user',
    ]);
  });

  it('who took the username out of the own entry stays by a new name for two complete reads (G18)', () => {
    const scene: Scene = {
      users: [person(1), person(2), person(3, { username: undefined })],
      devs: members([0, 1], [0]),
      references: [reference('name:new', { reason: 'no_directory_user' })],
    };
    const first = plan(scene);
    expect(outcome(first).doubts).toEqual(['3 username_unread']);
    const doubts = first.doubts.map(doubt => ({ ...doubt, decision: undefined }));
    const references = new Map([['name:new', ABSENT_BEFORE]]);
    expect(outcome(plan({ ...scene, current: { doubts, references } })).removed).toEqual([3]);
  });

  it('who hides the own username does not stay because a colleague took it whom the group names by DN (G18)', () => {
    const scene = (byUsername: readonly number[]): Scene => ({
      users: [person(1), person(2, { username: 'user3' }), person(3, { username: undefined })],
      devs: { ...members([0, 1]), byUsername: Int32Array.from(byUsername) },
    });
    expect(outcome(plan(scene([0])))).toEqual({ removed: [3], doubts: [], facts: {} });
    expect(outcome(plan(scene([0, 1])))).toEqual({ removed: [], doubts: ['3 username_unread'], facts: {} });
  });
});
