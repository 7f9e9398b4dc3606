/** Nested groups are flattened, also in cycles and long chains, and an unknown group makes its parents unknown. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatten, type Nested } from '../../../src/directory/members/flatten.ts';
import { finish } from '../../../src/steps/steps.ts';

function group(users: number[], groups: number[] = [], unknown?: string): Nested {
  const nothing = { byUsername: new Int32Array(0), references: new Int32Array(0), fromEntries: false };
  return { users: Int32Array.from(users), groups: Int32Array.from(groups), ...nothing, unknown };
}

function members(groups: readonly Nested[], maxDepth = 20): (number[] | string)[] {
  const { flat } = finish(flatten(groups, maxDepth, index => `g${index}`));
  return flat.map(each => (each.kind === 'complete' ? [...each.users] : each.reason));
}

describe('flattening', () => {
  it('includes the members of nested groups, each once and in order (C21)', () => {
    expect(members([group([5, 1, 5], [1, 2]), group([3], [2]), group([1, 2])])).toEqual([
      [1, 2, 3, 5],
      [1, 2, 3],
      [1, 2],
    ]);
  });

  it('groups of a cycle have the same members, and a group may be its own member (F47)', () => {
    const groups = [group([1], [1, 0]), group([2], [2]), group([3], [0])];
    expect(members(groups)).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(finish(flatten(groups, 20, String)).cycles.map(cycle => cycle.toSorted((a, b) => a - b))).toEqual([
      [0, 1, 2],
    ]);
  });

  it('a ring of 500 groups is one level deep (F47)', () => {
    const ring = Array.from({ length: 500 }, (_, index) => group([index], [(index + 1) % 500]));
    const everybody = Array.from({ length: 500 }, (_, index) => index);
    expect(new Set(members(ring, 1).map(String))).toEqual(new Set([String(everybody)]));
  });

  it('a group that could not be read makes the groups that contain it unknown, and no others (C22)', () => {
    const groups = [group([1], [1]), group([2], [2]), group([], [], 'no range'), group([4])];
    expect(members(groups)).toEqual([
      'because of the nested group g2: no range',
      'because of the nested group g2: no range',
      'no range',
      [4],
    ]);
  });

  it('a group that exceeds maxDepth is unknown, as are the groups above it, and never partial (C21)', () => {
    const chain = [group([0], [1]), group([1], [2]), group([2], [3]), group([3])];
    const deep = 'it has 2 levels of groups below it, and groups.maxDepth is 1';
    expect(members(chain, 1)).toEqual([`because of the nested group g1: ${deep}`, deep, [2, 3], [3]]);
  });

  it('survives a chain of 20 000 groups', () => {
    const length = 20_000;
    const chain = Array.from({ length }, (_, at) =>
      group(at + 1 === length ? [7] : [], at + 1 === length ? [] : [at + 1]),
    );
    const { flat } = finish(flatten(chain, length, String));
    expect(flat[0]).toMatchObject({ kind: 'complete', users: Int32Array.from([7]) });
  });

  it('equals a separate walk for every group', () => {
    const graph = fc
      .integer({ min: 1, max: 12 })
      .chain(size =>
        fc.array(
          fc.tuple(
            fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 }),
            fc.array(fc.integer({ min: 0, max: size - 1 }), { maxLength: 3 }),
            fc.option(fc.constant('unread'), { nil: undefined, freq: 8 }),
          ),
          { minLength: size, maxLength: size },
        ),
      );
    fc.assert(
      fc.property(graph, raw => {
        const groups = raw.map(([users, nested, unknown]) => group(users, nested, unknown));
        const found = members(groups).map(each => (typeof each === 'string' ? 'unknown' : each));
        expect(found).toEqual(groups.map((_, index) => walk(groups, index)));
      }),
    );
  });
});

function walk(groups: readonly Nested[], start: number): number[] | 'unknown' {
  const seen = new Set([start]);
  for (const index of seen) for (const child of groups[index]?.groups ?? []) seen.add(child);
  const reached = [...seen].flatMap(index => groups[index] ?? []);
  if (reached.some(each => each.unknown !== undefined)) return 'unknown';
  return [...new Set(reached.flatMap(each => [...each.users]))].toSorted((a, b) => a - b);
}
