import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatcher } from '../../src/directory/glob.ts';

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

  it('fits itself when it holds no wildcard, and anything with a star around it', () => {
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

  it('fits nothing when there is none', () => {
    expect(globMatcher([])('a')).toBe(false);
  });
});
