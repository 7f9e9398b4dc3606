/** `protect`: people whom no sync ever adds or removes, in any managed group. */
import type { IdSet } from '../model.ts';
import { difference, intersection, union } from './id-set.ts';

/** What a group should hold, once protected people are left where they are. */
export function keepProtected(desired: IdSet, present: IdSet, protectedIds: IdSet): IdSet {
  if (protectedIds.length === 0) return desired;
  return union(difference(desired, protectedIds), intersection(present, protectedIds));
}
