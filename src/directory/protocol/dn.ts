/** Distinguished names by key, as the servers compare them. */
import { dnKey } from '../../text/dn-key.ts';
import { LdapFailure, resultCode } from './protocol.ts';

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
