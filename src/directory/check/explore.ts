/** Looks for people and groups in a directory that is not configured yet, and proposes how to read them. */
import { DirectoryError } from '../../errors.ts';
import type { DirectoryDraft } from '../../model/operations/init.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import { type Connection, connect } from '../connection/connect.ts';
import { type Entry, hasValues, isRanged, textsOf } from '../entry/entry.ts';
import { type KnownVendor, vendorOf } from '../entry/vendor.ts';
import { searchAll } from '../search/paged-search.ts';
import { readRootDse } from '../search/root-dse.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import { commonBase, parentOf } from './containers.ts';

interface Kind {
  readonly filter: string;
  /** The attributes of usernames or members. At least one entry must show one of them. */
  readonly attributes: readonly string[];
}

const MEMBERS = ['member', 'uniqueMember', 'memberUid'];
/** People as RFC 4519 servers have them, the usual kind first. */
const PEOPLE: readonly Kind[] = ['inetOrgPerson', 'posixAccount', 'account', 'person'].map(name => ({
  filter: `(objectClass=${name})`,
  attributes: ['uid'],
}));
const GROUPS: readonly Kind[] = [
  {
    filter: '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup))',
    attributes: MEMBERS,
  },
];

/** Vendors with kinds of their own, as config/*.yaml explains them. */
const KINDS: Partial<
  Record<KnownVendor, { readonly people: readonly Kind[]; readonly groups: readonly Kind[] }>
> = {
  activedirectory: {
    people: [
      {
        filter: '(&(objectCategory=person)(objectClass=user)(!(sAMAccountType=805306370)))',
        attributes: ['sAMAccountName'],
      },
    ],
    groups: [
      {
        filter: '(&(objectCategory=group)(groupType:1.2.840.113556.1.4.803:=2147483648))',
        attributes: ['member'],
      },
    ],
  },
  freeipa: {
    // Below cn=accounts only: cn=compat has copies without identity.
    people: [{ filter: '(&(objectClass=posixAccount)(ipaUniqueID=*))', attributes: ['uid'] }],
    groups: [{ filter: '(objectClass=ipaUserGroup)', attributes: ['member'] }],
  },
};

/**
 * Reads the names of all people and groups below the base, so that the proposed bases contain all of them.
 * @param base undefined: the first naming context of the server that can have people
 * @throws DirectoryError if a server does not answer or shows neither people nor groups
 */
export async function exploreDirectory(settings: DirectorySettings, base?: string): Promise<DirectoryDraft> {
  const [url = ''] = settings.urls;
  using connection = await connect(url, settings);
  const root = await readRootDse(connection);
  const vendor = vendorOf(settings, root);
  const below = base ?? mainContext(root, url);
  const { people: kindsOfPeople = PEOPLE, groups: kindsOfGroups = GROUPS } = KINDS[vendor] ?? {};
  const users = await firstFound(connection, settings, below, kindsOfPeople);
  if (users === undefined) throw nothing('people', below, kindsOfPeople);
  const groups = await firstFound(connection, settings, below, kindsOfGroups);
  if (groups === undefined) throw nothing('groups', below, kindsOfGroups);
  const [username = 'uid'] = users.shown;
  return {
    vendor,
    base: below,
    users: { baseDn: users.base, filter: users.filter, username, found: users.found },
    groups: { baseDn: groups.base, filter: groups.filter, members: groups.shown, found: groups.found },
    containers: groups.containers,
  };
}

interface Found {
  readonly filter: string;
  readonly base: string;
  readonly found: number;
  /** Those of the attributes that an entry has. */
  readonly shown: readonly string[];
  readonly containers: DirectoryDraft['containers'];
}

async function firstFound(
  connection: Connection,
  settings: DirectorySettings,
  base: string,
  kinds: readonly Kind[],
): Promise<Found | undefined> {
  for (const kind of kinds) {
    const found = await find(connection, settings, base, kind);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function find(
  connection: Connection,
  { pageSize }: DirectorySettings,
  base: string,
  { filter, attributes }: Kind,
): Promise<Found | undefined> {
  const containers = new Map<string, number>();
  const shown = new Set<string>();
  let found = 0;
  const search = { base, scope: 'sub', filter: parseFilter(filter), attributes } as const;
  await searchAll(connection, search, { pageSize, referrals: 'ignore' }, entry => {
    const parent = parentOf(entry.dn);
    found += 1;
    containers.set(parent, (containers.get(parent) ?? 0) + 1);
    for (const name of attributes) if (shows(entry, name)) shown.add(name);
    return undefined;
  });
  if (shown.size === 0) return undefined;
  return {
    filter,
    base: commonBase([...containers.keys()]) ?? base,
    found,
    shown: attributes.filter(name => shown.has(name)),
    containers: [...containers].map(([dn, count]) => ({ dn, found: count })),
  };
}

function shows(entry: Entry, name: string): boolean {
  return hasValues(entry, name) || isRanged(entry, name);
}

/** The first naming context that can have people: not the schema, the configuration, the log of changes or the zones of DNS. */
function mainContext(root: Entry, url: string): string {
  const contexts = textsOf(root, 'namingContexts');
  const main = contexts.find(dn => /^(?:dc|o|ou|c)=(?!netscaperoot|forestdnszones|domaindnszones)/i.test(dn));
  if (main !== undefined) return main;
  throw new DirectoryError(
    'base_missing',
    `${url} names no part of the directory with people: give its DN as --base.`,
  );
}

function nothing(what: string, base: string, kinds: readonly Kind[]): DirectoryError {
  const filters = kinds
    .map(({ filter, attributes }) => `${filter} with ${attributes.join(' or ')}`)
    .join('; ');
  return new DirectoryError('base_missing', `The account sees no ${what} below "${base}": ${filters}.`);
}
