/** Glob patterns: `*` matches any number of characters, `?` matches one. */

/** The code points of a text, each as a string. */
type Characters = ArrayLike<string>;

/**
 * Does not use a regular expression: with several stars, one tries every way to split a name between them and takes
 * seconds for a name of some kilobytes. On a mismatch, only the last star has to take one more character, because the
 * pattern before it already matches as early as possible. So no character is compared more often than the pattern is
 * long.
 */
export function fits(pattern: Characters, text: Characters): boolean {
  let at = 0;
  let star = -1;
  let taken = 0;
  for (let index = 0; index < text.length; ) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at;
      taken = index;
      at += 1;
    } else if (wanted === '?' || (wanted !== undefined && wanted === text[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      taken += 1;
      index = taken;
      at = star + 1;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
