/** Generates a whole organisation from a size and a seed. */
import type { Dialect } from '../model/dialect.ts';
import type { Organisation, Size } from '../model/model.ts';
import { addDynamicGroups } from './dynamic-groups.ts';
import { addPlainGroups, addRegularGroups, type GroupSizes } from './groups.ts';
import { addOddGroups } from './odd-groups.ts';
import { addPeople } from './people.ts';
import { buildPlaces } from './places.ts';

/** People (odd ones included) and regular groups; about a hundred odd and plain groups come on top. */
const SIZES: Readonly<Record<Size, { people: number; groups: GroupSizes }>> = {
  S: { people: 200, groups: { count: 30, largest: [140, 80], rest: 400 } },
  M: { people: 10_000, groups: { count: 1_000, largest: [9_000, 5_001, 4_000, 1_501, 1_500], rest: 25_000 } },
  L: {
    people: 100_000,
    groups: {
      count: 10_000,
      largest: [45_000, 30_000, 22_000, 20_001, 5_001, 5_000, 1_501, 1_500],
      rest: 300_000,
    },
  },
};

/** Generates an organisation. The same size and seed always give the same one. */
export function makeOrganisation(options: {
  readonly size: Size;
  readonly seed?: string;
  /** Default: `dc=example,dc=com`. */
  readonly domain?: readonly string[];
  /** The server that will store it. Default: OpenLDAP. */
  readonly dialect?: Dialect;
  /** With groups of queries (groupOfURLs), which Active Directory does not support. Default: false. */
  readonly dynamic?: boolean;
}): Organisation {
  const { people, groups } = SIZES[options.size];
  const organisation: Organisation = {
    size: options.size,
    seed: options.seed ?? '1',
    dialect: options.dialect ?? 'openldap',
    domain: options.domain ?? ['example', 'com'],
    places: buildPlaces(),
    people: [],
    groups: [],
    oddGroups: 0,
  };
  addPeople(organisation, people);
  addOddGroups(organisation);
  if (options.dynamic) addDynamicGroups(organisation);
  organisation.oddGroups = organisation.groups.length;
  addPlainGroups(organisation);
  addRegularGroups(organisation, groups);
  return organisation;
}
