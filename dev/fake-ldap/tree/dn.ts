/** Distinguished names as the server needs them: told apart by key, cut where one RDN ends. */
import { dnKey } from '../../../src/text/dn-key.ts';
import { parseDn, type Rdn } from '../../../src/text/dn-parser.ts';
import { LdapFailure, resultCode } from '../protocol/protocol.ts';

/** Equal for equal names, whatever their spelling. Throws LdapFailure 34 for what is no DN. */
export function keyOf(dn: string): string {
  const key = dnKey(dn);
  if (key === undefined)
    throw new LdapFailure(resultCode.invalidDNSyntax, `"${dn}" is no distinguished name`);
  return key;
}

/** The key of the entry above; empty above a key of one RDN. A comma in a key always parts two RDNs. */
export function parentKey(key: string): string {
  const comma = key.indexOf(',');
  return comma < 0 ? '' : key.slice(comma + 1);
}

/** The first RDN taken apart. */
export function rdnOf(dn: string): Rdn {
  return parseDn(dn)[0] ?? [];
}

/** The first RDN as it is written. */
export function rdnText(dn: string): string {
  return /^(?:\\.|"(?:\\.|[^"\\])*"|[^\\",;])*/s.exec(dn)?.[0].trimEnd() ?? '';
}
