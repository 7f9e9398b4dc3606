/** `protect`: people whom no sync ever adds, removes or creates, in any managed group. */
import type { IdSet } from '../model.ts';
import { difference, intersection, union } from './id-set.ts';
import { looseKey } from './username.ts';

/** What a group should hold, once protected people are left where they are. */
export function keepProtected(desired: IdSet, present: IdSet, protectedIds: IdSet): IdSet {
  if (protectedIds.length === 0) return desired;
  return union(difference(desired, protectedIds), intersection(present, protectedIds));
}

/** Whether one of the globs fits a username; letter case and white space make no difference. */
export function isProtected(username: string, globs: readonly string[]): boolean {
  const text = looseKey(username) ?? '';
  return globs.some(glob => fits(looseKey(glob) ?? '', text));
}

/**
 * `*` stands for any characters, `?` for one. Never goes back further than to the last `*`, so that the time is the
 * product of both lengths at most, however the glob was made.
 */
function fits(glob: string, text: string): boolean {
  const pattern = Array.from(glob);
  const characters = Array.from(text);
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let next = 0; next < characters.length; ) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at++;
      resume = next;
    } else if (wanted === '?' || (wanted !== undefined && wanted === characters[next])) {
      at++;
      next++;
    } else if (star >= 0) {
      at = star + 1;
      next = ++resume;
    } else {
      return false;
    }
  }
  return pattern.slice(at).every(left => left === '*');
}
