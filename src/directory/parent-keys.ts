/** Keys of many DNs that have few parents between them, as the entries of a directory do. */
import { dnKey, plainKey } from './dn-key.ts';

/** More parents than this are no longer few. */
const REMEMBERED = 10_000;

/** A `dnKey` that works out the key of a parent once for all its children. */
export function dnKeyRememberingParents(): (dn: string) => string | undefined {
  const parents = new Map<string, string | undefined>();
  const keyOfParent = (dn: string): string | undefined => {
    if (parents.has(dn)) return parents.get(dn);
    if (parents.size === REMEMBERED) parents.clear();
    const key = dnKey(dn);
    parents.set(dn, key);
    return key;
  };
  return dn => {
    const plain = plainKey(dn);
    if (plain !== undefined) return plain;
    const at = firstSeparator(dn);
    if (at === -1) return dnKey(dn);
    const parent = keyOfParent(dn.slice(at + 1));
    const own = parent ? dnKey(dn.slice(0, at)) : undefined;
    return own ? `${own},${parent}` : undefined;
  };
}

/** Where the first RDN ends; -1 when there is but one, or quotes make it hard to tell. */
function firstSeparator(dn: string): number {
  for (let at = 0; at < dn.length; at += 1) {
    const character = dn[at];
    if (character === ',' || character === ';') return at;
    if (character === '"') return -1;
    if (character === '\\') at += 1;
  }
  return -1;
}
