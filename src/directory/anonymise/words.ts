/**
 * Replaces the words of a text. Spellings that a directory holds for equal (letter case, width, composition) get pseudonyms that it
 * holds for equal. Letter case, length, script, accents, and all characters but letters and digits stay.
 */
import { matchingText } from '../../text/dn-key.ts';
import { alphabetOf } from './alphabets.ts';
import type { Digit, Permute } from './permutation.ts';

export type Replace = (text: string) => string;

/** Words, and identities in the spellings of all directories. */
const WORDS = new RegExp(
  '(?<![\\p{L}\\p{N}])(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8}(?:-[0-9a-f]{8}){3})(?![\\p{L}\\p{N}])' +
    '|[\\p{L}\\p{N}][\\p{L}\\p{N}\\p{M}]*',
  'giu',
);
const BEYOND_ASCII = /[^\0-~\p{M}]/gu;
const LETTERS = /^[\p{L}\p{N}\p{M}]+$/u;
/** A letter with its marks. */
const UNIT = /\P{M}\p{M}*|\p{M}+/gu;
/** Words that are kept, so that frequent words are not computed again. */
const KEPT = 50_000;

/** Returns a function that replaces the words of a text. */
export function createWords(permute: Permute): Replace {
  const kept = new Map<string, readonly string[]>();

  function pseudonym(plain: string): readonly string[] {
    const before = kept.get(plain);
    if (before !== undefined) return before;
    if (kept.size >= KEPT) kept.clear();
    const found = replaced(permute, plain);
    kept.set(plain, found);
    return found;
  }

  function word(text: string): string {
    if (isIdentity(text)) return replaceHex(permute, text);
    const units = text.match(UNIT) ?? [];
    const plain = units.map(plainText);
    const whole = plainText(text);
    // Letters that compose with each other, such as Korean ones.
    if (plain.join('') !== whole) return pseudonym(whole).join('');
    const letters = pseudonym(whole);
    let at = 0;
    return units
      .map((unit, index) => {
        const end = at + Array.from(plain[index] ?? '').length;
        const part = letters.slice(at, end).join('');
        at = end;
        return part === plain[index] ? unit : dressed(part, unit);
      })
      .join('');
  }

  return text => text.replaceAll(BEYOND_ASCII, lettersOf).replaceAll(WORDS, word);
}

/** A directory holds a few symbols for letters, such as ™, and a few letters for several words. */
function lettersOf(character: string): string {
  const plain = character.normalize('NFKC');
  const isLetter = LETTERS.test(character) && LETTERS.test(plain);
  return isLetter || !/[\p{L}\p{N}\p{M}]/u.test(plain) ? character : plain;
}

const IDENTITY_DIGITS = 32;

function isIdentity(text: string): boolean {
  return text.length >= IDENTITY_DIGITS && /^[0-9a-f-]{32,36}$/i.test(text);
}

/** Replaces the hexadecimal digits of an identity. Their letter case and all other characters stay. */
export function replaceHex(permute: Permute, text: string): string {
  const digits = Array.from(text.replaceAll(/[^0-9a-f]/gi, ''), digit => ({
    value: Number.parseInt(digit, 16),
    size: 16,
  }));
  const others = permute(digits, 'identity');
  let at = 0;
  return text.replaceAll(/[0-9a-f]/gi, digit => {
    const other = (others[at] ?? 0).toString(16);
    at += 1;
    return /[A-F]/.test(digit) ? other.toUpperCase() : other;
  });
}

/** As a directory compares it. All sigmas are the same letter. */
function plainText(text: string): string {
  return matchingText(text).replaceAll('ς', 'σ');
}

const SHARP_S = 'ß';
const DOUBLE_S = 'ss';

/** The letters of the pseudonym. "ß" and "ss" stay, and change the other letters alike, because they are equal in usernames. */
function replaced(permute: Permute, plain: string): readonly string[] {
  const letters = plain.match(/ss|./gsu) ?? [];
  const alphabets = letters.map(alphabetOf);
  const digits: Digit[] = [];
  for (const [place, letter] of letters.entries()) {
    const { indexOf, letters: all = [] } = alphabets[place] ?? {};
    const value = indexOf?.get(letter);
    if (value !== undefined) digits.push({ value, size: all.length });
  }
  if (digits.length === 0) return Array.from(plain);
  const result = (values: readonly number[]) => {
    let at = 0;
    return alphabets
      .map((alphabet, place) => alphabet?.letters[values[at++] ?? 0] ?? letters[place] ?? '')
      .join('');
  };
  const kinds = letters.map((letter, place) => alphabets[place]?.name ?? doubled(letter));
  const others = permute(
    digits,
    `word ${kinds.join()}`,
    values => pairsIn(result(values)) === pairsIn(plain),
  );
  return Array.from(result(others));
}

function doubled(text: string): string {
  return text.replaceAll(SHARP_S, DOUBLE_S);
}

/** Where a word has "ss". */
function pairsIn(word: string): string {
  return doubled(word)
    .split(DOUBLE_S)
    .map(part => part.length)
    .join();
}

const WIDE = /^[\uFF01-\uFF5E]/;
const TO_WIDE = 0xfee0;

/** Letters in the letter case, width and composition of a unit. */
function dressed(letters: string, unit: string): string {
  const isCapital = unit !== unit.toLowerCase();
  const text = isCapital ? letters.toUpperCase() : letters;
  if (WIDE.test(unit))
    return text.replaceAll(/[!-~]/g, letter => String.fromCharCode(letter.charCodeAt(0) + TO_WIDE));
  return unit === unit.normalize('NFC') ? text : text.normalize('NFD');
}
