/**
 * A small organisation as a value: the entries of its directory and the resulting members, computed without the
 * product.
 */
import type { LdifEntry } from '../../../dev/fake-ldap/tree/ldif.ts';
import { uuid } from '../../support/given/values.ts';

/**
 * The application knows people as user `id`, except those above 100: second owners of a username, and people who were
 * created again.
 */
export interface Person {
  readonly id: number;
  readonly uid: string;
  readonly second: readonly string[];
  readonly ou: string;
  readonly disabled: boolean;
  /** The id of the primary group. */
  readonly gid?: number | undefined;
  /** The identity that the entry shows, if it is that of another person. */
  readonly shows?: number;
}

/** Ids of groups are above 1000. */
export interface Group {
  readonly id: number;
  readonly cn: string;
  readonly ou: string;
  readonly dns: readonly string[];
  readonly uids: readonly string[];
}

/** The former DN or name of an entry, which values may still have. */
export interface Ghost {
  readonly id: number;
  /** A DN, or a username. */
  readonly name: string;
  /** Its members, if it was a group. */
  readonly group?: Group;
}

/** An entry that users.filter does not match, with the username of a person. Ids of devices are above 5000. */
export interface Device {
  readonly id: number;
  readonly uid: string;
  readonly dn: string;
}

export interface Organisation {
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
  readonly ghosts: readonly Ghost[];
  readonly devices?: readonly Device[];
  readonly features?: Features;
}

/** How the settings read a directory. */
export interface Features {
  /** groups.primaryGroup is on. */
  readonly primary?: true;
  /** groups.nested is off. */
  readonly flat?: true;
  /** users.outside is `lookup`: a DN finds people anywhere, a username does not. */
  readonly lookup?: true;
}

const SUFFIX = 'dc=test';
export const ACCOUNT = { dn: `cn=rollcall,${SUFFIX}`, password: 'secret' };
export const PEOPLE = `ou=people,${SUFFIX}`;
const GROUPS = `ou=groups,${SUFFIX}`;
/** Units of people; the last one is outside of the configured people. */
export const PEOPLE_OUS = [PEOPLE, `ou=a,${PEOPLE}`, `ou=b,${PEOPLE}`, `ou=left,${SUFFIX}`];
export const LEFT = `ou=left,${SUFFIX}`;
export const GROUP_OUS = [GROUPS, `ou=x,${GROUPS}`];

/** These never change, so that the directory never seems empty. */
export const ANCHOR: Person = { id: 9, uid: 'u9', second: [], ou: PEOPLE, disabled: false };
export const ANCHORED: Group = {
  id: 1009,
  cn: 'anchor',
  ou: GROUPS,
  dns: [`uid=u9,${PEOPLE}`],
  uids: ['u9'],
};

export function dnOf(entry: Person | Group | Device): string {
  if ('dn' in entry) return entry.dn;
  return 'cn' in entry ? `cn=${entry.cn},${entry.ou}` : `uid=${entry.uid},${entry.ou}`;
}

/** The key of a former entry; that of a hidden entry is its id. */
export function ghostKey({ id, name }: Ghost): string {
  return `${id}@${name}`;
}

/** Keys of the usernames of people who are found by DN only. */
export function outOfReach({ people, features }: Organisation): string[] {
  if (features?.lookup !== true) return [];
  return people.filter(({ ou }) => ou === LEFT).map(({ id, uid }) => ghostKey({ id, name: uid }));
}

export function personIn({ people }: Organisation, id: number): Person | undefined {
  return people.find(person => person.id === id);
}

/**
 * The organisation after a change, with the former DNs and names. A change that would put two entries at one DN does nothing.
 */
export function changed(before: Organisation, change: Partial<Organisation>): Organisation {
  const after = { ...before, ...change };
  const dns = allIn(after).map(dnOf);
  if (new Set(dns).size < dns.length) return before;
  const gone: Ghost[] = [];
  for (const person of before.people) {
    const now = personIn(after, person.id);
    if (now === undefined || dnOf(now) !== dnOf(person)) gone.push({ id: person.id, name: dnOf(person) });
    if (now?.uid !== person.uid) gone.push({ id: person.id, name: person.uid });
  }
  for (const group of before.groups) {
    const now = after.groups.find(({ id }) => id === group.id);
    if (now === undefined || dnOf(now) !== dnOf(group))
      gone.push({ id: group.id, name: dnOf(group), group: now ?? group });
  }
  const isBack = ({ id, name }: Ghost) =>
    [...after.people, ...after.groups].some(
      entry => entry.id === id && (dnOf(entry) === name || ('uid' in entry && entry.uid === name)),
    );
  const keys = new Set(gone.map(ghostKey));
  const kept = before.ghosts.filter(ghost => !keys.has(ghostKey(ghost)));
  return { ...after, ghosts: [...kept, ...gone].filter(ghost => !isBack(ghost)) };
}

/** The values of all groups after one DN or username was replaced at once, as refint does. */
export function rewritten(groups: readonly Group[], from: string, to: string | undefined): readonly Group[] {
  const swap = (values: readonly string[]) =>
    values.flatMap(value => (value !== from ? [value] : to === undefined ? [] : [to]));
  return groups.map(group => ({ ...group, dns: swap(group.dns), uids: swap(group.uids) }));
}

export function entriesOf(organisation: Organisation): LdifEntry[] {
  const units = [...new Set([...PEOPLE_OUS, ...GROUP_OUS])].sort((one, other) => one.length - other.length);
  return [
    { dn: SUFFIX, attributes: { objectClass: ['domain'], dc: ['test'] } },
    ...units.map(dn => ({ dn, attributes: { objectClass: ['organizationalUnit'] } })),
    ...allIn(organisation).map(entryOf),
  ];
}

export function allIn({ people, groups, devices = [] }: Organisation): (Person | Group | Device)[] {
  return [...people, ...groups, ...devices];
}

export function entryOf(entry: Person | Group | Device): LdifEntry {
  const dn = dnOf(entry);
  if ('dn' in entry) {
    const { uid, id } = entry;
    return { dn, attributes: { objectClass: ['account'], uid: [uid], entryUUID: [uuid(id)] } };
  }
  if ('cn' in entry) {
    const { id, cn, dns, uids } = entry;
    const names = { objectClass: ['groupOfNames'], description: ['access'], cn: [cn], entryUUID: [uuid(id)] };
    // Two servers of a test load the same state at different times, which replicas would not show.
    const changed = { modifyTimestamp: [] };
    return {
      dn,
      attributes: { ...names, ...changed, member: dns, memberUid: uids, gidNumber: [String(id)] },
    };
  }
  const { id, uid, second, disabled, gid, shows = id } = entry;
  return {
    dn,
    attributes: {
      objectClass: ['inetOrgPerson'],
      description: ['staff'],
      uid: [uid, ...second],
      cn: [uid],
      sn: [uid],
      mail: [`u${id % 100}@example.test`],
      entryUUID: [uuid(shows)],
      gidNumber: gid === undefined ? [] : [String(gid)],
      pwdAccountLockedTime: disabled ? ['000001010000Z'] : [],
    },
  };
}
