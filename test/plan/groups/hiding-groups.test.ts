/** A group entry without an identity may be a group that is not found. */
import { describe, expect, it } from 'vitest';
import type { KnownGroup } from '../../../src/model/current.ts';
import type { KnownReference } from '../../../src/model/doubt.ts';
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
  person,
  snapshot,
  uuid,
} from '../../support/given/values.ts';

const KEY = 'entry:dn:cn=crew,ou=groups,dc=test';
const MISSED = { state: 'missing', reason: 'not_found', missedReads: 1 } as const;
const CREW = nameless('crew');

function nameless(name: string): DirectoryGroup {
  return directoryGroup(0, name, complete(0), { externalId: undefined, idIssue: 'source_id_missing' });
}

/** Plans a read that does not find "devs". `before`: the groups that the entry "crew" may be, as the last read stored. */
function plan(
  row: Partial<KnownGroup>,
  before?: KnownReference['groups'],
  shown: readonly DirectoryGroup[] = [CREW],
) {
  const references = new Map(
    before === undefined ? [] : [[KEY, { absent: false, ageMs: 1, repeated: true, groups: before }]],
  );
  const state = current({
    managed: [managedGroup(1, 'devs', [1, 2]), managedGroup(2, 'ops', [1])],
    groups: [known(100, 'devs', 1, row), known(101, 'ops', 2)],
    links: [link(1), link(2)],
    references,
  });
  const planned = planSync(
    snapshot([person(1), person(2)], [directoryGroup(101, 'ops', complete(0)), ...shown]),
    state,
    directory(),
  );
  return {
    change: planned.changes.find(({ name }) => name === 'devs'),
    state: planned.states.find(({ cn }) => cn === 'devs'),
    stored: planned.references?.appeared.find(({ key }) => key === KEY),
    resolved: planned.references?.resolved,
  };
}

describe('a group that is not found', () => {
  it('is marked as missing, and may be an entry that is found for the first time (G01)', () => {
    const { change, state, stored } = plan({});
    expect(change).toMatchObject({ kind: 'missing', remove: new Int32Array(0) });
    expect(state).toMatchObject({ state: 'missing', missedReads: 1 });
    expect(stored?.groups).toEqual({ [uuid(100)]: true });
  });

  it('keeps its members while such an entry is there, also if it was missed before (G01)', () => {
    for (const before of [{ [uuid(100)]: true }, undefined]) {
      const { change, state } = plan(MISSED, before);
      expect(change).toMatchObject({ kind: 'unknown', reason: 'scope_unread', remove: new Int32Array(0) });
      expect(change?.explanation).toContain('"cn=crew,ou=groups,dc=test" shows no');
      expect(state).toBeUndefined();
    }
  });

  it('loses its members if the entry showed no identity already when the group was found (G01)', () => {
    expect(plan({}, {}).stored).toBeUndefined();
    expect(plan(MISSED, {}).change).toMatchObject({ kind: 'retire', remove: Int32Array.of(1, 2) });
  });

  it('loses its members when the entry is gone, or shows another identity (G01)', () => {
    const { change, resolved } = plan(MISSED, { [uuid(100)]: true }, []);
    expect(change).toMatchObject({ kind: 'retire', remove: Int32Array.of(1, 2) });
    expect(resolved).toEqual([KEY]);
    const other = plan(MISSED, { [uuid(100)]: true }, [directoryGroup(102, 'crew', complete(0))]);
    expect(other.change).toMatchObject({ kind: 'retire', remove: Int32Array.of(1, 2) });
  });

  it('keeps its members if several entries show its identity (G01)', () => {
    const shared = directoryGroup(0, 'crew', complete(0), {
      externalId: undefined,
      idIssue: 'duplicate_id',
      sharedId: uuid(100),
    });
    expect(plan(MISSED, undefined, [shared]).change).toBeUndefined();
  });
});
