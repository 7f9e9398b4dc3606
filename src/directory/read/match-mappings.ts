/** Finds the mapping of each group. The directory server itself evaluates the filters of the mappings. */
import { AndFilter, type Filter } from 'ldapts';
import { globMatcher } from '../../mapping/name-pattern.ts';
import type { DirectorySettings, MappingSettings } from '../../model/settings.ts';
import { dnKey, isUnder } from '../../text/dn-key.ts';
import type { Connection } from '../connection/connect.ts';
import { entryId } from '../entry/identity.ts';
import { atOnce } from '../search/at-once.ts';
import { requireBase, searchEntry } from '../search/entry-search.ts';
import type { OnEntry } from '../search/on-entry.ts';
import { type PagingOptions, searchAll } from '../search/paged-search.ts';
import type { Search, SearchOptions } from '../search/search.ts';
import { parseFilter } from '../syntax/filter-parser.ts';

interface Named {
  readonly dn: string;
  readonly externalId: string | undefined;
}

/** A group with the value of its name attribute. */
interface NamedGroup extends Named {
  readonly name: string | undefined;
}

interface SearchedGroups {
  /** Only groups that match one of these filters. */
  readonly among?: readonly Filter[];
  /** What to read of the groups that a mapping can match. The searches then find all of these, some of them several times. */
  readonly read?: { readonly attributes: readonly string[]; readonly collect: OnEntry };
}

/** Says whether a mapping matches a group; `key` is the key of its DN. */
type Matcher = (group: Named & { readonly key: string | undefined }) => boolean;

/**
 * Asks the directory which groups the filter of each mapping matches. Returns a function that gives the index of the
 * first mapping that matches a group, or undefined.
 * @param groups limits the groups that the searches find, and says what to read of them; default: no limit, only identities
 * @throws DirectoryError `base_missing` if the base of a mapping with a filter does not exist
 */
export async function readMappings(
  connection: Connection,
  settings: DirectorySettings,
  idAttribute: string,
  options: PagingOptions,
  groups?: SearchedGroups,
): Promise<(group: NamedGroup) => number | undefined> {
  const isWanted = wantedName(settings);
  const matchers = await readMatchers(connection, settings, idAttribute, options, groups);
  return group => {
    if (!isWanted(group)) return undefined;
    const found = { ...group, key: dnKey(group.dn) };
    const index = matchers.findIndex(matches => matches(found));
    return index === -1 ? undefined : index;
  };
}

/** The index of the first mapping that matches one group. Searches for that entry only. */
export async function mappingOfOne(
  connection: Connection,
  settings: DirectorySettings,
  group: NamedGroup,
  options: SearchOptions,
): Promise<number | undefined> {
  if (!wantedName(settings)(group)) return undefined;
  for (const [index, mapping] of settings.mappings.entries()) {
    if (!below(baseOf(settings, mapping))({ key: dnKey(group.dn) })) continue;
    const search = { base: group.dn, filter: filterOf(settings, mapping), attributes: ['1.1'] };
    if (await searchEntry(connection, search, options)) return index;
  }
  return undefined;
}

/** Whether `groups.include` and `groups.exclude` select a group with that name. */
export function wantedName({
  groups,
}: DirectorySettings): (group: { readonly name: string | undefined }) => boolean {
  const [isIncluded, isExcluded] = [globMatcher(groups.include), globMatcher(groups.exclude)];
  return ({ name = '' }) => isIncluded(name) && !isExcluded(name);
}

/** Whether a group lies where a mapping looks for groups. */
export function isInBaseOf(settings: DirectorySettings, mapping: MappingSettings, dn: string): boolean {
  return below(baseOf(settings, mapping))({ key: dnKey(dn) });
}

function baseOf({ groups }: DirectorySettings, { groups: own }: MappingSettings): string {
  return own.baseDn ?? groups.baseDn;
}

/** A group of a mapping must match `groups.filter` and the mapping's own filter. */
function filterOf({ groups }: DirectorySettings, { groups: own }: MappingSettings): Filter {
  const filter = parseFilter(groups.filter);
  return own.filter === undefined ? filter : new AndFilter({ filters: [filter, parseFilter(own.filter)] });
}

/** Mappings with the same filter share one search, below the widest of their bases. */
async function readMatchers(
  connection: Connection,
  settings: DirectorySettings,
  idAttribute: string,
  options: PagingOptions,
  groups: SearchedGroups = {},
): Promise<Matcher[]> {
  const found = new Map<string, ReadonlySet<string>>();
  const matchers: Matcher[] = [];
  const bases: Search[] = [];
  for (const mapping of settings.mappings) {
    const base = baseOf(settings, mapping);
    const isInBase = below(base);
    const isAny = mapping.groups.filter === undefined;
    if (isAny) matchers.push(isInBase);
    if (isAny && groups.read === undefined) continue;
    const filter = filterOf(settings, mapping);
    const attributes = groups.read?.attributes ?? [idAttribute];
    const search: Search = { base: sharedBase(settings, mapping), scope: 'sub', filter, attributes };
    const key = JSON.stringify([search.base, mapping.groups.filter]);
    const matched = found.get(key) ?? (await identitiesOf(connection, search, idAttribute, options, groups));
    found.set(key, matched);
    if (isAny) continue;
    const isMatched: Matcher = group => matched.has(identityOf(group));
    if (search.base === base) matchers.push(isMatched);
    else {
      bases.push({ ...search, base });
      matchers.push(group => isInBase(group) && isMatched(group));
    }
  }
  await atOnce(bases, base => requireBase(connection, base, options));
  return matchers;
}

function sharedBase(settings: DirectorySettings, mapping: MappingSettings): string {
  const own = baseOf(settings, mapping);
  const same = settings.mappings.filter(each => each.groups.filter === mapping.groups.filter);
  const bases = same.map(each => baseOf(settings, each));
  return bases.reduce((widest, base) => (below(base)({ key: dnKey(widest) }) ? base : widest), own);
}

async function identitiesOf(
  connection: Connection,
  search: Search,
  idAttribute: string,
  options: PagingOptions,
  { among, read }: SearchedGroups,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const filters = among?.map(each => new AndFilter({ filters: [search.filter, each] }));
  for (const filter of filters ?? [search.filter])
    await searchAll(connection, { ...search, filter }, options, entry => {
      found.add(identityOf({ dn: entry.dn, externalId: entryId(entry, idAttribute) }));
      return read?.collect(entry);
    });
  return found;
}

function below(baseDn: string): (entry: { readonly key: string | undefined }) => boolean {
  const ancestor = dnKey(baseDn) ?? '';
  return ({ key }) => key !== undefined && isUnder(key, ancestor);
}

/** Identifies a group even if it is renamed between two searches. Groups without an identity are matched by DN. */
function identityOf({ dn, externalId }: Named): string {
  return externalId ?? dnKey(dn) ?? dn;
}
