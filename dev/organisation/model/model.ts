/**
 * A made-up organisation. A member refers to the person or group it means, not to a DN: what the directory writes and
 * who is truly in a group are two separate readings of this model.
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
  /** The entryUUID, for as long as nobody created the entry again. */
  readonly id: string;
  readonly number: number;
  place: Place;
  rdn: 'uid' | 'cn' | 'cn+employeeNumber';
  cn: string;
  readonly surname: string;
  readonly givenName: string;
  /** Values of uid; the first is the one in the DN where uid names the entry. */
  usernames: readonly string[];
  mails: readonly string[];
  title: string;
  disabled: boolean;
  /** The username of the local user who this is; undefined: nobody, or not to be told which of several. */
  readonly local: string | undefined;
}

/**
 * How a group is stored: where OpenLDAP has that class, others have the one that comes closest. A groupOfURLs has
 * queries instead of members.
 */
export type Shape = 'groupOfNames' | 'groupOfUniqueNames' | 'groupOfMembers' | 'posixGroup' | 'groupOfURLs';

/** Everybody of a given name directly in a place (`one`) or anywhere below it (`sub`). */
export interface Query {
  readonly place: Place;
  readonly scope: 'one' | 'sub';
  readonly givenName: string;
}

/** A member value that means nobody: something that is neither person nor group, is gone, or never was. */
export interface Stranger {
  readonly kind: 'stranger';
  /** The value as it stands in the directory. */
  readonly text: string;
  /** It is an entry of the directory, though nobody. */
  readonly present: boolean;
}

export interface Member {
  readonly to: Person | Group | Stranger;
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
  /** Further values of cn, listed before the one that names the entry. */
  readonly aliases: readonly string[];
  readonly shape: Shape;
  description: string;
  /** No mapping wants it. */
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
  /** How many groups, from the first one on, are made to be odd. */
  oddGroups: number;
}

/** The place with that path; an Error names the path when there is none. */
export function placeAt(organisation: Organisation, path: string): Place {
  const place = organisation.places.get(path);
  if (place === undefined) throw new Error(`the organisation has no place "${path}"`);
  return place;
}

/** Whether `place` is `ancestor` or somewhere below it. */
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
