/** Frozen groups: the state of the directory is recorded, and nothing about the AccessGroup is planned. */
import { describe, expect, it } from 'vitest';
import type { Members } from '../../../src/model/snapshot.ts';
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

const HELD = current({
  managed: [managedGroup(1, 'devs', [1, 2])],
  groups: [known(10, 'devs', 1, { frozen: true })],
  links: [link(1), link(2), link(3)],
});
const PEOPLE = [person(1), person(2), person(3)];
const plan = (members: Members, name = 'devs', state = HELD, settings = directory()) =>
  planSync(snapshot(PEOPLE, [directoryGroup(10, name, members)]), state, settings);

describe('a frozen group', () => {
  it.each([
    ['other members', complete(2), 'devs'],
    ['another name', complete(0, 1), 'developers'],
    ['no member left', complete(), 'devs'],
    ['members that could not be read', { kind: 'unknown', reason: 'range failed' } as const, 'devs'],
  ])('is unchanged with %s', (_, members, name) => {
    const { changes, counts, unresolved } = plan(members, name);
    expect(changes).toEqual([]);
    expect(counts).toMatchObject({ frozen: 1, unchanged: 0, add: 0, remove: 0 });
    expect(unresolved).toMatchObject({ appeared: [], resolved: [] });
  });

  it('is remembered under its new DN', () => {
    expect(plan(complete(0, 1), 'developers').states).toMatchObject([
      { dn: 'cn=developers,ou=groups,dc=test', cn: 'developers', state: 'linked' },
    ]);
  });

  it('keeps its name, which no other group gets', () => {
    const read = snapshot(PEOPLE, [
      directoryGroup(10, 'developers', complete(0, 1)),
      directoryGroup(11, 'devs', complete(2)),
    ]);
    const { changes } = planSync(read, HELD, directory());
    expect(changes).toMatchObject([{ kind: 'conflict', name: 'devs', reason: 'name_conflict_managed' }]);
  });

  it('is not retired when it disappears, and is reported as missing', () => {
    const other = managedGroup(2, 'ops', [3]);
    const state = current({
      managed: [managedGroup(1, 'devs', [1, 2]), other],
      groups: [known(10, 'devs', 1, { frozen: true, missedReads: 1, state: 'missing' }), known(11, 'ops', 2)],
      links: [link(1), link(2), link(3)],
    });
    const read = snapshot(PEOPLE, [directoryGroup(11, 'ops', complete(2))]);
    const { changes, states, counts } = planSync(read, state, directory());
    expect(changes).toEqual([]);
    expect(states).toMatchObject([{ state: 'missing', missedReads: 2 }]);
    expect(counts).toMatchObject({ frozen: 1, missing: 0, retire: 0 });
  });

  it('stays as it is when a new source joins a merged one (F60)', () => {
    const settings = directory({ mappings: [mapping({ name: 'all', merge: true })] });
    const state = current({
      managed: [managedGroup(1, 'all', [1, 2])],
      groups: [known(10, 'devs', 1, { frozen: true, mapping: 'platform/all' })],
      links: [link(1), link(2), link(3)],
    });
    const read = snapshot(PEOPLE, [
      directoryGroup(10, 'devs', complete(0, 1)),
      directoryGroup(11, 'ops', complete(2)),
    ]);
    expect(planSync(read, state, settings).changes).toEqual([]);
  });
});
