/** Dynamic groups (groupOfURLs): whoever the searches in memberURL find is a member. */
import { AndFilter, OrFilter } from 'ldapts';
import { DirectoryError } from '../errors.ts';
import type { Collection } from './collect.ts';
import type { Connection } from './connect.ts';
import { parseFilter } from './filter.ts';
import { internDn } from './interned-dns.ts';
import { hostOfServer, type LdapUrl, parseLdapUrl } from './ldap-url.ts';
import { type MemberValues, unknownMembers } from './member-values.ts';
import { searchAll } from './paging.ts';
import type { Session } from './session.ts';

/**
 * Members by DN, as if the group listed them; unknown when a URL cannot be read.
 * @throws DirectoryError as a search does, and `referral` for a URL that another server would have to answer
 */
export async function expandUrls(
  { collection, paging }: Session,
  connection: Connection,
  texts: readonly string[],
): Promise<MemberValues> {
  const numbers: number[] = [];
  const filter = anybody(collection);
  for (const text of texts) {
    const url = parsed(text);
    if (typeof url === 'string') return unknownMembers(url);
    requireOurs(url, text, collection.settings.urls);
    const both = new AndFilter({ filters: [url.filter, filter] });
    await searchAll(connection, { ...url, filter: both, attributes: ['1.1'] }, paging, entry => {
      const number = internDn(collection.interners.dns, entry.bytes, entry.dnStart, entry.dnEnd);
      if (number !== undefined) numbers.push(number);
    });
  }
  return { ...NOTHING, dns: Int32Array.from(numbers) };
}

const NOTHING = { usernames: new Int32Array(0), undecodable: [], unknown: undefined };

function parsed(text: string): LdapUrl | string {
  try {
    return parseLdapUrl(text);
  } catch (error) {
    if (error instanceof SyntaxError) return `its memberURL "${text}" cannot be used: ${error.message}`;
    throw error;
  }
}

/** Only those who can be members: a search from the root would name every printer as an unresolved one. */
function anybody({ settings: { users, groups } }: Collection): OrFilter {
  return new OrFilter({ filters: [parseFilter(users.filter), parseFilter(groups.filter)] });
}

/** No connection is ever made to a server that is not in the configuration. */
function requireOurs({ host }: LdapUrl, text: string, servers: readonly string[]): void {
  if (host === '' || servers.some(server => hostOfServer(server) === host)) return;
  throw new DirectoryError('referral', `The memberURL "${text}" is for another server, which is not asked.`);
}
