/** A member who was renamed stays while a value of the group still has the former username. */
import { describe, expect, it } from 'vitest';
import { link, person, uuid } from '../../support/given/values.ts';
import { ABSENT_BEFORE, members, outcome, plan, reference, type Scene } from './doubtful.ts';

/** The group names user1, who is called robert now. */
const RENAMED = person(1, { username: 'robert' });

describe('a member whose username a value still has', () => {
  const taken: Scene = {
    users: [RENAMED, person(2), person(3), person(8), person(9)],
    devs: members([1, 2], [0]),
    references: [reference('name:user1', { reason: 'ambiguous_user', absent: false, candidates: [3, 4] })],
  };

  it('is out with the second read if two colleagues have the username (G01)', () => {
    expect(outcome(plan(taken))).toEqual({ removed: [], doubts: ['1 entry_absent'], facts: {} });
    const references = new Map([['name:user1', { ...ABSENT_BEFORE, absent: false }]]);
    expect(outcome(plan({ ...taken, current: { references } }))).toMatchObject({ removed: [1], doubts: [] });
  });

  it('stays if the entry does not deny the username, and the link keeps it (G01)', () => {
    const references = new Map([['name:user1', { ...ABSENT_BEFORE, absent: false }]]);
    const planned = plan({ ...taken, current: { references }, more: { undenied: new Set(['10/1']) } });
    expect(outcome(planned)).toEqual({ removed: [], doubts: ['1 username_unread'], facts: {} });
    expect(planned.links).toEqual([]);
  });

  it('has the new username in the link when no doubt rests on the former one (G01)', () => {
    const users = [RENAMED, person(2), person(3)];
    expect(plan({ users, devs: members([0, 1, 2]) }).links).toEqual([
      { ...link(1), externalId: uuid(1), username: 'robert' },
    ]);
  });
});
