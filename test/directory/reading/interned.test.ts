/** The tables of DNs and usernames give equal names one number, in linear time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addBytes, createByteTable, findBytes } from '../../../src/directory/entry/byte-table.ts';
import { createDnTable, type DnTable, internDn } from '../../../src/directory/entry/dn-table.ts';
import { createUsernameTable, internUsername } from '../../../src/directory/entry/username-table.ts';
import { nextValue, openValues } from '../../../src/directory/entry/values.ts';
import { dnKey } from '../../../src/text/dn-key.ts';
import { entry } from '../../support/given/directory-entries.ts';
import { processorMs } from '../../support/observe/processor.ts';

function numberOf(dns: DnTable, text: string | Buffer): number | undefined {
  const bytes = Buffer.concat([Buffer.from('..'), Buffer.from(text)]);
  return internDn(dns, bytes, 2, bytes.length);
}

describe('DNs', () => {
  it('have one number for all spellings, and keep the first spelling (C25)', () => {
    const dns = createDnTable();
    const spellings = ['cn=Smith\\, J,dc=a', 'CN=smith\\2C J , DC=A', 'cn="Smith, J",dc=a'];
    expect(spellings.map(text => numberOf(dns, text))).toEqual([0, 0, 0]);
    expect(spellings.map(text => numberOf(dns, text))).toEqual([0, 0, 0]);
    expect(numberOf(dns, 'cn=other,dc=a')).toBe(1);
    expect(dns.texts).toEqual(['cn=Smith\\, J,dc=a', 'cn=other,dc=a']);
  });

  it('have unique numbers if they are not DNs; bytes that are not text have none (F50)', () => {
    const dns = createDnTable();
    const texts = ['', 'alice', 'ALICE', 'bob', 'alice,dc=a', 'uid=alice,', 'uid=alice,dc', 'uid=alice'];
    expect(texts.map(text => numberOf(dns, text))).toEqual([0, 1, 1, 2, 3, 4, 5, 6]);
    expect(texts.map(text => numberOf(dns, text))).toEqual([0, 1, 1, 2, 3, 4, 5, 6]);
    for (const bytes of ['ff', '6f3dff2c6f3d61', '6f3d612c6f3dff'])
      expect(numberOf(dns, Buffer.from(bytes, 'hex'))).toBeUndefined();
  });

  it('have the same number exactly if they have the same key, in any order (C25)', () => {
    const part = fc.constantFrom(
      'cn=a',
      'CN=A',
      'CN = B\\, c',
      'cn=b\\2C c',
      'ou="x, y"',
      'ou=x\\, Y',
      'uid=\\c3\\a9',
      'uid=É',
      'ou=Ré',
      'OU=RÉ',
      'o=z+cn=a',
      'cn=a+O=Z',
      ' cn=a ',
      ',',
      ';',
      '\\',
      '"',
      'cn',
      ' ',
    );
    const text = fc
      .array(part, { maxLength: 4 })
      .chain(parts => fc.constantFrom(parts.join(','), parts.join('')));
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 20 }), texts => {
        const dns = createDnTable();
        const numbers = texts.map(each => numberOf(dns, each));
        expect(texts.map(each => numberOf(dns, each))).toEqual(numbers);
        for (const [index, one] of texts.entries()) {
          const same = texts.findIndex(other => (dnKey(one) ? dnKey(one) === dnKey(other) : one === other));
          if (dnKey(one)) expect(numbers[index]).toBe(numbers[same]);
          const clash = texts.findIndex(
            (other, at) =>
              numbers[at] === numbers[index] && dnKey(other) !== dnKey(one) && dnKey(other) !== '',
          );
          expect(clash, `${one} / ${texts[clash]}`).toBe(-1);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('take linear time for any number of parts', () => {
    const dns = createDnTable();
    const used = processorMs(() => {
      expect(numberOf(dns, 'ou=a,'.repeat(200_000).concat('dc=a'))).toBe(0);
      expect(numberOf(dns, 'ou=Ä,'.repeat(200_000).concat('dc=a'))).toBe(1);
    });
    expect(used).toBeLessThan(5_000);
  });
});

describe('usernames', () => {
  it('are equal without regard to letter case (F45)', () => {
    const usernames = createUsernameTable();
    const group = entry('cn=a', { memberUid: ['alice', 'ALICE', 'bob', 'Alice', 'Zoë', 'ZOË'] });
    const values = openValues(group, 'memberuid');
    const numbers: (number | undefined)[] = [];
    while (nextValue(values)) numbers.push(internUsername(usernames, values));
    expect(numbers).toEqual([0, 0, 1, 0, 2, 2]);
    expect(usernames.texts).toEqual(['alice', 'bob', 'Zoë']);
  });
});

describe('spellings', () => {
  it('are found with their owner, except for ASCII letter case, and no others are', () => {
    const texts = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 60 });
    const spelling = (text: string, owner: number) => {
      const bytes = Buffer.from(`..${text}`);
      return { owner, bytes, start: 2, end: bytes.length };
    };
    const folded = (text: string) => text.replace(/[A-Z]/g, letter => letter.toLowerCase());
    fc.assert(
      fc.property(texts, texts, fc.nat(), (given, others, owner) => {
        const all = createByteTable();
        const crowd = Array.from({ length: 3000 }, (_, index) => `crowd ${index}`);
        const added = [...new Set([...crowd, ...given].map(folded))];
        for (const [index, text] of added.entries()) addBytes(all, spelling(text, owner), index);
        for (const text of [...added, ...others]) {
          const expected = added.indexOf(folded(text));
          expect(findBytes(all, spelling(text, owner)) ?? -1).toBe(expected);
          expect(findBytes(all, spelling(text, owner + 1))).toBeUndefined();
        }
      }),
      { numRuns: 20 },
    );
  });
});
