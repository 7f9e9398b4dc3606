/** Names are normalised, compared and shortened to 64 code points. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTooLong, NAME_LIMIT, normaliseName, shortenName } from '../../src/mapping/group-name.ts';

const ID = 'deadbeef-0000-4000-8000-000000000001';
const lengthOf = (text: string) => Array.from(text).length;

describe('names', () => {
  it('a name over 64 code points gets a short form with the beginning of the group id (A1)', () => {
    const short = shortenName('x'.repeat(200), ID);
    expect(short).toBe(`${'x'.repeat(55)}~deadbeef`);
    expect(lengthOf(short)).toBeLessThanOrEqual(NAME_LIMIT);
  });

  it('a short form is cut between graphemes, never inside one (A1)', () => {
    const family = '👨‍👩‍👧‍👦';
    expect(shortenName(family.repeat(20), ID)).toBe(`${family.repeat(7)}~deadbeef`);
  });

  it('64 emoji are 64 code points although JavaScript counts 128 (A2)', () => {
    expect(isTooLong('🦄'.repeat(64))).toBe(false);
    expect(isTooLong('🦄'.repeat(65))).toBe(true);
  });

  it('two long names with the same beginning stay different (A3, F41)', () => {
    const one = shortenName('y'.repeat(100), 'aaaaaaaa-0000-4000-8000-000000000001');
    const other = shortenName(`${'y'.repeat(99)}z`, 'bbbbbbbb-0000-4000-8000-000000000002');
    expect(one).not.toBe(other);
  });

  it.each([
    [' Ops ', 'Ops'],
    ['Ops  and   Dev', 'Ops and Dev'],
    ['Ops\u00a0Dev', 'Ops Dev'],
    ['Cafe\u0301', 'Café'],
  ])('%j becomes %j (A5)', (text, name) => {
    expect(normaliseName(text)).toBe(name);
  });

  it('NFC and NFD spellings of a name are one name (A15)', () => {
    expect(normaliseName('Zoë')).toBe(normaliseName('Zoe\u0308'));
  });

  it.each(['', '   ', '\u00a0', 'a\u0000b', 'tab\there', 'bell\u0007', 'lone \ud800 surrogate'])(
    '%j is no name (A6)',
    text => {
      expect(normaliseName(text)).toBeUndefined();
    },
  );

  it.each([
    'a\u202eb',
    'a\u2066b',
    'a\u200fb',
    'zero\u200bwidth',
    'soft\u00adhyphen',
    'a\u200db',
    'a\ufe0f',
    '\ufeffbom',
    'tag\u{e0041}',
    '\u3164',
    'a\u2028b',
    '\u001b[31mred',
  ])('%j is not a name: it contains characters that are not visible (G63)', text => {
    expect(normaliseName(text)).toBeUndefined();
  });

  it.each([
    'می\u200cخواهم',
    'क्\u200dष',
    '👩🏽\u200d💻 team',
    '❤\ufe0f',
    '1\ufe0f\u20e3',
    '葛\u{e0100}城',
    'שלום',
    'Zoë',
  ])('%j is a name: its script needs invisible characters (G63)', text => {
    expect(normaliseName(text)).toBe(text);
  });

  it('every name that is accepted fits the column once shortened, and normalising again changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => {
        const name = normaliseName(text);
        if (name === undefined) return;
        expect(normaliseName(name)).toBe(name);
        const fitting = isTooLong(name) ? shortenName(name, ID) : name;
        expect(lengthOf(fitting)).toBeLessThanOrEqual(NAME_LIMIT);
      }),
    );
  });
});
