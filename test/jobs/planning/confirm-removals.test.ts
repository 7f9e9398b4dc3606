/** Removals are confirmed by further reads if the directory changed during the read. */
import { describe, expect, it } from 'vitest';
import { DirectoryError } from '../../../src/errors.ts';
import { planRead } from '../../../src/jobs/planning/plan-directory.ts';
import type { ReadDirectory, ReadOptions } from '../../../src/jobs/planning/plan-ports.ts';
import type { DirectoryGroup, Snapshot } from '../../../src/model/snapshot.ts';
import { prepare } from '../../../src/plan/lookup-request.ts';
import { finish } from '../../../src/steps/steps.ts';
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

const PEOPLE = [person(1), person(2), person(3)];
const STATE = current({
  managed: [managedGroup(10, 'devs', [1, 2, 3])],
  groups: [known(100, 'devs', 10)],
  links: [link(1), link(2), link(3)],
});

const devs = (...users: number[]): DirectoryGroup => directoryGroup(100, 'devs', complete(...users));
const moving = (groups: readonly DirectoryGroup[], more: Partial<Snapshot> = {}) =>
  snapshot(PEOPLE, groups, { stable: false, marker: 'csn 2', ...more });
const again = (groups: readonly DirectoryGroup[], more: Partial<Snapshot> = {}) =>
  moving(groups, { whole: false, ...more });

/**
 * Plans a first read and the further looks, and returns the requests to the directory. The server denies all values of
 * removed members, except those of `undenied`.
 */
async function plan(
  [first, ...looks]: readonly [Snapshot, ...(Snapshot | 'behind')[]],
  state = STATE,
  changed: Parameters<typeof directory>[0] = {},
  undenied: ReadonlySet<string> = new Set(),
) {
  const settings = directory(changed);
  const asked: ReadOptions[] = [];
  const readDirectory: ReadDirectory = async (_, options) => {
    if (options.targets?.denials) return again([], { undenied });
    const read = looks[asked.length];
    asked.push(options);
    if (read === undefined) throw new Error(`look ${asked.length} was not expected`);
    if (read === 'behind') throw new DirectoryError('busy', 'The replica lags behind.');
    return read;
  };
  const prepared = finish(prepare(first, settings));
  const planned = await planRead(readDirectory, { snapshot: first, prepared, current: state, settings });
  const [change] = planned.plan.changes.filter(({ kind }) => kind !== 'doubt');
  const doubts = planned.plan.doubts.map(({ userId, kind }) => `${userId} ${kind}`);
  return { asked, kind: change?.kind, reason: change?.reason, removed: [...(change?.remove ?? [])], doubts };
}

