/** Each distinct username that a group mentions becomes a small number the first time it is seen. */
import { addSpelling, findSpelling, noSpellings, type Spelling, type Spellings } from './byte-table.ts';
import { textOf, type Values } from './values.ts';

export interface InternedUsernames {
  readonly spellings: Spellings;
  readonly byKey: Map<string, number>;
  /** How a username was spelled when it was first seen, by number. */
  readonly texts: string[];
}

const NO_PARENT = -1;

export function startInterningUsernames(): InternedUsernames {
  return { spellings: noSpellings(), byKey: new Map(), texts: [] };
}

/** The number of the username that some bytes spell; undefined when they are no UTF-8. */
export function internUsername(usernames: InternedUsernames, value: Values): number | undefined {
  const { bytes, valueStart: start, valueEnd: end } = value;
  const spelling: Spelling = { owner: NO_PARENT, bytes, start, end };
  const known = findSpelling(usernames.spellings, spelling);
  if (known !== undefined) return known;
  const text = textOf(value);
  if (text === undefined) return undefined;
  const number = findUsername(usernames, text) ?? usernames.texts.push(text) - 1;
  usernames.byKey.set(keyOf(text), number);
  addSpelling(usernames.spellings, spelling, number);
  return number;
}

/** The number of a username that some group mentions. */
export function findUsername({ byKey }: InternedUsernames, text: string): number | undefined {
  return byKey.get(keyOf(text));
}

/** Letter case makes no difference: it makes none for uid, and should make one for memberUid (RFC 2307). */
function keyOf(username: string): string {
  return username.toLowerCase();
}
