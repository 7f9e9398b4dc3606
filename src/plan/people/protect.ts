/** The `protect` setting: users whom the sync never adds, removes or creates. */
import type { IdSet } from '../../model/snapshot.ts';
import { difference, intersection, union } from '../sets/id-set.ts';

/** Returns the desired members of a group, with the memberships of protected users unchanged. */
export function keepProtected(desired: IdSet, present: IdSet, protectedIds: IdSet): IdSet {
  if (protectedIds.length === 0) return desired;
  return union(difference(desired, protectedIds), intersection(present, protectedIds));
}
