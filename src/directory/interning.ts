/** Each distinct name becomes a small number the first time it is seen, as an entry or as a member value. */
import { decodeText } from './entry.ts';
import { dnKeyRememberingParents } from './parent-keys.ts';
import { addSpelling, findSpelling, noSpellings, type Spellings } from './spellings.ts';

export interface Interner {
  /** Values with equal keys are one name. A key is a value itself, with itself as its key. */
  readonly keyOf: (value: string) => string;
  /** Keys, and every spelling that was met: most values are spelled as one before them. */
  readonly spellings: Spellings;
  /** How a number was spelled when it was first seen, by number. */
  readonly texts: string[];
}

/** The optional UID of nameAndOptionalUID (RFC 4517 section 3.3.21), as in `cn=a,dc=b#'0101'B`. */
const UID_PART = /#'[01]*'B$/;

/** For DNs, whatever their spelling. A text that is no DN gets a number that no DN ever gets. */
export function startInterningDns(): Interner {
  const keyOf = dnKeyRememberingParents();
  return startInterning(dn => keyOf(dn) ?? `\0${dn}`);
}

/** For usernames; letter case makes no difference (it makes none for uid, and should make one for memberUid: RFC 2307). */
export function startInterningUsernames(): Interner {
  return startInterning(username => username.toLowerCase());
}

function startInterning(keyOf: Interner['keyOf']): Interner {
  return { keyOf, spellings: noSpellings(), texts: [] };
}

/** The number of the name that some bytes of a message spell; undefined when they are no UTF-8. */
export function internBytes(
  interner: Interner,
  frame: Buffer,
  start: number,
  end: number,
): number | undefined {
  const known = findSpelling(interner.spellings, frame, start, end);
  if (known !== undefined) return known;
  const value = decodeText(frame, start, end);
  if (value === undefined) return undefined;
  const text = value.endsWith("'B") ? value.replace(UID_PART, '') : value;
  const key = interner.keyOf(text);
  const number = key === value ? interner.texts.push(text) - 1 : internKey(interner, key, text);
  addSpelling(interner.spellings, frame, start, end, number);
  return number;
}

/** The number of a name. */
export function internText(interner: Interner, text: string): number {
  return internKey(interner, interner.keyOf(text), text);
}

function internKey({ spellings, texts }: Interner, key: string, text: string): number {
  const bytes = Buffer.from(key);
  const known = findSpelling(spellings, bytes, 0, bytes.length);
  if (known !== undefined) return known;
  const number = texts.push(text) - 1;
  addSpelling(spellings, bytes, 0, bytes.length, number);
  return number;
}

/** The number of a name that was interned, or undefined. */
export function findText({ keyOf, spellings }: Interner, text: string): number | undefined {
  const key = Buffer.from(keyOf(text));
  return findSpelling(spellings, key, 0, key.length);
}
