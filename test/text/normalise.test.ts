/** Normalisation is that of Unicode for ordinary text, and linear for hostile text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseName } from '../../src/mapping/group-name.ts';
import { dnKey, matchingText } from '../../src/text/dn-key.ts';
import { normalise } from '../../src/text/normalise.ts';

describe('normalisation', () => {
  it('leaves text unchanged that would grow, or whose marks would take quadratic time to sort (G66, G67)', () => {
    const texts = ['\uFDFA'.repeat(300_000), `a${'\u0301\u0316'.repeat(16)}`, '\uFF9E\u0316'.repeat(400_000)];
    for (const text of texts) expect(normalise(text, 'NFKC')).toBe(text);
  });

  it('is fast for megabytes of marks, in a name, a value or a DN (G66)', () => {
    const text = `a${'\u0301\u0316'.repeat(1_000_000)}`;
    expect(matchingText(text)).toBe(matchingText(text.toUpperCase()));
    expect(dnKey(`cn=${text},dc=test`)).toBe(dnKey(`CN=${text} , DC=test`));
    expect(normaliseName(text)).toBe(text);
  });

  it('equals that of Unicode for ordinary text', () => {
    const written = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(written, text => {
        const marks = Array.from(text).filter(each => /\p{M}|[\uff9e\uff9f]/u.test(each)).length;
        if (marks < 31) expect(normalise(text, 'NFKC')).toBe(text.normalize('NFKC'));
      }),
    );
    expect(normalise('Zu\u0308rich'.repeat(100), 'NFC')).toBe('Z\u00fcrich'.repeat(100));
  });
});
