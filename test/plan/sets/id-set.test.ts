/** Sorted sets of ids behave as sets. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference, idSet, intersection, union } from '../../../src/plan/sets/id-set.ts';

const numbers = fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 60 });
const ascending = (numbers: Iterable<number>) => Int32Array.from(new Set(numbers)).sort();

describe('id sets', () => {
  it('are ascending without repetition', () => {
    fc.assert(
      fc.property(numbers, ids => {
        expect(idSet(ids)).toEqual(ascending(ids));
      }),
    );
  });

  it('answer difference, union and intersection as sets do', () => {
    fc.assert(
      fc.property(numbers, numbers, (one, other) => {
        const [left, right] = [new Set(one), new Set(other)];
        expect(difference(idSet(one), idSet(other))).toEqual(ascending(left.difference(right)));
        expect(union(idSet(one), idSet(other))).toEqual(ascending(left.union(right)));
        expect(intersection(idSet(one), idSet(other))).toEqual(ascending(left.intersection(right)));
      }),
    );
  });

  it('applying the difference to the present members gives the desired ones', () => {
    fc.assert(
      fc.property(numbers, numbers, (have, want) => {
        const [present, desired] = [idSet(have), idSet(want)];
        const after = union(difference(present, difference(present, desired)), difference(desired, present));
        expect(after).toEqual(desired);
      }),
    );
  });
});
