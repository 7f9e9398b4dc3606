import { describe, expect, it } from 'vitest';
import { accessName } from '../../../dev/organisation/truth/access-name.ts';

const ID = '0123abcd-0000-8000-a000-000000000000';
const family = '👩‍👩‍👧‍👦';

describe('accessName', () => {
  it.each([
    ['A5: trims and collapses white space', ' two\u00a0 words ', 'two words'],
    ['A15: composes', 'Cafe\u0301', 'Café'],
    ['A2: counts 64 emoji as 64', '🦄'.repeat(64), '🦄'.repeat(64)],
    ['A1: shortens what has 65 code points', 'x'.repeat(65), `${'x'.repeat(55)}~0123abcd`],
    ['A1: cuts no grapheme', `${'y'.repeat(54)}${family} and more text`, `${'y'.repeat(54)}~0123abcd`],
  ])('%s', (_title, cn, name) => {
    expect(accessName(cn, ID)).toBe(name);
  });

  it.each(['', ' \u00a0 ', 'bell \u0007'])('has none for %j (A6)', cn => {
    expect(accessName(cn, ID)).toBeUndefined();
  });
});
