/** Each distinct DN becomes a small number the first time it is seen, as an entry or as a member value. */
import { dnKey } from './dn-key.ts';

export interface Interner {
  /** By key, and by every other spelling that was met: most values are spelled as one before them. */
  readonly numbers: Map<string, number>;
  /** How a number is spelled, by number. */
  readonly texts: string[];
}

export function startInterning(): Interner {
  return { numbers: new Map(), texts: [] };
}

/** The number of a DN, whatever its spelling. A text that is no DN gets one that no DN ever gets. */
export function internDn(interner: Interner, dn: string): number {
  return interner.numbers.get(dn) ?? intern(interner, dnKey(dn) ?? `\0${dn}`, dn);
}

/** The number of a username; letter case makes no difference (uid is caseIgnoreMatch, memberUid is not: RFC 2307). */
export function internUsername(interner: Interner, username: string): number {
  return intern(interner, username.toLowerCase(), username);
}

function intern({ numbers, texts }: Interner, key: string, text: string): number {
  const known = numbers.get(key);
  const number = known ?? texts.push(text) - 1;
  if (known === undefined) numbers.set(key, number);
  if (key !== text) numbers.set(text, number);
  return number;
}
