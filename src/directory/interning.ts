/** Each distinct name becomes a small number the first time it is seen, as an entry or as a member value. */
import { decodeText } from './entry.ts';
import { dnKeyRememberingParents } from './parent-keys.ts';
import { addSpelling, findSpelling, noSpellings, type Spellings } from './spellings.ts';

export interface Interner {
  /** Values with equal keys are one name. */
  readonly keyOf: (value: string) => string;
  readonly numbers: Map<string, number>;
  /** How a number was spelled when it was first seen, by number. */
  readonly texts: string[];
  /** Most values are spelled as one before them. */
  readonly spellings: Spellings;
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
  return { keyOf, numbers: new Map(), texts: [], spellings: noSpellings() };
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
  const text = decodeText(frame, start, end);
  if (text === undefined) return undefined;
  const number = internText(interner, text.endsWith("'B") ? text.replace(UID_PART, '') : text);
  addSpelling(interner.spellings, frame, start, end, number);
  return number;
}

/** The number of a name. */
export function internText({ keyOf, numbers, texts }: Interner, text: string): number {
  const key = keyOf(text);
  const known = numbers.get(key);
  if (known !== undefined) return known;
  const number = texts.push(text) - 1;
  numbers.set(key, number);
  return number;
}
