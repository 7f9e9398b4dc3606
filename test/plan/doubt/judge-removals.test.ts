/** A member whom no known value names is removed only if a fact proves it, and stays in doubt otherwise. */
import { describe, expect, it } from 'vitest';
import { known, link, localUser, managedGroup, person, uuid } from '../../support/given/values.ts';
import {
  ABSENT_BEFORE,
  dnKeyOf,
  GROUP,
  LINKED,
  members,
  moved,
  outcome,
  plan,
  reference,
  type Scene,
} from './doubtful.ts';

describe('a member whom no known value names', () => {
  it('is removed at once when the value was removed from the group, in any state of the entry (G17)', () => {
    expect(outcome(plan({ users: [person(1), person(2)], devs: members([0, 1]) }))).toEqual({
      removed: [3],
      doubts: [],
      facts: {},
    });
  });

  it('stays when a second entry has the username that the value names, and no user is added (G01)', () => {
    const twin = person(9, { username: 'user1', dn: 'uid=user1,ou=other,dc=test' });
    const planned = plan({
      users: [person(1), person(2), person(3), twin],
      devs: members([1, 2], [0]),
      references: [reference('name:user1', { reason: 'ambiguous_user', absent: false, candidates: [0, 3] })],
    });
    expect(outcome(planned)).toEqual({ removed: [], doubts: ['1 ambiguous_user'], facts: {} });
    expect(planned.changes[0]?.explanation).toContain('uid=user1,ou=other,dc=test');
    expect(planned.counts).toMatchObject({ add: 0, doubts: 1 });
  });

  it('stays when the entry at the last DN shows no identity (G02)', () => {
    const hidden = person(1, { externalId: undefined, idIssue: 'source_id_missing' });
    expect(outcome(plan({ users: [hidden, person(2), person(3)], devs: members([0, 1, 2]) }))).toEqual({
      removed: [],
      doubts: ['1 source_id_missing'],
      facts: {},
    });
  });

  it('stays when a second entry shows the same identity, and is removed when no value names either (G03)', () => {
    const shared = { externalId: undefined, idIssue: 'duplicate_id', sharedId: uuid(1) } as const;
    const users = [person(1, shared), person(2), person(3), person(9, shared)];
    expect(outcome(plan({ users, devs: members([0, 1, 2]) })).doubts).toEqual(['1 duplicate_id']);
    expect(outcome(plan({ users, devs: members([1, 2]) }))).toMatchObject({ removed: [1], doubts: [] });
  });

  it('stays while the value is below a DN that the server refers to another server (G04)', () => {
    const scene: Scene = {
      users: [person(2), person(3)],
      devs: members([0, 1], [0]),
      references: [reference(dnKeyOf(1), { reason: 'elsewhere', absent: false })],
    };
    expect(outcome(plan(scene)).doubts).toEqual(['1 elsewhere']);
    const references = new Map([
      [
        dnKeyOf(1),
        { ...ABSENT_BEFORE, absent: false, ageMs: 1e9, repeated: true, groups: { [uuid(100)]: false } },
      ],
    ]);
    expect(outcome(plan({ ...scene, current: { references } })).doubts).toEqual(['1 elsewhere']);
  });

  it('stays if the entry moved and the value has its old DN, until a second read shows the same (G05)', () => {
    const scene: Scene = {
      users: [moved(1, 'uid=user1,ou=new,dc=test'), person(2), person(3)],
      devs: members([1, 2], [0]),
      references: [reference(dnKeyOf(1))],
    };
    const first = plan(scene);
    expect(outcome(first)).toEqual({ removed: [], doubts: ['1 entry_absent'], facts: {} });
    expect(first.references?.appeared).toEqual([
      { key: dnKeyOf(1), absent: true, groups: { [uuid(100)]: true } },
    ]);
    const doubts = first.doubts.map(doubt => ({ ...doubt, decision: undefined }));
    const later = { doubts, references: new Map([[dnKeyOf(1), ABSENT_BEFORE]]) };
    expect(outcome(plan({ ...scene, current: later }))).toEqual({
      removed: [1],
      doubts: [],
      facts: { absent_twice: [1] },
    });
  });

  it('of an absent nested group stays until two complete reads have missed it (G17)', () => {
    const lab = 'dn:cn=lab,ou=groups,dc=test';
    const scene: Scene = {
      users: [person(1), person(2), person(3)],
      devs: members([0], [0]),
      references: [reference(lab)],
    };
    const first = plan(scene);
    expect(outcome(first).doubts).toEqual(['2 entry_absent', '3 entry_absent']);
    const doubts = first.doubts.map(doubt => ({ ...doubt, decision: undefined }));
    const references = new Map([[lab, ABSENT_BEFORE]]);
    expect(outcome(plan({ ...scene, current: { doubts, references } })).removed).toEqual([2, 3]);
    // A value that matched nothing before does not delay an explicit removal.
    expect(outcome(plan({ ...scene, current: { references } })).removed).toEqual([2, 3]);
    const young = { doubts, references };
    expect(outcome(plan({ ...scene, current: young, settings: { graceMs: 1_800_000 } })).doubts).toHaveLength(
      2,
    );
  });

  it('of an absent nested group stays, with any members of the AccessGroup of that group (G17)', () => {
    // Person 3 joined lab after lab was synced last; only devs has been synced since.
    const scene: Scene = {
      users: [person(1), person(2), person(3)],
      devs: members([0], [0]),
      references: [reference('dn:cn=lab,ou=groups,dc=test')],
      current: {
        managed: [GROUP, managedGroup(11, 'lab', [2])],
        groups: [...LINKED.groups, known(101, 'lab', 11)],
      },
    };
    const doubts = ['2 entry_absent', '3 entry_absent'];
    expect(outcome(plan(scene))).toMatchObject({ removed: [], doubts });
    // Person 3 moved from devs to lab while lab was hidden, and the grace has not passed.
    const references = new Map([['dn:cn=lab,ou=groups,dc=test', ABSENT_BEFORE]]);
    const hidden = { ...scene, current: { ...scene.current, references } };
    expect(outcome(plan({ ...hidden, settings: { graceMs: 1_800_000 } })).doubts).toEqual(doubts);
    expect(outcome(plan(hidden)).removed).toEqual([2, 3]);
  });

  it.each([
    ['username', { dn: 'uid=user1,ou=other,dc=test' }],
    ['place', { username: 'other' }],
  ])(
    'stays for one read when a disabled entry without an identity took the %s of a hidden one (G02)',
    (_, more) => {
      const nameless = { externalId: undefined, idIssue: 'source_id_missing', disabled: true } as const;
      const scene: Scene = {
        users: [person(1, { ...nameless, ...more }), person(2), person(3)],
        devs: members([0, 1, 2]),
      };
      const first = plan(scene);
      expect(outcome(first)).toEqual({ removed: [], doubts: ['1 entry_absent'], facts: {} });
      const doubts = first.doubts.map(doubt => ({ ...doubt, decision: undefined }));
      const later = { doubts, references: new Map([[`id:${uuid(1)}`, ABSENT_BEFORE]]) };
      expect(outcome(plan({ ...scene, current: later }))).toMatchObject({ removed: [1], doubts: [] });
    },
  );

  it('is removed at once when the account is disabled, with or without doubts', () => {
    const planned = plan({
      users: [person(1, { disabled: true }), person(2), person(3), person(9, { username: 'user1' })],
      devs: members([1, 2], [0]),
      references: [reference('name:user1', { reason: 'ambiguous_user', absent: false, candidates: [0, 3] })],
    });
    expect(outcome(planned)).toEqual({ removed: [1], doubts: [], facts: { disabled: [1] } });
  });

  it('is removed at once when the entry was found by identity outside of the configured people', () => {
    const scene: Scene = {
      users: [person(2), person(3)],
      devs: members([0, 1], [0]),
      references: [reference(dnKeyOf(1))],
    };
    const outside = new Map([[uuid(1), { dn: 'uid=user1,ou=leavers,dc=test' }]]);
    expect(outcome(plan({ ...scene, more: { outside } })).facts).toEqual({ left_scope: [1] });
    const behind = {
      references: [reference(dnKeyOf(1), { reason: 'not_a_user', absent: false, identity: uuid(1) })],
    };
    expect(outcome(plan({ ...scene, ...behind })).facts).toEqual({ left_scope: [1] });
  });

  it('whose own entry caused the membership stays until two complete reads miss the entry (G17)', () => {
    const scene: Scene = { users: [person(1), person(2)], devs: members([0, 1], [], true) };
    const first = plan(scene);
    expect(outcome(first).doubts).toEqual(['3 entry_absent']);
    expect(first.references?.appeared).toEqual([{ key: `id:${uuid(3)}`, absent: true, groups: {} }]);
    const references = new Map([[`id:${uuid(3)}`, ABSENT_BEFORE]]);
    expect(outcome(plan({ ...scene, current: { references } })).facts).toEqual({ absent_twice: [3] });
  });

  it('stays when the entry does not show the username by which a value names it', () => {
    const planned = plan({
      users: [person(1, { username: undefined }), person(2), person(3)],
      devs: members([1, 2], [0]),
      references: [reference('name:user1', { reason: 'no_directory_user' })],
    });
    expect(outcome(planned).doubts).toEqual(['1 username_unread']);
    expect(planned.links).toEqual([]);
  });

  it('is removed by a decision, and only for the doubt that was decided', () => {
    const twin = person(9, { username: 'user1' });
    const users = [person(1), person(2), person(3), twin];
    const scene: Scene = {
      users,
      devs: members([1, 2], [0]),
      references: [reference('name:user1', { reason: 'ambiguous_user', absent: false, candidates: [0, 3] })],
    };
    const [doubt] = plan(scene).doubts;
    if (doubt === undefined) throw new Error('there is no doubt to decide');
    const decided = (other: Partial<typeof doubt> = {}) => ({
      doubts: [{ ...doubt, ...other, decision: 'remove' } as const],
    });
    expect(outcome(plan({ ...scene, current: decided() })).facts).toEqual({ decided: [1] });
    for (const other of [{ keys: ['dn:cn=else'] }, { kind: 'entry_absent' } as const])
      expect(outcome(plan({ ...scene, current: decided(other) })).doubts).toHaveLength(1);
  });

  it('who was never linked is removed by a decision', () => {
    const scene: Scene = {
      users: [person(2), person(3), person(8, { username: 'user1' }), person(9, { username: 'user1' })],
      devs: members([0, 1, 2, 3]),
      current: { links: [link(2), link(3)], users: [localUser(1)] },
    };
    const [doubt] = plan(scene).doubts;
    expect(doubt).toMatchObject({ userId: 1, kind: 'ambiguous_user' });
    if (doubt === undefined) throw new Error('there is no doubt to decide');
    const doubts = [{ ...doubt, decision: 'remove' } as const];
    expect(outcome(plan({ ...scene, current: { ...scene.current, doubts } })).facts).toEqual({
      decided: [1],
    });
  });

  it('is removed by a decision if repeated reads never confirm the removal', () => {
    const scene: Scene = { users: [person(1), person(2), person(3)], devs: members([0, 1]) };
    const confirmed = new Map([[10, Int32Array.of()]]);
    const [doubt] = plan({ ...scene, circumstances: { confirmed } }).doubts;
    expect(doubt).toMatchObject({ userId: 3, kind: 'changed_during_read' });
    if (doubt === undefined) throw new Error('there is no doubt to decide');
    const doubts = [{ ...doubt, decision: 'remove' } as const];
    const decided = plan({ ...scene, current: { doubts }, circumstances: { confirmed } });
    expect(outcome(decided)).toMatchObject({ removed: [3], doubts: [], facts: { decided: [3] } });
  });

  it('is not recorded as read when a second look found another state of the group (G08)', () => {
    const scene: Scene = {
      users: [person(1), person(2), person(3)],
      devs: members([0, 1], [0]),
      references: [reference('name:new', { reason: 'no_directory_user' })],
    };
    const appeared = (confirmed: Int32Array | 'disagreed') =>
      plan({ ...scene, circumstances: { confirmed: new Map([[10, confirmed]]) } }).references?.appeared;
    expect(appeared(Int32Array.of(3))).toEqual([
      { key: 'name:new', absent: true, groups: { [uuid(100)]: true } },
    ]);
    expect(appeared(Int32Array.of())).toEqual([]);
    expect(appeared('disagreed')).toEqual([]);
  });
});
