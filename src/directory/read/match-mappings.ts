/** Which mapping a group falls under. The directory itself applies the mappings' filters. */
import { AndFilter, type Filter } from 'ldapts';
import { globMatcher } from '../../mapping/name-pattern.ts';
import type { DirectorySettings, MappingSettings } from '../../model/settings.ts';
import { dnKey, isUnder } from '../../text/dn-key.ts';
import type { Connection } from '../connection/connect.ts';
import { entryId } from '../entry/identity.ts';
import { requireBase, searchEntry } from '../search/entry-search.ts';
import { type PagingOptions, searchAll } from '../search/paged-search.ts';
import type { Search, SearchOptions } from '../search/search.ts';
import { parseFilter } from '../syntax/filter-parser.ts';

interface Named {
  readonly dn: string;
  readonly externalId: string | undefined;
}

/** A group with the value that names it. */
interface NamedGroup extends Named {
  readonly name: string | undefined;
}

/** Says whether a mapping is about a group; `key` is that of its DN. */
type Matcher = (group: Named & { readonly key: string | undefined }) => boolean;

/**
 * Asks the directory which groups each mapping's filter matches, and returns the rule for all groups: the index of the
 * first mapping that matches, or undefined.
 * @param among the only groups that it is asked about, as filters of which one must match; left out: all
 * @throws DirectoryError `base_missing` when a mapping with a filter has a base that is not there
 */
export async function readMappings(
  connection: Connection,
  settings: DirectorySettings,
  idAttribute: string,
  options: PagingOptions,
  among?: readonly Filter[],
): Promise<(group: NamedGroup) => number | undefined> {
  const isWanted = wantedName(settings);
  const matchers = await readMatchers(connection, settings, idAttribute, options, among);
  return group => {
    if (!isWanted(group)) return undefined;
    const found = { ...group, key: dnKey(group.dn) };
    const index = matchers.findIndex(matches => matches(found));
    return index === -1 ? undefined : index;
  };
}

/** The index of the first mapping that matches one group, found with a search for that entry alone. */
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

/** Whether `groups.include` and `groups.exclude` let a group of that name through. */
export function wantedName({
  groups,
}: DirectorySettings): (group: { readonly name: string | undefined }) => boolean {
  const [isIncluded, isExcluded] = [globMatcher(groups.include), globMatcher(groups.exclude)];
  return ({ name = '' }) => isIncluded(name) && !isExcluded(name);
}

function baseOf({ groups }: DirectorySettings, { groups: own }: MappingSettings): string {
  return own.baseDn ?? groups.baseDn;
}

/** Groups that a mapping is about are groups of the directory that also match the mapping's own filter. */
function filterOf({ groups }: DirectorySettings, { groups: own }: MappingSettings): Filter {
  const filter = parseFilter(groups.filter);
  return own.filter === undefined ? filter : new AndFilter({ filters: [filter, parseFilter(own.filter)] });
}

/** Mappings that share a filter share a search, below the widest of their bases. */
async function readMatchers(
  connection: Connection,
  settings: DirectorySettings,
  idAttribute: string,
  options: PagingOptions,
  among: readonly Filter[] | undefined,
): Promise<Matcher[]> {
  const found = new Map<string, ReadonlySet<string>>();
  const matchers: Matcher[] = [];
  for (const mapping of settings.mappings) {
    const base = baseOf(settings, mapping);
    const isInBase = below(base);
    if (mapping.groups.filter === undefined) {
      matchers.push(isInBase);
      continue;
    }
    const filter = filterOf(settings, mapping);
    const search: Search = {
      base: sharedBase(settings, mapping),
      scope: 'sub',
      filter,
      attributes: [idAttribute],
    };
    const key = JSON.stringify([search.base, mapping.groups.filter]);
    const matched = found.get(key) ?? (await identitiesOf(connection, search, idAttribute, options, among));
    found.set(key, matched);
    const isMatched: Matcher = group => matched.has(identityOf(group));
    if (search.base === base) matchers.push(isMatched);
    else {
      await requireBase(connection, { ...search, base }, options);
      matchers.push(group => isInBase(group) && isMatched(group));
    }
  }
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
  among: readonly Filter[] = [],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const narrowed = among.map(each => new AndFilter({ filters: [search.filter, each] }));
  for (const filter of among.length > 0 ? narrowed : [search.filter])
    await searchAll(connection, { ...search, filter }, options, (entry): undefined => {
      found.add(identityOf({ dn: entry.dn, externalId: entryId(entry, idAttribute) }));
    });
  return found;
}

function below(baseDn: string): (entry: { readonly key: string | undefined }) => boolean {
  const ancestor = dnKey(baseDn) ?? '';
  return ({ key }) => key !== undefined && isUnder(key, ancestor);
}

/** The identity stays when a group is renamed between two searches; the DN serves only those that have none. */
function identityOf({ dn, externalId }: Named): string {
  return externalId ?? dnKey(dn) ?? dn;
}
