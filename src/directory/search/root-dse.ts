/** What a server says about itself (RFC 4512 section 5.1). */
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

/** @throws DirectoryError `malformed` when there is none */
export async function readRootDse(connection: Connection): Promise<Entry> {
  const filter = parseFilter('(objectClass=*)');
  const root = await searchEntry(connection, { base: '', filter, attributes: ATTRIBUTES });
  if (root) return root;
  throw new DirectoryError(
    'malformed',
    `${connection.url} shows no root DSE: let the account read the entry "".`,
  );
}

/**
 * What a server calls itself, the same on every connection to it: Active Directory and Samba name the controller, 389 its
 * host and port. OpenLDAP does not say.
 */
export function serverName(root: Entry): string | undefined {
  const names = ['dsServiceName', 'dnsHostName', 'netscapemdsuffix'].flatMap(
    name => firstText(root, name) ?? [],
  );
  return names.length > 0 ? names.join(' ') : undefined;
}

/** Whether results can be had by pages (RFC 2696). */
export function offersPaging(root: Entry): boolean {
  return textsOf(root, 'supportedControl').includes(PAGED_RESULTS);
}

/** Whether one can ask who one is (RFC 4532). */
export function offersWhoAmI(root: Entry): boolean {
  return textsOf(root, 'supportedExtension').includes(WHO_AM_I);
}
