import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dnKey } from '../../src/directory/dn-key.ts';
import { internBytes, startInterningDns, startInterningUsernames } from '../../src/directory/interning.ts';
import { dnKeyRememberingParents } from '../../src/directory/parent-keys.ts';
import { addSpelling, findSpelling, noSpellings } from '../../src/directory/spellings.ts';

describe('interning', () => {
  const number = (interner: ReturnType<typeof startInterningDns>, text: string | Buffer) => {
    const bytes = Buffer.concat([Buffer.from('..'), Buffer.from(text)]);
    return internBytes(interner, bytes, 2, bytes.length);
  };

  it('C25: gives one number to all spellings of a DN, and keeps the first', () => {
    const dns = startInterningDns();
    const spellings = [
      'cn=Smith\\, J,dc=a',
      'CN=smith\\2C J , DC=A',
      'cn="Smith, J",dc=a',
      "cn=smith\\, j,dc=a#'01'B",
    ];
    expect(spellings.map(text => number(dns, text))).toEqual([0, 0, 0, 0]);
    expect(spellings.map(text => number(dns, text))).toEqual([0, 0, 0, 0]);
    expect(number(dns, 'cn=other,dc=a')).toBe(1);
    expect(dns.texts).toEqual(['cn=Smith\\, J,dc=a', 'cn=other,dc=a']);
  });

  it('F50: gives numbers of their own to what is no DN, and none to what is no text', () => {
    const dns = startInterningDns();
    expect(['', 'alice', 'ALICE', 'alice'].map(text => number(dns, text))).toEqual([0, 1, 2, 1]);
    expect(number(dns, Buffer.from([0xff]))).toBeUndefined();
  });

  it('F45: takes usernames without regard to case', () => {
    const usernames = startInterningUsernames();
    expect(['alice', 'ALICE', 'bob', 'Alice'].map(text => number(usernames, text))).toEqual([0, 0, 1, 0]);
  });

  it('finds every spelling that it was given, and no other', () => {
    const texts = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 60 });
    fc.assert(
      fc.property(texts, texts, (given, others) => {
        const all = noSpellings();
        const crowd = Array.from({ length: 3000 }, (_, index) => `crowd ${index}`);
        const added = [...new Set([...crowd, ...given])];
        for (const [index, text] of added.entries())
          addSpelling(all, Buffer.from(text), 0, Buffer.byteLength(text), index);
        for (const [index, text] of [...added, ...others].entries()) {
          const expected = index < added.length ? index : added.indexOf(text);
          expect(findSpelling(all, Buffer.from(text), 0, Buffer.byteLength(text)) ?? -1).toBe(expected);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('works out a key by way of the parent as it does at once', () => {
    const part = fc.constantFrom(
      'cn=a',
      'CN = B\\, c',
      'ou="x, y"',
      'uid=\\c3\\a9',
      'ou=Ré',
      ',',
      ';',
      '\\',
      '"',
      'cn',
      ' ',
      '+o=z',
    );
    const keyOf = dnKeyRememberingParents();
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), parts => {
        for (const dn of [parts.join(','), parts.join('')])
          expect(keyOf(dn) || undefined).toBe(dnKey(dn) || undefined);
      }),
      { numRuns: 1000 },
    );
  });
});
