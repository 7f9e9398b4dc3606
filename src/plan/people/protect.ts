/** The `protect` setting: users whom the sync never adds, removes or creates. */
import type { IdSet } from '../../model/snapshot.ts';
import { fits } from '../../text/glob.ts';
import { difference, intersection, union } from '../sets/id-set.ts';
import { looseKey } from './username.ts';

/** Returns the desired members of a group, with the memberships of protected users unchanged. */
export function keepProtected(desired: IdSet, present: IdSet, protectedIds: IdSet): IdSet {
  if (protectedIds.length === 0) return desired;
  return union(difference(desired, protectedIds), intersection(present, protectedIds));
}

/** Whether a glob matches a username. Letter case and white space are ignored. */
export function isProtected(username: string, globs: readonly string[]): boolean {
  const text = Array.from(looseKey(username) ?? '');
  return globs.some(glob => fits(Array.from(looseKey(glob) ?? ''), text));
}
