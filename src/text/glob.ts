/** Patterns in which `*` stands for any characters and `?` for one. */

/** Code points, each as a text. */
type Characters = ArrayLike<string>;

/**
 * Not by a regular expression: several stars in one try every way to share a name among them, seconds for a name of
 * kilobytes. Only the last star before a mismatch has to take one character more, because what stands before it fits as
 * early as it can. So each character is looked at no more often than the pattern is long.
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
