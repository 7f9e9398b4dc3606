/** Each distinct DN becomes a small number the first time it is seen, as an entry or as a member value. */
import { dnKey } from './dn-key.ts';

export interface Interner {
  readonly numbers: Map<string, number>;
  /** The spelling in which a number was first seen. */
  readonly texts: string[];
}

export function startInterning(): Interner {
  return { numbers: new Map(), texts: [] };
}

/** The number of a DN, whatever its spelling. A text that is no DN gets one that no DN ever gets. */
export function internDn(interner: Interner, dn: string): number {
  return intern(interner, dnKey(dn) ?? `\0${dn}`, dn);
}

/** The number of a username; letter case makes no difference (uid is caseIgnoreMatch, memberUid is not: RFC 2307). */
export function internUsername(interner: Interner, username: string): number {
  return intern(interner, username.toLowerCase(), username);
}

function intern(interner: Interner, key: string, text: string): number {
  const known = interner.numbers.get(key);
  if (known !== undefined) return known;
  const number = interner.texts.length;
  interner.numbers.set(key, number);
  interner.texts.push(text);
  return number;
}
