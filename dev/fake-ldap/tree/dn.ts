/** The RDNs of distinguished names. */
import { parseDn, type Rdn } from '../../../src/text/dn-parser.ts';

/** The first RDN, parsed. */
export function rdnOf(dn: string): Rdn {
  return parseDn(dn)[0] ?? [];
}

/** The first RDN as written. */
export function rdnText(dn: string): string {
  return /^(?:\\.|"(?:\\.|[^"\\])*"|[^\\",;])*/s.exec(dn)?.[0].trimEnd() ?? '';
}
