/**
 * A generated organisation. A member refers to the person or group, not to a DN: the contents of the directory and the
 * true members are two independent interpretations of this model.
 */
import type { Dialect } from './dialect.ts';
import type { Dn, Rdn, Spelling } from './dn.ts';

export type Size = 'S' | 'M' | 'L';

/** An organizational unit. */
export interface Place {
  name: string;
  /** undefined: directly below the suffix. */
  readonly parent: Place | undefined;
}

export interface Person {
  readonly kind: 'person';
  /** The entryUUID, until the entry is created again. */
  readonly id: string;
  readonly number: number;
  place: Place;
  rdn: 'uid' | 'cn' | 'cn+employeeNumber';
  cn: string;
  readonly surname: string;
  readonly givenName: string;
  /** Values of uid; the first is the one in the DN if uid names the entry. */
  usernames: readonly string[];
  mails: readonly string[];
  title: string;
  disabled: boolean;
  /** The username of the local user of this person; undefined: none, or ambiguous. */
  readonly local: string | undefined;
}

/**
 * The object class of a group; servers without that class have the most similar one. A groupOfURLs has queries instead
 * of members.
 */
export type Shape = 'groupOfNames' | 'groupOfUniqueNames' | 'groupOfMembers' | 'posixGroup' | 'groupOfURLs';

/** All people with a given name directly in a place (`one`) or anywhere below it (`sub`). */
export interface Query {
  readonly place: Place;
  readonly scope: 'one' | 'sub';
  readonly givenName: string;
}

/** A member value without a person or group: another kind of entry, a deleted one, or none. */
export interface NonUser {
  readonly kind: 'stranger';
  /** The value in the directory. */
  readonly text: string;
  /** It is the value of an entry that is not a person. */
  readonly present: boolean;
}

export interface Member {
  readonly to: Person | Group | NonUser;
  readonly spelling: Spelling;
  /** A bit string that follows the DN in a value of uniqueMember (RFC 4517, 3.3.21), such as `'0101'B`. */
  readonly uidPart?: string;
}

export interface Group {
  readonly kind: 'group';
  readonly id: string;
  readonly number: number;
  place: Place;
  readonly rdn: 'cn' | 'ou';
  cn: string;
  /** Further values of cn, before the one that names the entry. */
  readonly aliases: readonly string[];
  readonly shape: Shape;
  description: string;
  /** The group has no mapping. */
  private: boolean;
  members: Member[];
  readonly queries: readonly Query[];
}

export interface Organisation {
  readonly size: Size;
  readonly seed: string;
  readonly dialect: Dialect;
  /** Domain components, as in `['example', 'com']`. */
  readonly domain: readonly string[];
  /** By path from the suffix: `People`, `People/Berlin` … Parents come before their children. */
  readonly places: Map<string, Place>;
  readonly people: Person[];
  readonly groups: Group[];
  /** The number of odd groups, which are the first ones. */
  oddGroups: number;
}

/** The place with that path; throws an Error with the path if there is none. */
export function placeAt(organisation: Organisation, path: string): Place {
  const place = organisation.places.get(path);
  if (place === undefined) throw new Error(`the organisation has no place "${path}"`);
  return place;
}

/** Whether `place` is `ancestor` or below it. */
export function isUnder(place: Place | undefined, ancestor: Place): boolean {
  for (let at = place; at !== undefined; at = at.parent) if (at === ancestor) return true;
  return false;
}

/** The DN of the suffix, or of a place. */
export function placeDn(organisation: Organisation, place?: Place): Dn {
  if (place === undefined) return organisation.domain.map(value => [{ type: 'dc', value }]);
  return [[{ type: 'ou', value: place.name }], ...placeDn(organisation, place.parent)];
}

/** The RDN of an entry. */
export function rdnOf(entry: Person | Group): Rdn {
  const cn = { type: 'cn', value: entry.cn };
  if (entry.kind === 'group')
    return entry.rdn === 'cn' ? [cn] : [{ type: 'ou', value: `group ${entry.number}` }];
  if (entry.rdn === 'cn') return [cn];
  if (entry.rdn === 'uid') return [{ type: 'uid', value: entry.usernames[0] ?? '' }];
  return [cn, { type: 'employeeNumber', value: String(entry.number) }];
}

/** The DN of an entry. */
export function dnOf(organisation: Organisation, entry: Person | Group): Dn {
  return [rdnOf(entry), ...placeDn(organisation, entry.place)];
}
