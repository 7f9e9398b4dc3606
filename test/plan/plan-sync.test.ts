/** The plan creates, renames, updates and retires groups as the directory shows them. */
import { describe, expect, it } from 'vitest';
import type { DirectorySettings } from '../../src/model/settings.ts';
import type { DirectoryGroup } from '../../src/model/snapshot.ts';
import { planSync } from '../../src/plan/plan-sync.ts';
import { isPending } from '../../src/plan/report/describe-plan.ts';
import { current } from '../support/given/current.ts';
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
  uuid,
} from '../support/given/values.ts';

const PEOPLE = [1, 2, 3, 4, 5].map(n => person(n));
const LINKS = [1, 2, 3, 4, 5].map(n => link(n));

function plan(
  groups: DirectoryGroup[],
  state: Parameters<typeof current>[0] = {},
  settings: Partial<DirectorySettings> = {},
) {
  return planSync(snapshot(PEOPLE, groups), current({ links: LINKS, ...state }), directory(settings));
}

/** A change without the parts that few tests need. */
function brief(planned: ReturnType<typeof plan>) {
  return planned.changes.map(({ kind, name, add, remove, reason }) => ({
    kind,
    name,
    add: [...add],
    remove: [...remove],
    ...(reason !== undefined && { reason }),
  }));
}

const devs = (...members: number[]) => directoryGroup(100, 'devs', complete(...members));
const linkedDevs = (...members: number[]) => ({
  managed: [managedGroup(1, 'devs', members)],
  groups: [known(100, 'devs', 1)],
});

