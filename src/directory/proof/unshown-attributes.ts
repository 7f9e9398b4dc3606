/**
 * Finds attributes that a group does not show although its members may depend on them. If the account may not read an
 * attribute, it looks as if it had no value, and the group as if it had no members. So the server must confirm that
 * there is none: a filter on an attribute that the account may not read evaluates to Undefined, as does its negation
 * (RFC 4511 section 4.5.1.7), and finds nothing.
 */
import { AndFilter, type Filter, NotFilter, OrFilter, PresenceFilter } from 'ldapts';
import type { Connection } from '../connection/connect.ts';
import type { GroupEntry } from '../entry/group-entry.ts';
import { atOnce } from '../search/at-once.ts';
import { identified } from '../search/equality-filter.ts';
import { searchAll } from '../search/paged-search.ts';
import type { Collection } from '../session/collection.ts';
import { isolateFailure } from '../session/isolate-failure.ts';
import type { Session } from '../session/session.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import { knownAttributes } from './attribute-types.ts';
import { backLinked } from './back-links.ts';
import { confirms } from './confirms.ts';

/** For more groups than these, searches by identity cost less than a search for each group. */
const MAX_LOOKED_UP = 4;
/** For more groups than these, one search below the base costs less. */
const MAX_IDENTIFIED = 1_000;

interface UnshownAttributes {
  readonly attributes: readonly string[];
  readonly groups: readonly GroupEntry[];
}

/**
 * Makes groups unknown, from index `from` on, if they lack an attribute and the server does not confirm that they have
 * none.
 * @throws DirectoryError if the connection or the referral policy ends the read
 */
export async function requireShown(session: Session, connection: Connection, from: number): Promise<void> {
  for (const silent of unshownFrom(session.collection, from)) {
    const first = await unprovedOf(session, connection, silent);
    if (first.groups.length === 0) continue;
    const known = await knownAttributes(session, connection, silent.attributes);
    const isLess = known.length < silent.attributes.length;
    const left = isLess ? await unprovedOf(session, connection, { ...first, attributes: known }) : first;
    for (const group of left.groups) {
      const missing = reasonOf(known);
      group.values = { ...group.values, missing, unknown: missing };
    }
  }
}

function reasonOf(attributes: readonly string[]): string {
  const [names, them] = [attributes.join(', '), attributes.length > 1 ? 'them' : 'it'];
  return `it shows no ${names}, and the server does not say that it has none: give the account read and search access to ${them}`;
}

/** Groups that lack the same attributes, together. */
function unshownFrom({ settings, traits, groups }: Collection, from: number): UnshownAttributes[] {
  const { members, dynamic, primaryGroup } = settings.groups;
  const listed = dynamic === undefined ? members : [...members, 'memberURL'];
  const found = new Map<string, { attributes: readonly string[]; groups: GroupEntry[] }>();
  for (const [index, group] of groups.entries.entries()) {
    if (index < from || group.values.unknown !== undefined) continue;
    const lacks = listed.filter(name => !group.values.attributes.includes(name));
    const isKeyless = primaryGroup && groups.primary[index] === undefined;
    const attributes = isKeyless ? [...lacks, traits.primaryGroup.group] : lacks;
    if (attributes.length === 0) continue;
    const key = attributes.join();
    const known = found.get(key);
    if (known === undefined) found.set(key, { attributes, groups: [group] });
    else known.groups.push(group);
  }
  return [...found.values()];
}

/** The groups for which the server does not confirm that they lack all of these attributes. */
async function unprovedOf(
  session: Session,
  connection: Connection,
  silent: UnshownAttributes,
): Promise<UnshownAttributes> {
  const { attributes, groups } = silent;
  if (attributes.length === 0) return { attributes, groups: [] };
  if (attributes.some(name => session.collection.traits.always.group.includes(name))) return silent;
  const filters = attributes.map(attribute => new PresenceFilter({ attribute }));
  const none = new NotFilter({ filter: new OrFilter({ filters }) });
  const proved =
    groups.length > MAX_IDENTIFIED
      ? await proveBySearch(session, connection, none)
      : await proveThese(session, connection, groups, none);
  const linked = await backLinked(
    session,
    connection,
    attributes.some(name => name.toLowerCase() === 'member') ? groups.filter(({ dn }) => proved.has(dn)) : [],
  );
  return { attributes, groups: groups.filter(({ dn }) => !proved.has(dn) || linked.has(dn)) };
}

async function proveBySearch(
  session: Session,
  connection: Connection,
  none: Filter,
): Promise<ReadonlySet<string>> {
  const { baseDn: base, filter: own } = session.collection.settings.groups;
  const filter = new AndFilter({ filters: [parseFilter(own), none] });
  const search = { base, scope: 'sub', filter, attributes: ['1.1'] } as const;
  const proved = new Set<string>();
  const failed = await isolateFailure(session, connection, () =>
    searchAll(connection, search, session.paging, ({ dn }) => {
      proved.add(dn);
    }),
  );
  if (failed) session.collection.remarks.push(failed.message);
  return proved;
}

/** Groups that no search by identity finds are asked one at a time: their failures must not affect others. */
async function proveThese(
  session: Session,
  connection: Connection,
  groups: readonly GroupEntry[],
  none: Filter,
): Promise<ReadonlySet<string>> {
  const proved = new Set<string>();
  const { settings, traits } = session.collection;
  const { baseDn: base, filter: own } = settings.groups;
  const ids = groups.length > MAX_LOOKED_UP ? groups.flatMap(({ externalId }) => externalId ?? []) : [];
  await atOnce(identified(traits.idAttribute, ids), async some => {
    const filter = new AndFilter({ filters: [parseFilter(own), some, none] });
    const search = {
      base,
      scope: 'sub',
      filter,
      attributes: ['1.1'],
      about: 'for groups without members',
    } as const;
    await isolateFailure(session, connection, () =>
      searchAll(connection, search, session.paging, ({ dn }) => {
        proved.add(dn);
      }),
    );
  });
  const left = groups.filter(({ dn }) => !proved.has(dn));
  await atOnce(left, async ({ dn }) => {
    if (await confirms(session, connection, dn, none)) proved.add(dn);
  });
  return proved;
}
