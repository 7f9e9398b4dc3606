/**
 * Matches names against the glob patterns of the configuration: `*` matches any number of characters, `?` matches one.
 */
import { matchingText } from '../text/dn-key.ts';
import { fits } from '../text/glob.ts';

/**
 * Returns a function that says whether any pattern matches the whole name. Letter case and spaces compare as in a
 * directory.
 */
export function globMatcher(patterns: readonly string[]): (name: string) => boolean {
  const all = patterns.map(pattern => Array.from(matchingText(pattern)));
  return name => {
    const text = Array.from(matchingText(name));
    return all.some(pattern => fits(pattern, text));
  };
}
