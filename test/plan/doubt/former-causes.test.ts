import { describe, expect, it } from 'vitest';
import type { KnownReference } from '../../../src/model/doubt.ts';
import type { GroupCauses, Snapshot } from '../../../src/model/snapshot.ts';
import { causesToKeep, formerCauses } from '../../../src/plan/doubt/former-causes.ts';
import { finish } from '../../../src/steps/steps.ts';
import { current } from '../../support/given/current.ts';
import { complete, directoryGroup, snapshot, uuid } from '../../support/given/values.ts';

const dnOf = (n: number) => directoryGroup(n, `g${n}`, complete()).dn;

/** By the number of a group, the numbers of the groups that it shows as members. Groups up to 9 are mapped. */
function read(shown: Readonly<Record<number, readonly number[]>>, more: Partial<Snapshot> = {}): Snapshot {
  const numbers = Object.keys(shown).map(Number);
  const groups = numbers.map(n =>
    directoryGroup(n, `g${n}`, complete(), { mapping: n < 10 ? 0 : undefined }),
  );
  const causes = new Map<string, GroupCauses>(
    numbers.map(n => [
      dnOf(n),
      { externalId: uuid(n), nested: (shown[n] ?? []).map(dnOf), urls: [], bitStrings: [] },
    ]),
  );
  return snapshot([], groups, { causes, ...more });
}

const keyOf = (n: number) => `nested:${uuid(n)}:${dnOf(n)}`;

function stored(owners: Readonly<Record<number, readonly number[]>>) {
  const references = new Map<string, KnownReference>(
    Object.entries(owners).map(([nested, groups]) => [
      keyOf(Number(nested)),
      {
        absent: false,
        ageMs: 0,
        repeated: true,
        groups: Object.fromEntries(groups.map(n => [uuid(n), true])),
      },
    ]),
  );
  return { ...current(), references };
}

function kept(...given: Parameters<typeof causesToKeep>): Record<string, string[]> {
  return Object.fromEntries(
    Array.from(finish(causesToKeep(...given)), ([key, owners]) => [key, [...owners]]),
  );
}

describe('the causes of memberships', () => {
  it('are stored once for each group that shows them, however many groups contain that group', () => {
    const seen = read({ 1: [10], 2: [10], 3: [10], 10: [11], 11: [], 12: [11] });
    expect(kept(seen, current(), new Set())).toEqual({
      [keyOf(10)]: [1, 2, 3].map(n => uuid(n)),
      [keyOf(11)]: [uuid(10)],
    });
  });

  it('follow from what the groups at all levels showed before (G01)', () => {
    const seen = read({ 1: [], 2: [10], 10: [] });
    const formerOf = formerCauses(seen, stored({ 10: [1, 2], 11: [10] }));
    const former = seen.groups.map(group => formerOf([group]).dns);
    expect(former).toEqual([[dnOf(10), dnOf(11)], [dnOf(11)], [dnOf(11)]]);
  });

  it('follow in the same way from those that were stored with all groups above', () => {
    const seen = read({ 1: [] });
    const [group] = seen.groups;
    const formerOf = formerCauses(seen, stored({ 10: [1], 11: [1] }));
    expect(formerOf(group ? [group] : []).dns).toEqual([dnOf(10), dnOf(11)]);
  });

  it('stay stored until the server has denied them for a group that has them (G01)', () => {
    const before = stored({ 10: [1, 2], 11: [10] });
    const one = read({ 1: [], 2: [], 10: [] }, { causesDenied: new Set([uuid(1)]) });
    expect(kept(one, before, new Set())).toEqual({ [keyOf(10)]: [uuid(2)], [keyOf(11)]: [uuid(10)] });
    expect(Object.keys(kept(one, before, new Set([uuid(1)])))).toHaveLength(2);
    const other = read({ 1: [10, 11], 2: [10], 10: [], 11: [] }, { causesDenied: new Set([uuid(1)]) });
    expect(kept(other, before, new Set())[keyOf(11)]).toEqual([uuid(1), uuid(10)]);
    const both = { ...one, causesDenied: new Set([uuid(1), uuid(2)]) };
    expect(kept(both, before, new Set())).toEqual({});
  });
});
