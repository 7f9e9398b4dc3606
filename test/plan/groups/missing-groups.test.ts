/** A group that is not found is marked first, and loses its members with the second complete read. */
import { describe, expect, it } from 'vitest';
import type { KnownGroup } from '../../../src/model/current.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
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

const OTHER = directoryGroup(101, 'ops', complete(0));

/** The group "devs" with members 1 and 2 is known; the directory shows "ops", or the given groups. */
function planWithout(
  row: Partial<KnownGroup>,
  settings: Partial<DirectorySettings> = {},
  groups = [OTHER],
  protectedIds: number[] = [],
) {
  const state = current({
    managed: [managedGroup(1, 'devs', [1, 2])],
    groups: [known(100, 'devs', 1, row)],
    links: [link(1), link(2)],
    protectedIds: Int32Array.from(protectedIds),
  });
  return planSync(snapshot([person(1), person(2)], groups), state, directory(settings));
}

const ofDevs = (planned: ReturnType<typeof planWithout>) =>
  planned.changes.find(change => change.name === 'devs');
const stateOfDevs = (planned: ReturnType<typeof planWithout>) =>
  planned.states.find(state => state.cn === 'devs');

describe('groups that a whole read did not find', () => {
  it('the first time, the group is marked and its members stay (B2)', () => {
    const planned = planWithout({});
    expect(ofDevs(planned)).toMatchObject({ kind: 'missing', remove: new Int32Array(0) });
    expect(stateOfDevs(planned)).toMatchObject({ state: 'missing', missedReads: 1, reason: 'not_found' });
  });

  it('the second time, its members go and its row stays (B2)', () => {
    const planned = planWithout({ state: 'missing', reason: 'not_found', missedReads: 1 });
    expect(ofDevs(planned)).toMatchObject({
      kind: 'retire',
      remove: Int32Array.of(1, 2),
      deleteGroup: false,
    });
    expect(stateOfDevs(planned)).toMatchObject({ state: 'missing', missedReads: 2 });
  });

  it('it stays missing until guard.grace is over as well (A11)', () => {
    const missed = { state: 'missing', reason: 'not_found', missedReads: 1 } as const;
    const young = planWithout({ ...missed, missingMs: 900_000 }, { graceMs: 1_800_000 });
    expect(ofDevs(young)).toBeUndefined();
    expect(stateOfDevs(young)).toBeUndefined();
    const old = planWithout({ ...missed, missingMs: 1_800_000 }, { graceMs: 1_800_000 });
    expect(ofDevs(old)).toMatchObject({ kind: 'retire', remove: Int32Array.of(1, 2) });
  });

  it('protected people stay in any case (F70)', () => {
    const planned = planWithout({ state: 'missing', reason: 'not_found', missedReads: 1 }, {}, [OTHER], [2]);
    expect(ofDevs(planned)).toMatchObject({
      kind: 'retire',
      remove: Int32Array.of(1),
      desired: Int32Array.of(2),
    });
  });

  it('a group that is kept because of protected people is not deleted again in every run (F70)', () => {
    const settings = { onMissingGroup: 'delete' } as const;
    const gone = { state: 'missing', reason: 'not_found', missedReads: 2 } as const;
    expect(ofDevs(planWithout(gone, settings, [OTHER], [2]))).toMatchObject({
      remove: Int32Array.of(1),
      deleteGroup: false,
    });
    expect(ofDevs(planWithout(gone, settings, [OTHER], [1, 2]))).toBeUndefined();
  });

  it('onMissingGroup: keep removes no member, delete removes the group as well', () => {
    const gone = { state: 'missing', reason: 'not_found', missedReads: 1 } as const;
    expect(ofDevs(planWithout(gone, { onMissingGroup: 'keep' }))).toBeUndefined();
    expect(ofDevs(planWithout(gone, { onMissingGroup: 'delete' }))).toMatchObject({
      kind: 'retire',
      deleteGroup: true,
    });
  });

  it('once retired, a group that stays away is not mentioned again', () => {
    const planned = planSync(
      snapshot([person(1)], [OTHER]),
      current({
        managed: [managedGroup(1, 'devs', [])],
        groups: [known(100, 'devs', 1, { state: 'missing', reason: 'not_found', missedReads: 2 })],
      }),
      directory(),
    );
    expect(ofDevs(planned)).toBeUndefined();
    expect(stateOfDevs(planned)).toBeUndefined();
  });

  it('a group that a narrower filter leaves out is distinguished from one that disappeared (F75)', () => {
    const outside = directoryGroup(100, 'devs', complete(0, 1), { mapping: undefined });
    const planned = planWithout({}, {}, [OTHER, outside]);
    expect(planned.counts).toMatchObject({ outOfScope: 1, missing: 1 });
    expect(stateOfDevs(planned)).toMatchObject({ state: 'out_of_scope', reason: 'filtered_out' });
  });

  it('without its mapping a group is frozen and shown, however often it is missed (B12)', () => {
    const settings = { mappings: [mapping({ name: 'other-{cn}' })] };
    const planned = planWithout({ missedReads: 1, state: 'missing' }, settings);
    expect(ofDevs(planned)).toBeUndefined();
    expect(stateOfDevs(planned)).toMatchObject({ state: 'out_of_scope', reason: 'mapping_removed' });
  });

  it('a group that never had an AccessGroup is forgotten', () => {
    const planned = planSync(
      snapshot([person(1)], [OTHER]),
      current({
        groups: [known(100, 'devs', undefined, { state: 'conflict', reason: 'name_conflict_manual' })],
      }),
      directory(),
    );
    expect(planned.forgotten).toEqual([known(100, 'devs', undefined).externalId]);
  });

  it('one source of a merged group that is not found removes no member until two complete reads missed it (B2)', () => {
    const settings = directory({ mappings: [mapping({ merge: true })] });
    const groups = (missedReads: number) => [known(100, 'devs', 1), known(101, 'devs', 1, { missedReads })];
    const stateOf = (missedReads: number) =>
      current({
        managed: [managedGroup(1, 'devs', [1, 2])],
        groups: groups(missedReads),
        links: [link(1), link(2)],
      });
    const shown = [directoryGroup(100, 'devs', complete(0))];
    const first = planSync(snapshot([person(1), person(2)], shown), stateOf(0), settings);
    expect(ofDevs(first)).toMatchObject({
      kind: 'unknown',
      reason: 'source_missing',
      remove: new Int32Array(0),
    });
    const second = planSync(snapshot([person(1), person(2)], shown), stateOf(1), settings);
    expect(ofDevs(second)).toMatchObject({ kind: 'update', remove: Int32Array.of(2) });
  });

  it('a resync of one source of a merged group by hand removes no member of the other sources', () => {
    const state = current({
      managed: [managedGroup(1, 'devs', [1, 2])],
      groups: [known(100, 'devs', 1), known(101, 'devs', 1, { missedReads: 2 })],
      links: [link(1), link(2)],
    });
    const shown = snapshot([person(1)], [directoryGroup(100, 'devs', complete(0))], { whole: false });
    const planned = planSync(shown, state, directory({ mappings: [mapping({ merge: true })] }));
    expect(ofDevs(planned)).toMatchObject({ kind: 'unknown', reason: 'source_missing' });
  });

  it('a nested group that a read of its parent found starts again, and one that it did not find keeps its count (G11, G17)', () => {
    const state = current({
      managed: [managedGroup(1, 'lab', [1]), managedGroup(2, 'gone', [1])],
      groups: [100, 102].map((n, at) =>
        known(n, ['lab', 'gone'][at] ?? '', at + 1, { state: 'missing', missedReads: 1 }),
      ),
      links: [link(1)],
    });
    const read = snapshot([person(1)], [OTHER], {
      whole: false,
      nestedGroups: [directoryGroup(100, 'devs', complete())],
    });
    const again = planSync(read, state, directory()).states.filter(({ cn }) => cn !== 'ops');
    expect(again).toMatchObject([{ cn: 'lab', state: 'linked', reason: undefined, missedReads: 0 }]);
  });
});
