/** The filters of memberURLs that decide about one entry. */
import type { Filter } from 'ldapts';
import { dnKey, isUnder } from '../../text/dn-key.ts';
import { type LdapUrl, parseLdapUrl } from '../syntax/ldap-url.ts';

/** Returns the filters of those of these memberURLs whose search covers the entry. The read has followed all of them. */
export function filtersAbout(dn: string, urls: readonly string[]): Filter[] {
  const key = dnKey(dn);
  if (key === undefined) return [];
  return urls
    .map(parseLdapUrl)
    .filter(url => isCovered(key, url))
    .map(({ filter }) => filter);
}

/** In a key, commas inside of values are escaped. */
function isCovered(key: string, { base, scope }: LdapUrl): boolean {
  const baseKey = dnKey(base) ?? '';
  if (scope === 'base') return key === baseKey;
  if (scope === 'one') return key.slice(key.indexOf(',') + 1) === baseKey;
  return isUnder(key, baseKey);
}
