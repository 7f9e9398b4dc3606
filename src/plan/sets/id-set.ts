/** Sets of integers as ascending Int32Arrays: half a million memberships cost two megabytes and compare in one pass. */
import type { IdSet } from '../../model/snapshot.ts';

export const EMPTY: IdSet = new Int32Array(0);

/** Sorts and removes repetitions. */
export function idSet(ids: Iterable<number>): IdSet {
  const sorted = Int32Array.from(ids).sort();
  let kept = 0;
  let previous: number | undefined;
  for (const id of sorted) {
    if (id !== previous) sorted[kept++] = id;
    previous = id;
  }
  return kept === sorted.length ? sorted : sorted.slice(0, kept);
}

/** Members of `set` that are not in `other`. */
export function difference(set: IdSet, other: IdSet): IdSet {
  if (other.length === 0) return set;
  const found: number[] = [];
  let at = 0;
  for (const id of set) {
    while ((other[at] ?? Number.POSITIVE_INFINITY) < id) at++;
    if (other[at] !== id) found.push(id);
  }
  return found.length === 0 ? EMPTY : Int32Array.from(found);
}

/** Members of either set. */
export function union(one: IdSet, other: IdSet): IdSet {
  if (one.length === 0) return other;
  return other.length === 0 ? one : idSet([...one, ...other]);
}

/** Members of both sets. */
export function intersection(one: IdSet, other: IdSet): IdSet {
  return difference(one, difference(one, other));
}

/** Whether two sets have the same members. */
export function isSame(one: IdSet, other: IdSet): boolean {
  return one.length === other.length && one.every((id, at) => id === other[at]);
}
