/** Distinguished names as the server needs them: compared by key, and split into RDNs. */

import { LdapFailure, resultCode } from '../../../src/directory/protocol/protocol.ts';
import { dnKey } from '../../../src/text/dn-key.ts';
import { parseDn, type Rdn } from '../../../src/text/dn-parser.ts';

/** Equal for equal names in any spelling. Throws LdapFailure 34 for a text that is not a DN. */
export function keyOf(dn: string): string {
  const key = dnKey(dn);
  if (key === undefined)
    throw new LdapFailure(resultCode.invalidDNSyntax, `"${dn}" is no distinguished name`);
  return key;
}

/** The key of the parent; empty above a key of one RDN. A comma in a key always separates two RDNs. */
export function parentKey(key: string): string {
  const comma = key.indexOf(',');
  return comma < 0 ? '' : key.slice(comma + 1);
}

/** The first RDN, parsed. */
export function rdnOf(dn: string): Rdn {
  return parseDn(dn)[0] ?? [];
}

/** The first RDN as written. */
export function rdnText(dn: string): string {
  return /^(?:\\.|"(?:\\.|[^"\\])*"|[^\\",;])*/s.exec(dn)?.[0].trimEnd() ?? '';
}
