/** Members who left a group and try to stay in it by changes of their own entry. */
import { describe, expect, it } from 'vitest';
import { link, person } from '../../support/given/values.ts';
import { ABSENT_BEFORE, members, outcome, plan, reference, type Scene } from './doubtful.ts';

describe('a member who left', () => {
  it('cannot stay by taking the username of a colleague who is in the group (G18)', () => {
    const leaver = person(3, { username: 'user1' });
    const planned = plan({
      users: [person(1), person(2), leaver],
      devs: members([1], [0]),
      references: [reference('name:user1', { reason: 'ambiguous_user', absent: false, candidates: [0, 2] })],
    });
    expect(outcome(planned)).toEqual({ removed: [3], doubts: ['1 ambiguous_user'], facts: {} });
  });

  it('cannot stay by taking the username of a disabled colleague who was never linked (G18)', () => {
    const disabled = person(9, { disabled: true });
    const planned = plan({
      users: [person(1), person(2), person(3, { username: 'user9' }), disabled],
      devs: members([0, 1], [0]),
      references: [reference('name:user9', { reason: 'ambiguous_user', absent: false, candidates: [2, 3] })],
    });
    expect(outcome(planned)).toEqual({ removed: [3], doubts: [], facts: {} });
  });

  it.each([
    [
      'for two complete reads by a second username that another entry has',
      'user3',
      [2],
      ['3 ambiguous_user'],
      [],
    ],
    [
      'in doubt by a new username that another entry has',
      'new',
      [2, 3],
      ['3 ambiguous_user'],
      ['3 ambiguous_user'],
    ],
  ])('stays %s (G01, G18)', (_title, username, candidates, before, after) => {
    const scene: Scene = {
      users: [person(1), person(2), person(3, { username }), person(9, { username: 'new' })],
      devs: members([0, 1], [0]),
      references: [reference('name:new', { reason: 'ambiguous_user', absent: false, candidates })],
    };
    const first = plan(scene);
    expect(outcome(first).doubts).toEqual(before);
    // The name is not stored as the person's yet.
    expect(first.links).toEqual([]);
    const doubts = first.doubts.map(doubt => ({ ...doubt, decision: undefined }));
    const references = new Map([['name:new', { ...ABSENT_BEFORE, absent: false }]]);
    expect(outcome(plan({ ...scene, current: { doubts, references } })).doubts).toEqual(after);
  });

  it('who removed their username stays for two complete reads because the group has a new name (G18)', () => {
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

  it('who hides their username does not stay because a colleague took it whom the group names by DN (G18)', () => {
    const scene = (byUsername: readonly number[]): Scene => ({
      users: [person(1), person(2, { username: 'user3' }), person(3, { username: undefined })],
      devs: { ...members([0, 1]), byUsername: Int32Array.from(byUsername) },
    });
    expect(outcome(plan(scene([0])))).toEqual({ removed: [3], doubts: [], facts: {} });
    expect(outcome(plan(scene([0, 1])))).toEqual({ removed: [], doubts: ['3 username_unread'], facts: {} });
  });
});

describe('a colleague who takes the username of a member', () => {
  const scene = (second: Partial<ReturnType<typeof person>>): Scene => ({
    users: [person(1), person(2, second), person(3), person(9, { username: 'user2' })],
    devs: { ...members([0, 1, 2, 3]), byUsername: Int32Array.of(3) },
    current: { links: [link(1), link(2), link(3), link(9)] },
  });
  const added = (second: Partial<ReturnType<typeof person>>) =>
    plan(scene(second)).changes.flatMap(({ add }) => [...add]);

  it('is not added while the entry of the member, whom the group names by DN, hides the username (G18)', () => {
    expect(added({ username: undefined })).toEqual([]);
  });

  it('is added when the member shows another username (G18)', () => {
    expect(added({ username: 'bob' })).toEqual([9]);
  });
});
