/** Checks by identity whether groups that a read did not find in scope are certainly out of scope. */
import { type Filter, NotFilter, OrFilter } from 'ldapts';
import type { AttributeValue, ReadTargets } from '../../model/read-targets.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { ExternalId } from '../../model/snapshot.ts';
import { namingText, textsOf } from '../entry/entry.ts';
import type { Traits } from '../entry/vendor.ts';
import { confirms } from '../proof/confirms.ts';
import { findHidden } from '../proof/hidden-entries.ts';
import { findNameless } from '../proof/nameless-entries.ts';
import { attributesIn, noGroup, noSuchGroup } from '../proof/negation.ts';
import { equals, identified } from '../search/equality-filter.ts';
import { isBelow } from '../session/naming-contexts.ts';
import type { Session } from '../session/session.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import { findByIdentity, pairOf } from './entries-outside.ts';
import { isInBaseOf, readMappings, wantedName } from './match-mappings.ts';

interface FoundEntry {
  readonly externalId: ExternalId;
  readonly dn: string;
  readonly name: string | undefined;
  readonly lostConflict: boolean;
}

/**
 * Returns the groups for which the server does not confirm the mapping (undefined: none) that `scope` assumes. The
 * reason: the account may not read an attribute of a filter, or the group is in scope.
 * @throws DirectoryError when any search fails
 */
export async function findUnclearGroups(
  session: Session,
  {
    scope = new Map(),
    naming = new Map(),
    lastSeen = new Map(),
  }: Pick<ReadTargets, 'scope' | 'naming' | 'lastSeen'>,
): Promise<ReadonlyMap<ExternalId, string>> {
  const unclear = new Map<ExternalId, string>();
  if (scope.size === 0) return unclear;
  const { settings } = session.collection;
  const everywhere = await findEntries(session, scope.keys());
  const seen = new Set(everywhere.map(({ externalId }) => externalId));
  for (const id of await findHidden(
    session,
    [...scope.keys()].filter(each => !seen.has(each)),
  ))
    unclear.set(id, HIDDEN);
  const near = everywhere.filter(({ dn }) => isBelow(dn, settings.groups.baseDn));
  const matching = await matched(session, near, parseFilter(settings.groups.filter));
  const others = near.filter(({ dn }) => !matching.has(dn));
  const none = noGroup(session.collection);
  const sure = await matched(session, others, none);
  for (const { externalId, dn, lostConflict } of others) {
    const why = lostConflict ? lost(dn) : unreadable('groups.filter', settings.groups.filter);
    if (!sure.has(dn)) unclear.set(externalId, why);
  }
  const found = new Set(near.map(({ externalId }) => externalId));
  const nameless = await findNameless(session, {
    lastSeen: new Map([...scope.keys()].flatMap(id => pairOf(lastSeen, id))),
    attribute: settings.groups.name,
    isInScope: dn => isBelow(dn, settings.groups.baseDn),
    wasFound: id => found.has(id),
    none,
  });
  for (const [id, dns] of nameless) unclear.set(id, hiddenIdentity(session.collection.traits, dns));
  const groups = near.filter(({ dn }) => matching.has(dn));
  for (const [id, reason] of await unclearMappings(session, groups, scope)) unclear.set(id, reason);
  for (const { externalId, dn } of groups) {
    const values = naming.get(externalId) ?? [];
    if (values.length > 0 && !(await confirms(session, session.connection, dn, noneOf(values))))
      unclear.set(externalId, hiddenValue(values));
  }
  return unclear;
}

/** The entries that exist. */
async function findEntries(session: Session, ids: Iterable<ExternalId>): Promise<FoundEntry[]> {
  const { settings, traits } = session.collection;
  const { name } = settings.groups;
  const found: FoundEntry[] = [];
  const search = { filter: undefined, attributes: [traits.idAttribute, name, 'objectClass'] };
  await findByIdentity(session, [...ids], search, (externalId, entry) => {
    const classes = textsOf(entry, 'objectClass').map(text => text.toLowerCase());
    const lostConflict = traits.hiddenClass !== undefined && classes.includes(traits.hiddenClass);
    found.push({ externalId, dn: entry.dn, name: namingText(entry, name), lostConflict });
  });
  return found;
}

