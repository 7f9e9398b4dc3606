/** Which mapping a group falls under. The directory itself applies the mappings' filters. */
import { AndFilter, type Filter } from 'ldapts';
import type { DirectorySettings, MappingSettings } from '../settings.ts';
import type { Connection } from './connect.ts';
import { dnKey, isUnder } from './dn-key.ts';
import type { Entry } from './entry.ts';
import { parseFilter } from './filter.ts';
import { globMatcher } from './glob.ts';
import { entryId } from './identity.ts';
import { type PagingOptions, type Search, type SearchOptions, searchAll, searchEntry } from './paging.ts';

interface Named {
  readonly dn: string;
  readonly externalId: string | undefined;
}

/** A group with the value that names it. */
interface NamedGroup extends Named {
  readonly name: string | undefined;
}

/** Says whether a mapping's filter matched a group. */
type Matcher = (group: Named) => boolean;

/**
 * Asks the directory which groups each mapping's filter matches, and returns the rule for all groups: the index of the
 * first mapping that matches, or undefined.
 */
export async function readMappings(
  connection: Connection,
  settings: DirectorySettings,
  idAttribute: string,
  options: PagingOptions,
): Promise<(group: NamedGroup) => number | undefined> {
  const isWanted = wantedName(settings);
  const matchers: Matcher[] = [];
  for (const mapping of settings.mappings)
    matchers.push(await matcherOf(connection, settings, mapping, idAttribute, options));
  return group => {
    if (!isWanted(group)) return undefined;
    const index = matchers.findIndex(matches => matches(group));
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
    if (!belowMatcher(mapping.groups.baseDn ?? settings.groups.baseDn)(group)) continue;
    const search = mappedGroups(settings, mapping, ['1.1']);
    if (await searchEntry(connection, { ...search, base: group.dn }, options)) return index;
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

/** Groups that a mapping is about: those of the directory that also match the mapping's own filter and base. */
function mappedGroups(
  { groups }: DirectorySettings,
  { groups: own }: MappingSettings,
  attributes: readonly string[],
): Search {
  return {
    base: own.baseDn ?? groups.baseDn,
    scope: 'sub',
    filter: bothFilters(groups.filter, own.filter),
    attributes,
  };
}

function bothFilters(first: string, second: string | undefined): Filter {
  const filter = parseFilter(first);
  return second === undefined ? filter : new AndFilter({ filters: [filter, parseFilter(second)] });
}

async function matcherOf(
  connection: Connection,
  settings: DirectorySettings,
  mapping: MappingSettings,
  idAttribute: string,
  options: PagingOptions,
): Promise<Matcher> {
  if (mapping.groups.filter === undefined)
    return belowMatcher(mapping.groups.baseDn ?? settings.groups.baseDn);
  const matched = new Set<string>();
  await searchAll(connection, mappedGroups(settings, mapping, [idAttribute]), options, entry =>
    matched.add(identityOf(named(entry, idAttribute))),
  );
  return group => matched.has(identityOf(group));
}

function belowMatcher(baseDn: string): Matcher {
  const ancestor = dnKey(baseDn) ?? '';
  return ({ dn }) => {
    const key = dnKey(dn);
    return key !== undefined && isUnder(key, ancestor);
  };
}

function named(entry: Entry, idAttribute: string): Named {
  return { dn: entry.dn, externalId: entryId(entry, idAttribute) };
}

/** The identity stays when a group is renamed between two searches; the DN serves only those that have none. */
function identityOf({ dn, externalId }: Named): string {
  return externalId ?? dnKey(dn) ?? dn;
}
