/** Patterns of names as people write them: `*` stands for any characters, `?` for one. */
import { matchingText } from '../text/dn-key.ts';
import { fits } from '../text/glob.ts';

/** Says of a name whether any of the patterns fits all of it; letter case and spaces count as little as in a directory. */
export function globMatcher(patterns: readonly string[]): (name: string) => boolean {
  const all = patterns.map(pattern => Array.from(matchingText(pattern)));
  return name => {
    const text = Array.from(matchingText(name));
    return all.some(pattern => fits(pattern, text));
  };
}