async function unclearMappings(
  session: Session,
  groups: readonly FoundEntry[],
  scope: ReadonlyMap<ExternalId, number | undefined>,
): Promise<ReadonlyMap<ExternalId, string>> {
  const { collection, connection, paging } = session;
  const { settings, traits } = collection;
  const unclear = new Map<ExternalId, string>();
  if (groups.length === 0) return unclear;
  const among = identified(
    traits.idAttribute,
    groups.map(({ externalId }) => externalId),
  );
  const mappingOf = await readMappings(connection, settings, traits.idAttribute, paging, { among });
  const isWanted = wantedName(settings);
  const nameless = groups.filter(group => group.name === undefined && !isWanted(group));
  const unnamed = await matched(session, nameless, noSuchGroup(`(${settings.groups.name}=*)`, collection));
  for (const { externalId, dn } of nameless)
    if (!unnamed.has(dn)) unclear.set(externalId, hiddenName(settings));
  const named = groups.filter(isWanted);
  for (const group of named)
    if (mappingOf(group) !== scope.get(group.externalId)) unclear.set(group.externalId, CHANGED);
  for (const [index, mapping] of settings.mappings.entries()) {
    const { filter } = mapping.groups;
    if (filter === undefined) continue;
    const passed = named.filter(
      group => (mappingOf(group) ?? Infinity) > index && isInBaseOf(settings, mapping, group.dn),
    );
    const sure = await matched(session, passed, noSuchGroup(filter, collection));
    for (const { externalId, dn } of passed)
      if (!sure.has(dn)) unclear.set(externalId, unreadable('the filter of a mapping', filter));
  }
  return unclear;
}

/** The DNs of the matching entries: several entries can show one identity. */
async function matched(
  session: Session,
  groups: readonly FoundEntry[],
  filter: ReturnType<typeof parseFilter>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const ids = groups.map(({ externalId }) => externalId);
  const search = { filter, attributes: [session.collection.traits.idAttribute] };
  await findByIdentity(session, ids, search, (_, { dn }) => found.add(dn));
  return found;
}

function noneOf(values: readonly AttributeValue[]): Filter {
  return new NotFilter({
    filter: new OrFilter({ filters: values.map(({ attribute, value }) => equals(attribute, value)) }),
  });
}

const HIDDEN =
  'it exists, but no search by its identity finds it: let the account list its container and read its attributes';
const CHANGED =
  'it was found by its identity a moment later, with another result: the next run reads it again';

function unreadable(what: string, filter: string): string {
  const names = [...attributesIn(filter)].join(', ');
  return `the server says neither that it matches ${what} ${filter} nor that it does not: let the account read and search ${names}`;
}

function lost(dn: string): string {
  return `"${dn}" is a hidden entry that lost a replication conflict: resolve the conflict (nsds5ReplConflict)`;
}

function hiddenValue(values: readonly AttributeValue[]): string {
  const names = new Set(values.map(({ attribute }) => attribute));
  const before = values.map(({ attribute, value }) => `${attribute}: ${value}`);
  return `the server does not say that the value is gone by which it was selected or named (${before.join(', ')}): let the account read and search all values of ${[...names].join(', ')}`;
}

function hiddenIdentity({ idAttribute }: Traits, dns: readonly string[]): string {
  return `"${dns.join('" | "')}" shows no ${idAttribute} and may be it: let the account read and search ${idAttribute}`;
}

function hiddenName({ groups: { name } }: DirectorySettings): string {
  return `it shows no ${name}, which groups.include and groups.exclude look at: let the account read and search ${name}`;
}
