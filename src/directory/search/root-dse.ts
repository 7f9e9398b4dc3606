/** Reads the root DSE, in which a server describes itself (RFC 4512 section 5.1). */
import { DirectoryError } from '../../errors.ts';
import type { Connection } from '../connection/connect.ts';
import { type Entry, firstText, textsOf } from '../entry/entry.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import { searchEntry } from './entry-search.ts';

const ATTRIBUTES = [
  'objectClass',
  'namingContexts',
  'supportedControl',
  'supportedExtension',
  'supportedCapabilities',
  'vendorName',
  'vendorVersion',
  'configContext',
  'dsServiceName',
  'dnsHostName',
  'netscapemdsuffix',
  'highestCommittedUSN',
  'currentTime',
  'lastusn',
  'subschemaSubentry',
];
const PAGED_RESULTS = '1.2.840.113556.1.4.319';
const WHO_AM_I = '1.3.6.1.4.1.4203.1.11.3';

/** @throws DirectoryError `malformed` if the server shows no root DSE */
export async function readRootDse(connection: Connection): Promise<Entry> {
  const filter = parseFilter('(objectClass=*)');
  const root = await searchEntry(connection, { base: '', filter, attributes: ATTRIBUTES });
  if (root) return root;
  throw new DirectoryError(
    'malformed',
    `${connection.url} shows no root DSE: give the account read access to the entry "".`,
  );
}

/**
 * The server's own name, which is the same on every connection to it: Active Directory and Samba report the controller,
 * 389 reports host and port. OpenLDAP reports none.
 */
export function serverName(root: Entry): string | undefined {
  const names = ['dsServiceName', 'dnsHostName', 'netscapemdsuffix'].flatMap(
    name => firstText(root, name) ?? [],
  );
  return names.length > 0 ? names.join(' ') : undefined;
}

/** Whether the server supports paged results (RFC 2696). */
export function offersPaging(root: Entry): boolean {
  return textsOf(root, 'supportedControl').includes(PAGED_RESULTS);
}

/** Whether the server supports the "Who am I?" operation (RFC 4532). */
export function offersWhoAmI(root: Entry): boolean {
  return textsOf(root, 'supportedExtension').includes(WHO_AM_I);
}
