/** The independent calculation of group names gives the names that the rules demand. */
import { describe, expect, it } from 'vitest';
import { accessName } from '../../../dev/organisation/truth/access-name.ts';

const ID = '0123abcd-0000-8000-a000-000000000000';
const family = '👩‍👩‍👧‍👦';

describe('accessName', () => {
  it.each([
    ['trims and collapses white space (A5)', ' two\u00a0 words ', 'two words'],
    ['composes (A15)', 'Cafe\u0301', 'Café'],
    ['counts 64 emoji as 64 (A2)', '🦄'.repeat(64), '🦄'.repeat(64)],
    ['shortens what has 65 code points (A1)', 'x'.repeat(65), `${'x'.repeat(55)}~0123abcd`],
    ['cuts no grapheme (A1)', `${'y'.repeat(54)}${family} and more text`, `${'y'.repeat(54)}~0123abcd`],
  ])('%s', (_title, cn, name) => {
    expect(accessName(cn, ID)).toBe(name);
  });

  it.each(['', ' \u00a0 ', 'bell \u0007'])('returns no name for %j (A6)', cn => {
    expect(accessName(cn, ID)).toBeUndefined();
  });
});
