/** The parents of entries, and what they have in common. */
import { dnKey, isUnder } from '../../text/dn-key.ts';

/** A comma between two RDNs, not an escaped one. */
const COMMA = /(?<!\\)(?:\\\\)*,/;

/** The DN without its first RDN. */
export function parentOf(dn: string): string {
  const found = COMMA.exec(dn);
  return found === null ? '' : dn.slice(found.index + found[0].length).trimStart();
}

/** The longest DN that all these DNs are below or equal to; undefined: they have nothing in common. */
export function commonBase(dns: readonly string[]): string | undefined {
  const [first, ...others] = dns;
  if (first === undefined) return undefined;
  const keys = others.map(dn => dnKey(dn) ?? '');
  for (let base = first; base !== ''; base = parentOf(base)) {
    const key = dnKey(base);
    if (key !== undefined && keys.every(other => isUnder(other, key))) return base;
  }
  return undefined;
}
