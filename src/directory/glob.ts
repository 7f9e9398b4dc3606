/** Patterns of names as people write them: `*` stands for any characters, `?` for one. */
import { matchingText } from '../dn/dn-key.ts';

/** Says of a name whether any of the patterns fits all of it; letter case and spaces count as little as in a directory. */
export function globMatcher(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map(pattern => new RegExp(`^${expressionOf(matchingText(pattern))}$`, 'su'));
  return name => {
    const text = matchingText(name);
    return expressions.some(expression => expression.test(text));
  };
}

function expressionOf(pattern: string): string {
  return pattern
    .replace(/[\\^$.|+()[\]{}/]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
}
