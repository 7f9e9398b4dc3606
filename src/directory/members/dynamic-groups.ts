/** Expands dynamic groups (groupOfURLs): the entries that the searches in memberURL find are members. */
import { AndFilter, OrFilter } from 'ldapts';
import { DirectoryError } from '../../errors.ts';
import type { DynamicSettings } from '../../model/settings.ts';
import type { Connection } from '../connection/connect.ts';
import { internDn } from '../entry/dn-table.ts';
import type { Entry } from '../entry/entry.ts';
import { type MemberValues, unknownMembers } from '../entry/member-values.ts';
import { searchAll } from '../search/paged-search.ts';
import type { PageCounts } from '../search/search.ts';
import type { Collection } from '../session/collection.ts';
import type { Session } from '../session/session.ts';
import { requireLeft, spendTime, spendUrl } from '../session/url-budget.ts';
import { refusalOf } from '../syntax/dynamic-rules.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import { hostOfServer, type LdapUrl, parseLdapUrl } from '../syntax/ldap-url.ts';

/**
 * The members by DN, as if the group listed them. Unknown if a URL cannot be parsed, or if `rules` do not allow it.
 * @throws DirectoryError as a search does, `referral` for a URL of another server, and `time_limit` or `size_limit` if
 * this memberURL or all of the read exceed their budget
 */
export async function expandUrls(
  session: Session,
  connection: Connection,
  texts: readonly string[],
  rules: DynamicSettings,
): Promise<MemberValues> {
  const { urls: servers } = session.collection.settings;
  const numbers = new Set<number>();
  for (const text of texts) {
    const url = parsed(text, rules);
    if (typeof url === 'string')
      return unknownMembers(`its memberURL "${shortened(text)}" is not followed: ${url}`);
    requireOurs(url, text, servers);
    await follow(session, connection, url, numbers);
  }
  return { ...NOTHING, dns: Int32Array.from(numbers) };
}

const NOTHING = { usernames: new Int32Array(0), undecodable: [], bitStrings: [], unknown: undefined };
const SHOWN = 200;

async function follow(
  { collection, paging }: Session,
  connection: Connection,
  url: LdapUrl,
  numbers: Set<number>,
): Promise<void> {
  const { urlBudget, interners } = collection;
  const filter = new AndFilter({ filters: [url.filter, possibleMember(collection)] });
  const onPage = (counts: PageCounts) => {
    paging.onPage?.(counts);
    spendTime(urlBudget);
    requireLeft(urlBudget);
  };
  const onEntry = (entry: Entry): undefined => {
    urlBudget.leftEntries -= 1;
    const number = internDn(interners.dns, entry.bytes, entry.dnStart, entry.dnEnd);
    if (number !== undefined) numbers.add(number);
  };
  const options = { ...paging, timeouts: spendUrl(urlBudget), onPage };
  try {
    await searchAll(connection, { ...url, filter, attributes: ['1.1'] }, options, onEntry);
  } finally {
    spendTime(urlBudget);
  }
}

function parsed(text: string, rules: DynamicSettings): LdapUrl | string {
  try {
    const url = parseLdapUrl(text);
    return refusalOf(url, rules) ?? url;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

/** Limits the search to possible members. Otherwise a search from the root would report every printer as unresolved. */
function possibleMember({ settings: { users, groups } }: Collection): OrFilter {
  return new OrFilter({ filters: [parseFilter(users.filter), parseFilter(groups.filter)] });
}

/** Rejects a URL of another server: Rollcall connects only to configured servers. */
function requireOurs({ host }: LdapUrl, text: string, servers: readonly string[]): void {
  if (host === '' || servers.some(server => hostOfServer(server) === host)) return;
  const problem = `The memberURL "${shortened(text)}" is for another server, which is not in urls.`;
  throw new DirectoryError('referral', problem);
}

function shortened(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