describe('the plan', () => {
  it('creates a managed group with its members, type and projects', () => {
    const planned = plan([devs(0, 1)], {}, { mappings: [mapping({ type: 100, projects: ['api'] })] });
    expect(brief(planned)).toEqual([{ kind: 'create', name: 'devs', add: [1, 2], remove: [] }]);
    expect(planned.changes[0]).toMatchObject({ team: 'platform', setType: 100, setProjects: ['api'] });
    expect(planned.states).toEqual([
      {
        externalId: uuid(100),
        dn: devs().dn,
        cn: 'devs',
        mapping: 'platform/{cn}',
        state: 'linked',
        reason: undefined,
        missedReads: 0,
      },
    ]);
  });

  it('has no change for a group that is in sync', () => {
    const planned = plan([devs(0, 1)], linkedDevs(1, 2));
    expect(planned).toMatchObject({ changes: [], states: [], links: [], counts: { unchanged: 1 } });
    expect(isPending(planned)).toBe(false);
  });

  it('a membership deleted with SQL is added again, one added with SQL is removed (F74)', () => {
    expect(brief(plan([devs(0, 1)], linkedDevs(1, 3)))).toEqual([
      { kind: 'update', name: 'devs', add: [2], remove: [3] },
    ]);
  });

  it('a group renamed in the directory is renamed in place, members and all (A16, F37)', () => {
    const renamed = directoryGroup(100, 'developers', complete(0, 1, 2));
    const planned = plan([renamed], linkedDevs(1, 2));
    expect(brief(planned)).toEqual([{ kind: 'rename', name: 'developers', add: [3], remove: [] }]);
    expect(planned.changes[0]).toMatchObject({ accessGroupId: 1, previousName: 'devs' });
  });

  it('a group that moved keeps everything; only its DN is noted (B1)', () => {
    const moved = { ...devs(0), dn: 'cn=devs,ou=teams,ou=groups,dc=test' };
    const planned = plan([moved], linkedDevs(1));
    expect(planned.changes).toEqual([]);
    expect(planned.states).toMatchObject([{ dn: moved.dn, state: 'linked' }]);
  });

  it('long names that begin alike become two groups (A1, F41)', () => {
    const long = (n: number) => directoryGroup(n, 'x'.repeat(60) + 'y'.repeat(n), complete());
    const names = plan([
      { ...long(100), externalId: 'aaaaaaaa-0000-4000-8000-000000000001' },
      long(101),
    ]).changes.map(change => change.name);
    expect(new Set(names).size).toBe(2);
    expect(names.every(name => Array.from(name).length === 64)).toBe(true);
  });

  it('a short form that is taken is a conflict like any other (A4)', () => {
    const long = directoryGroup(100, 'x'.repeat(100), complete(0));
    const manual = [{ id: 9, teamId: 1, name: `${'x'.repeat(55)}~00000000`, type: 50, managed: false }];
    expect(brief(plan([long], { manual }))).toMatchObject([
      { kind: 'conflict', reason: 'name_conflict_manual' },
    ]);
  });

  it('an unusable name blocks a new group; a linked group keeps its name and its members are still synced (A6)', () => {
    const bad = directoryGroup(100, 'bad\u0000name', complete(0, 1));
    expect(brief(plan([bad]))).toMatchObject([{ kind: 'conflict', reason: 'name_invalid' }]);
    expect(brief(plan([bad], linkedDevs(1)))).toMatchObject([{ kind: 'update', name: 'devs', add: [2] }]);
  });

  it('a group without the naming attribute is blocked by name, not named after something else (A9)', () => {
    const nameless = { ...devs(0), name: undefined, attributes: {} };
    const [change] = plan([nameless]).changes;
    expect(change).toMatchObject({ kind: 'conflict', reason: 'name_invalid' });
    expect(change?.explanation).toContain('{cn}');
  });

  it('equal names in two OUs are both in conflict, and no user gets the rights of the other group (A13, F39)', () => {
    const two = [devs(0), { ...directoryGroup(101, 'devs', complete(1)), dn: 'cn=devs,ou=other,dc=test' }];
    expect(brief(plan(two)).map(change => change.reason)).toEqual(['name_conflict_new', 'name_conflict_new']);
  });

  it('the name of a manual group is never taken over (F65)', () => {
    const manual = [{ id: 9, teamId: 1, name: 'devs', type: 0, managed: false }];
    const planned = plan([devs(0)], { manual });
    expect(brief(planned)).toEqual([
      { kind: 'conflict', name: 'devs', add: [], remove: [], reason: 'name_conflict_manual' },
    ]);
    expect(planned.states).toMatchObject([{ state: 'conflict', reason: 'name_conflict_manual' }]);
  });

  it('a group whose members could not be read is left as it is (F01, F07)', () => {
    const unknown = directoryGroup(100, 'renamed', {
      kind: 'unknown',
      reason: 'a nested group could not be read',
    });
    const planned = plan([unknown, directoryGroup(101, 'ops', complete(0))], linkedDevs(1, 2));
    expect(brief(planned)).toMatchObject([
      { kind: 'create', name: 'ops' },
      { kind: 'unknown', add: [], remove: [], reason: 'members_unknown' },
    ]);
    expect(planned.states.map(state => state.externalId)).toEqual([uuid(101)]);
  });

  it('a group that was missing is linked again and its members are synced (B3)', () => {
    const state = { ...linkedDevs(), groups: [known(100, 'devs', 1, { state: 'missing', missedReads: 2 })] };
    const planned = plan([devs(0, 1)], state);
    expect(brief(planned)).toEqual([{ kind: 'update', name: 'devs', add: [1, 2], remove: [] }]);
    expect(planned.states).toMatchObject([{ state: 'linked', missedReads: 0 }]);
  });

  it('another group under the same DN inherits nothing (B4, F42)', () => {
    const reborn = { ...devs(0), externalId: uuid(200) };
    const planned = plan([reborn], linkedDevs(1, 2));
    expect(brief(planned)).toMatchObject([
      { kind: 'conflict', reason: 'uuid_changed' },
      { kind: 'missing', remove: [] },
    ]);
  });

  it('groups whose identity is in doubt are unknown, and doubt is not absence (B7, B8)', () => {
    const nameless: DirectoryGroup = { ...devs(), externalId: undefined, idIssue: 'source_id_missing' };
    const planned = plan([nameless, directoryGroup(101, 'ops', complete())], linkedDevs(1));
    expect(planned.counts).toMatchObject({ unknown: 1, missing: 0, remove: 0 });
  });

  it('type and projects belong to the team once the group exists, unless the mapping enforces them (B14)', () => {
    const state = linkedDevs(1);
    expect(plan([devs(0)], state, { mappings: [mapping({ type: 100, projects: ['api'] })] }).changes).toEqual(
      [],
    );
    const enforcing = mapping({ type: 100, projects: ['web', 'api'], enforce: ['type', 'projects'] });
    const [change] = plan([devs(0)], state, { mappings: [enforcing] }).changes;
    expect(change).toMatchObject({ kind: 'update', setType: 100, setProjects: ['web', 'api'] });
  });

  it('a team that does not exist is a conflict with its remedy, or is created with createTeam (B16)', () => {
    const [change] = plan([devs(0)], {}, { mappings: [mapping({ team: 'gone' })] }).changes;
    expect(change).toMatchObject({ kind: 'conflict', reason: 'team_missing' });
    expect(change?.explanation).toContain('createTeam');
    const planned = plan([devs(0)], {}, { mappings: [mapping({ team: 'gone', createTeam: true })] });
    expect(planned.newTeams).toEqual(['gone']);
    expect(brief(planned)).toMatchObject([{ kind: 'create', add: [1] }]);
  });

  it('a released group stays released when it is seen again (B19)', () => {
    const state = { managed: [], groups: [known(100, 'devs', undefined, { state: 'released' as const })] };
    expect(plan([devs(0)], state)).toMatchObject({ changes: [], states: [], forgotten: [] });
  });

  it('with merge, several directory groups feed one AccessGroup, and a person who leaves one stays because of the other (A22, F59)', () => {
    const both = [
      devs(0),
      { ...directoryGroup(101, 'devs', complete(0, 1)), dn: 'cn=devs,ou=other,dc=test' },
    ];
    const settings = { mappings: [mapping({ merge: true })] };
    expect(brief(plan(both, {}, settings))).toEqual([
      { kind: 'create', name: 'devs', add: [1, 2], remove: [] },
    ]);
    const groups = [known(100, 'devs', 1), known(101, 'devs', 1, { dn: 'cn=devs,ou=other,dc=test' })];
    const state = { managed: [managedGroup(1, 'devs', [1, 2])], groups };
    const after = [
      devs(),
      { ...directoryGroup(101, 'devs', complete(0, 1)), dn: 'cn=devs,ou=other,dc=test' },
    ];
    expect(plan(after, state, settings).changes).toEqual([]);
  });

  it('protected people are neither added nor removed (F70)', () => {
    const planned = plan([devs(0, 1)], { ...linkedDevs(3, 4), protectedIds: Int32Array.from([2, 4]) });
    expect(brief(planned)).toEqual([{ kind: 'update', name: 'devs', add: [1], remove: [3] }]);
  });

  it('member values without a user are unresolved with their reason until they have one (C16, C27)', () => {
    const value = 'cn=nobody,dc=test';
    const unresolved = [{ value, reason: 'out_of_scope' as const }];
    const group = directoryGroup(100, 'devs', { ...complete(0), unresolved });
    const row = { groupExternalId: uuid(100), member: value, reason: 'out_of_scope' };
    expect(plan([group]).unresolved).toMatchObject({ appeared: [row], resolved: [] });
    expect(plan([group], { unresolved: [row] }).unresolved).toMatchObject({ appeared: [], resolved: [] });
    expect(plan([devs(0)], { unresolved: [row] }).unresolved).toMatchObject({
      appeared: [],
      resolved: [row],
    });
  });

  it('groups of another directory and manual groups are in no plan (F19)', () => {
    const manual = [{ id: 9, teamId: 1, name: 'hand', type: 50, managed: false }];
    const planned = plan([devs(0)], { ...linkedDevs(1), manual });
    expect(planned.changes).toEqual([]);
  });

  it('a partial read proves nothing about the groups it did not ask for', () => {
    const state = current({
      links: LINKS,
      managed: [managedGroup(1, 'devs', [1]), managedGroup(2, 'ops', [2])],
      groups: [known(100, 'devs', 1), known(101, 'ops', 2)],
    });
    const planned = planSync(snapshot(PEOPLE, [devs(0, 1)], { whole: false }), state, directory());
    expect(brief(planned)).toEqual([{ kind: 'update', name: 'devs', add: [2], remove: [] }]);
  });
});
