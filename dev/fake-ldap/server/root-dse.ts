/** The root DSE of the in-process LDAP server. */
import { oid } from '../../../src/directory/protocol/protocol.ts';
import type { Entry } from '../../../src/directory/server/entries.ts';
import { withAttributes } from '../tree/entries.ts';
import type { Attributes } from '../tree/ldif.ts';

/** The root DSE (RFC 4512 section 5.1). `attributes`: added to the usual ones, or replace them. */
export function createRootDse(suffix: string, attributes: Attributes): Entry {
  const usual: Attributes = {
    objectClass: ['top'],
    namingContexts: [suffix],
    supportedControl: [oid.pagedResults, oid.persistentSearch],
    supportedExtension: [oid.whoAmI],
    supportedLDAPVersion: ['3'],
    vendorName: ['Rollcall development directory'],
  };
  return { dn: '', key: '', attributes: withAttributes(withAttributes(new Map(), usual), attributes) };
}
