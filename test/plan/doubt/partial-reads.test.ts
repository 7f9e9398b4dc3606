/** Absences in reads of some groups. */
import { describe, expect, it } from 'vitest';
import { directoryGroup, person, uuid } from '../../support/given/values.ts';
import { ABSENT_BEFORE, dnKeyOf, members, outcome, plan, reference, type Scene } from './doubtful.ts';

describe('a member', () => {
  it('of a partial read is not removed because of an absence that only one complete read showed', () => {
    const scene: Scene = {
      users: [person(2), person(3)],
      devs: members([0, 1], [0]),
      references: [reference(dnKeyOf(1))],
      more: { whole: false },
    };
    const earlier = (repeated: boolean) => ({
      references: new Map([[dnKeyOf(1), { ...ABSENT_BEFORE, repeated }]]),
    });
    expect(outcome(plan({ ...scene, current: earlier(false) })).doubts).toHaveLength(1);
    expect(outcome(plan({ ...scene, current: earlier(true) })).removed).toEqual([1]);
    expect(plan(scene).references).toBeUndefined();
  });

  it('of a partial read that finds what a complete read missed was not missed (G11, G17)', () => {
    const lab = 'dn:cn=lab,ou=groups,dc=test';
    const references = new Map([
      [lab, ABSENT_BEFORE],
      [dnKeyOf(1), ABSENT_BEFORE],
      ['name:user2', ABSENT_BEFORE],
      [`id:${uuid(3)}`, ABSENT_BEFORE],
      ['dn:cn=other,ou=groups,dc=test', ABSENT_BEFORE],
    ]);
    const partial = plan({
      users: [person(1), person(2), person(3)],
      devs: members([0, 1, 2]),
      others: [directoryGroup(101, 'lab', members([1]))],
      more: { whole: false },
      current: { references },
    });
    const resolved = [dnKeyOf(1), 'name:user2', `id:${uuid(3)}`, lab];
    expect(partial.references?.resolved.toSorted()).toEqual(resolved.toSorted());
  });

  it('of a value that could not be read is in doubt again when it could be read in between (G11)', () => {
    const key = 'raw:member:1';
    const garbled = reference(key, { reason: 'undecodable', absent: false });
    const scene: Scene = {
      users: [person(1), person(2), person(3)],
      devs: members([0, 1], [0]),
      references: [garbled],
    };
    const doubts = plan(scene).doubts.map(doubt => ({ ...doubt, decision: undefined }));
    const references = new Map([[key, { ...ABSENT_BEFORE, absent: false }]]);
    const partial = plan({
      users: scene.users,
      devs: members([0, 1, 2]),
      more: { whole: false },
      current: { doubts, references },
    });
    expect(partial.references?.resolved).toEqual([key]);
    const lasting = plan({ ...scene, more: { whole: false }, current: { doubts, references } });
    expect(lasting.references).toBeUndefined();
  });
});
