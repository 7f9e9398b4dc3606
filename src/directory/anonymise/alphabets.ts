/** Says which letters may replace a letter: those of its script that have the same accents and behave alike. */
import { matchingText } from '../../text/dn-key.ts';

export interface Alphabet {
  readonly name: string;
  readonly letters: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
}

/** The alphabet of a lower-case letter or digit; undefined: it has no other letters, and stays as it is. */
export function alphabetOf(letter: string): Alphabet | undefined {
  if (/^[a-z]$/.test(letter)) return LATIN;
  if (/^[0-9]$/.test(letter)) return DIGITS;
  const code = letter.codePointAt(0) ?? 0;
  const name = nameOf(letter);
  return name === undefined ? undefined : alphabetsOfPlane(code >> PLANE_BITS).get(name);
}

/** The bits of a code point within its plane. */
const PLANE_BITS = 16;
const LATIN = alphabet('latin', 'abcdefghijklmnopqrstuvwxyz'.split(''));
const DIGITS = alphabet('digits', '0123456789'.split(''));
const planes = new Map<number, ReadonlyMap<string, Alphabet>>();

function alphabet(name: string, letters: readonly string[]): Alphabet {
  return { name, letters, indexOf: new Map(letters.map((letter, index) => [letter, index])) };
}

function alphabetsOfPlane(plane: number): ReadonlyMap<string, Alphabet> {
  const known = planes.get(plane);
  if (known !== undefined) return known;
  const letters = new Map<string, string[]>();
  const first = plane << PLANE_BITS;
  for (let code = first; code < first + (1 << PLANE_BITS); code += 1) {
    const letter = String.fromCodePoint(code);
    const name = nameOf(letter);
    if (name === undefined) continue;
    const others = letters.get(name);
    if (others === undefined) letters.set(name, [letter]);
    else others.push(letter);
  }
  const found = new Map([...letters].map(([name, each]) => [name, alphabet(name, each)]));
  planes.set(plane, found);
  return found;
}

const LETTER = /^[\p{L}\p{Nd}]$/u;
const DIGIT = /^\p{Nd}$/u;
const MARKS = /\p{M}+/u;
const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ['latin', /\p{Script=Latin}/u],
  ['han', /\p{Script=Han}/u],
  ['hangul', /\p{Script=Hangul}/u],
  ['greek', /\p{Script=Greek}/u],
  ['cyrillic', /\p{Script=Cyrillic}/u],
  ['hiragana', /\p{Script=Hiragana}/u],
  ['katakana', /\p{Script=Katakana}/u],
  ['arabic', /\p{Script=Arabic}/u],
  ['hebrew', /\p{Script=Hebrew}/u],
];
/** Letters of other scripts are in blocks of this many code points. */
const BLOCK = 128;

/** The name of the alphabet of a letter. The letters of an alphabet have the same length in UTF-8. */
function nameOf(letter: string): string | undefined {
  if (!LETTER.test(letter) || !isPlain(letter)) return undefined;
  const code = letter.codePointAt(0) ?? 0;
  const script =
    SCRIPTS.find(([, pattern]) => pattern.test(letter))?.[0] ?? `block ${Math.floor(code / BLOCK)}`;
  const marks = MARKS.exec(letter.normalize('NFD'))?.[0] ?? '';
  return `${DIGIT.test(letter) ? 'digits' : 'letters'} ${script} ${marks} ${Buffer.byteLength(letter)}`;
}

const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
/** Parts of Korean letters, which compose with their neighbours. */
const PARTS = /[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]/;
/** A final sigma depends on what follows it, and ß has no capital of its own. */
const SPECIAL: readonly string[] = ['σ', 'ς', 'ß', 'ı'];

/** Whether a letter is in lower case and has exactly one capital, so that equal spellings of a word stay equal. */
function isPlain(letter: string): boolean {
  const capital = letter.toUpperCase();
  return (
    matchingText(letter) === letter &&
    capital.length === letter.length &&
    capital.normalize('NFKC') === capital &&
    capital.toLowerCase() === letter &&
    !SPECIAL.includes(letter) &&
    !PARTS.test(letter) &&
    !INVISIBLE.test(letter)
  );
}
