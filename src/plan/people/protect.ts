/** `protect`: people whom no sync ever adds, removes or creates, in any managed group. */
import type { IdSet } from '../../model/snapshot.ts';
import { fits } from '../../text/glob.ts';
import { difference, intersection, union } from '../sets/id-set.ts';
import { looseKey } from './username.ts';

/** What a group should hold, once protected people are left where they are. */
export function keepProtected(desired: IdSet, present: IdSet, protectedIds: IdSet): IdSet {
  if (protectedIds.length === 0) return desired;
  return union(difference(desired, protectedIds), intersection(present, protectedIds));
}

/** Whether one of the globs fits a username; letter case and white space make no difference. */
export function isProtected(username: string, globs: readonly string[]): boolean {
  const text = Array.from(looseKey(username) ?? '');
  return globs.some(glob => fits(Array.from(looseKey(glob) ?? ''), text));
}