describe('a removal from a directory that changes during the read', () => {
  it('is not read again if the marker did not change', async () => {
    const planned = await plan([moving([devs(0, 1)], { stable: true })]);
    expect(planned).toMatchObject({ removed: [3], doubts: [] });
    expect(planned.asked).toEqual([]);
  });

  it('keeps the member if the server does not deny the value, with or without a second look', async () => {
    const hidden = new Set(['10/3']);
    for (const reads of [
      [moving([devs(0)], { stable: true })],
      [moving([devs(0)]), again([devs(0)])],
    ] as const)
      expect(await plan(reads, STATE, {}, hidden)).toMatchObject({
        removed: [2],
        doubts: ['3 value_unread'],
      });
  });

  it('is read again from another server with secondOpinion, even if the directory did not change (G08)', async () => {
    const still = moving([devs(0, 1)], { stable: true });
    const planned = await plan([still, again([devs(0, 1)])], STATE, { secondOpinion: true });
    expect(planned).toMatchObject({ removed: [3], doubts: [] });
    expect(planned.asked[0]).toMatchObject({ avoid: still.server, targets: { people: [uuid(3)] } });
  });

  it('is not searched if no member would be removed', async () => {
    expect((await plan([moving([devs(0, 1, 2)])])).asked).toEqual([]);
  });

  it('is applied if a second look agrees, which reads the whole group and the person by identity (G08)', async () => {
    const planned = await plan([moving([devs(0, 1)]), again([devs(0, 1)])]);
    expect(planned).toMatchObject({ removed: [3], doubts: [] });
    expect(planned.asked[0]).toEqual({
      targets: { groups: [uuid(100)], people: [uuid(3)] },
      position: 'csn 2',
    });
  });

  it('is not applied if two further looks agree on another answer (G08)', async () => {
    const planned = await plan([moving([devs(0)]), again([devs(0, 1)]), again([devs(0, 1)])]);
    expect(planned).toMatchObject({ kind: 'update', removed: [3], doubts: ['2 changed_during_read'] });
  });

  it('adds no member to the group if further reads agree on another answer (G08)', async () => {
    const state = { ...STATE, managed: [managedGroup(10, 'devs', [1, 2])] };
    expect(await plan([moving([devs(0, 2)]), again([devs(0, 1)]), again([devs(0, 1)])], state)).toEqual(
      expect.objectContaining({ kind: undefined, doubts: ['2 changed_during_read'] }),
    );
    expect(await plan([moving([devs(0, 2)]), again([devs(0, 2)])], state)).toMatchObject({
      kind: 'update',
      removed: [2],
    });
  });

  it('leaves the group unchanged if three looks disagree, with a warning (G08)', async () => {
    const planned = await plan([
      moving([devs(0)]),
      again([devs(0, 1)]),
      again([devs(1)]),
      again([devs(0, 2)]),
    ]);
    expect(planned).toMatchObject({ kind: 'unknown', reason: 'changed_during_read', removed: [] });
  });

  it('leaves the group unchanged if further looks do not find it or cannot read it (G06)', async () => {
    const unreadable = directoryGroup(100, 'devs', { kind: 'unknown', reason: 'busy' });
    const looks = [again([]), again([unreadable]), again([])];
    expect(await plan([moving([devs(0)]), ...looks])).toMatchObject({ kind: 'unknown', removed: [] });
  });

  it('is not applied if the second server lags, and the run does not fail (G07)', async () => {
    const planned = await plan([moving([devs(0, 1)]), 'behind', again([devs(0, 1)])]);
    expect(planned).toMatchObject({ removed: [3], doubts: [] });
    expect(await plan([moving([devs(0, 1)]), 'behind', 'behind', 'behind'])).toMatchObject({
      kind: 'unknown',
      removed: [],
    });
  });

  it('of a retired group is not applied if a further look finds the group', async () => {
    const state = { ...STATE, groups: [known(100, 'devs', 10, { state: 'missing', missedReads: 1 })] };
    const others = [directoryGroup(200, 'ops', complete(0))];
    const found = again([devs(0, 1, 2)]);
    const absent = snapshot([], [], { whole: false });
    expect(await plan([moving(others), absent, found, found, found], state)).toMatchObject({
      reason: 'changed_during_read',
      removed: [],
    });
    const gone = await plan([moving(others), absent, again([])], state);
    const scope = new Map([[uuid(100), undefined]]);
    expect(gone.removed).toEqual([1, 2, 3]);
    expect(gone.asked[0]?.targets).toMatchObject({ groups: [], people: [], scope });
    expect(gone.asked[1]?.targets).toMatchObject({ groups: [uuid(100)], scope });
  });

  it('of a retired group is not applied while it is unknown whether the group is out of scope', async () => {
    const state = { ...STATE, groups: [known(100, 'devs', 10, { state: 'missing', missedReads: 1 })] };
    const read = snapshot(PEOPLE, [directoryGroup(200, 'ops', complete(0))]);
    const unclearGroups = new Map([[uuid(100), 'it is there']]);
    const planned = await plan([read, snapshot([], [], { whole: false, unclearGroups })], state);
    expect(planned).toMatchObject({ kind: 'unknown', reason: 'scope_unread', removed: [] });
    expect(await plan([read, 'behind'], state)).toMatchObject({ kind: 'unknown', removed: [] });
    expect(await plan([read, snapshot([], [], { whole: false })], state)).toMatchObject({
      kind: 'retire',
      removed: [1, 2, 3],
    });
  });

  it('searches the identity of a person in doubt whose entry was not read, and treats the result as a fact', async () => {
    const absent = {
      key: 'dn:uid=user3,ou=people,dc=test',
      value: 'uid=user3',
      reason: 'dangling_dn',
    } as const;
    const references = [{ ...absent, absent: true, candidates: [] }];
    const group = directoryGroup(100, 'devs', { ...complete(0, 1), references: Int32Array.of(0) });
    const read = snapshot(PEOPLE.slice(0, 2), [group], { references });
    const outside = new Map([[uuid(3), { dn: 'uid=user3,ou=leavers,dc=test' }]]);
    const planned = await plan([read, snapshot([], [], { whole: false, outside })]);
    expect(planned).toMatchObject({ removed: [3], doubts: [] });
    expect(planned.asked[0]?.targets).toEqual({ groups: [], people: [uuid(3)] });
    const nowhere = await plan([read, snapshot([], [], { whole: false })]);
    expect(nowhere).toMatchObject({ removed: [], doubts: ['3 entry_absent'] });
  });
});
