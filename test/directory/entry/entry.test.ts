/** An entry is read from its bytes: attributes, encodings, names and damaged messages. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  firstText,
  isRanged,
  MAX_NAMES,
  namingChoices,
  namingText,
  otherTexts,
  readEntry,
  textsOf,
  valuesOf,
} from '../../../src/directory/entry/entry.ts';
import { entry, entryFrame } from '../../support/given/directory-entries.ts';

const LATIN1 = Buffer.from('Zo\xeb', 'latin1');

describe('an entry', () => {
  it('finds attributes in any letter case (F25)', () => {
    const group = entry('cn=a,dc=test', { Member: ['uid=x', 'uid=y'] });
    expect(textsOf(group, 'member')).toEqual(['uid=x', 'uid=y']);
    expect(textsOf(group, 'MEMBER')).toEqual(['uid=x', 'uid=y']);
    expect(textsOf(group, 'uniqueMember')).toEqual([]);
  });

  it('decodes UTF-8 and keeps a byte order mark (A7)', () => {
    const person = entry('uid=a,dc=test', { cn: ['Zoë 美咲 🦄'], sn: ['\uFEFFx'], title: ['\uFFFD'] });
    expect(firstText(person, 'cn')).toBe('Zoë 美咲 🦄');
    expect(firstText(person, 'sn')).toBe('\uFEFFx');
    expect(firstText(person, 'title')).toBe('\uFFFD');
  });

  it('a value that is not UTF-8 does not affect other values (A7)', () => {
    const person = entry('uid=a,dc=test', { mail: [LATIN1, 'a@example.test'] });
    expect(textsOf(person, 'mail')).toEqual(['a@example.test']);
    expect(valuesOf(person, 'mail')).toEqual([LATIN1, Buffer.from('a@example.test')]);
  });

  it.each([
    ['uid=jd,dc=test', 'jd'],
    ['UID=JDoe,dc=test', 'jdoe'],
    ['uid=j\\20doe,dc=test', 'j doe'],
    ['userid=jd,dc=test', 'jd'],
    ['uid=jdoe+cn=x,dc=test', 'jdoe'],
    ['cn=x,dc=test', 'j doe'],
  ])('of several names, %s takes the one in its DN (A8)', (dn, expected) => {
    expect(namingText(entry(dn, { uid: ['j doe', 'jdoe', 'jd'] }), 'uid')).toBe(expected);
  });

  it('of more names than are read, takes only the one in its DN (G67)', () => {
    const uid = Array.from({ length: MAX_NAMES + 1 }, (_, at) => `jd${at}`);
    const named = entry('uid=jd7,dc=test', { uid });
    const nameless = entry('cn=j doe,dc=test', { uid });
    expect(namingText(named, 'uid')).toBe('jd7');
    expect(namingText(nameless, 'uid')).toBeUndefined();
    expect(namingChoices(nameless, 'uid')).toEqual([]);
    expect(otherTexts(named, 'uid', 'jd7')).toEqual([]);
  });

  it('shows all values of an attribute: a schema has thousands of them (G17, G67)', () => {
    const values = Array.from({ length: 3_000 }, (_, at) => `( 1.2.${at} NAME 'a${at}' )`);
    const schema = entry('cn=schema', { attributeTypes: values });
    expect(textsOf(schema, 'attributeTypes')).toEqual(values);
    expect(valuesOf(schema, 'attributeTypes')).toHaveLength(values.length);
  });

  it('distinguishes a range from a complete list (C18)', () => {
    expect(isRanged(entry('cn=a,dc=test', { member: [], 'member;range=0-1499': ['uid=x'] }), 'member')).toBe(
      true,
    );
    expect(isRanged(entry('cn=a,dc=test', { 'Member;Range=0-*': ['uid=x'] }), 'member')).toBe(true);
    expect(isRanged(entry('cn=a,dc=test', { member: ['uid=x'] }), 'member')).toBe(false);
  });

  it('is the same after encoding and decoding', () => {
    const values = fc.array(
      fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes)),
      { maxLength: 5 },
    );
    const attributes = fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), values);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), attributes, (dn, sent) => {
        const received = entry(dn, sent);
        expect(received.dn).toBe(dn);
        for (const [name, bytes] of Object.entries(sent)) expect(valuesOf(received, name)).toEqual(bytes);
      }),
    );
  });

  it('is rejected if it is truncated or damaged at any position', () => {
    const whole = entryFrame('uid=a,dc=test', { cn: ['a', 'b'], mail: ['c'] });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), at => {
        expect(() => readEntry({ bytes: whole, start: 0, end: at })).toThrow(/cannot be read/);
      }),
    );
  });
});
