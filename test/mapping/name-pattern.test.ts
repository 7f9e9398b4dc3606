/** Name patterns with wildcards match as specified, in linear time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatcher } from '../../src/mapping/name-pattern.ts';
import { fits } from '../../src/text/glob.ts';

describe('a pattern of names', () => {
  it.each([
    ['eng-*', ['eng-', 'eng-web', 'ENG-Web', 'eng-a\nb'], ['eng', 'x-eng-web']],
    ['*-web', ['-web', 'eng-web'], ['eng-website']],
    ['team ?', ['team a', 'Team  Ü', 'team 🦄'], ['team', 'team ab']],
    ['*', ['', 'anything'], []],
    ['a.b+(c)[d]{e}^$|\\/', ['A.b+(C)[d]{e}^$|\\/'], ['aXb+(c)[d]{e}^$|\\/']],
    ['Kraków*', ['krako\u0301w 7'], ['Krakow 7']],
  ])('%s', (pattern, fitting, others) => {
    const matches = globMatcher([pattern]);
    expect(fitting.filter(name => !matches(name))).toEqual([]);
    expect(others.filter(matches)).toEqual([]);
  });

  it('matches itself if it has no wildcard, and any text around it if it has stars', () => {
    const text = fc
      .string({ unit: 'grapheme-ascii' })
      .filter(name => !/[*?]/.test(name) && name === name.trim());
    fc.assert(
      fc.property(text, text, text, (name, before, after) => {
        expect(globMatcher([name])(name)).toBe(true);
        expect(globMatcher(['nothing like it', `*${name}*`])(`${before}${name}${after}`)).toBe(true);
      }),
    );
  });

  it('matches nothing if the list is empty', () => {
    expect(globMatcher([])('a')).toBe(false);
  });

  it('matches exactly if a regular expression does', () => {
    const some = (letters: string) =>
      fc.string({ unit: fc.constantFrom(...Array.from(letters)), maxLength: 12 });
    fc.assert(
      fc.property(some('ab*?'), some('ab'), (pattern, text) => {
        const expression = new RegExp(`^${pattern.replace(/\*+/g, '.*').replaceAll('?', '.')}$`);
        expect(fits(Array.from(pattern), Array.from(text))).toBe(expression.test(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each(['*-*-*-tmp', '*-*-*-*-*-*-*-*x', '*?-?*-?x', '*--------x', '-*-*-*?', '*-*-tmp*-*-tmp'])(
    'takes twice the steps for a name twice as long: %s (G66)',
    pattern => {
      const steps = (length: number) => {
        let count = 0;
        const text = new Proxy(Array.from('-'.repeat(length)), {
          get: (target, key) => {
            count += 1;
            return Reflect.get(target, key);
          },
        });
        fits(Array.from(pattern), text);
        return count;
      };
      expect(steps(100_000) / steps(50_000)).toBeLessThan(2.2);
      expect(steps(100_000)).toBeLessThan(100_000 * 3 * pattern.length);
    },
  );

  it('is fast for a name of a hundred thousand hyphens (G66)', () => {
    expect(globMatcher(['*-*-*-tmp'])('-'.repeat(100_000))).toBe(false);
    expect(globMatcher(['*-*-*-tmp'])(`${'-'.repeat(100_000)}tmp`)).toBe(true);
  });
});
