/** The people whom the values of a group name, in a town without changes. */
import {
  dnOf,
  type Ghost,
  type Group,
  ghostKey,
  LEFT,
  outOfReach,
  type Person,
  personIn,
  type Town,
} from './town.ts';

export interface Named {
  /** Ids of the people whom values name for certain, or whose entry is absent although values name it. */
  readonly people: Set<number>;
  /** Ambiguous usernames with all their owners. */
  readonly ambiguous: Map<string, readonly number[]>;
  /** Keys of absent entries that values name. */
  readonly broken: Set<string>;
  /** Ids of the nested groups on the path. */
  readonly groups: Set<number>;
}

/**
 * Follows the values of a group.
 * @param hidden ids of hidden entries; negative for entries whose username is hidden
 * @param proved keys of absent or hidden entries that were absent for long enough to name no person
 * @param met keys of former entries that an earlier read found; default: all
 */
export function namedBy(
  town: Town,
  start: Group,
  hidden: ReadonlySet<number> = new Set(),
  proved: ReadonlySet<string> = new Set(),
  met?: ReadonlySet<string>,
): Named {
  const named: Named = { people: new Set(), ambiguous: new Map(), broken: new Set(), groups: new Set() };
  const open: Group[] = [start];
  const meet: Meet = (entry, key, isTaken = false) => {
    if (key !== undefined) named.broken.add(key);
    if (key !== undefined && proved.has(key)) return;
    if (isTaken && met !== undefined && !met.has(key ?? '')) return;
    if ('cn' in entry && town.ways?.flat === true) return;
    if ('cn' in entry) open.push(entry);
    else named.people.add(entry.id);
  };
  for (let group = open.pop(); group !== undefined; group = open.pop()) {
    if (named.groups.has(group.id)) continue;
    named.groups.add(group.id);
    for (const dn of group.dns) {
      followDn(town, dn, hidden, meet);
      // An entry outside of the configured bases may be a group that moved there.
      if (dn.endsWith(LEFT) && town.ways?.lookup !== true) named.broken.add(`0@${dn}`);
    }
    for (const uid of group.uids) followUid(town, uid, hidden, named, meet);
    for (const person of primaryMembers(town, group))
      meet(person, hidden.has(person.id) ? ghostKey({ id: person.id, name: GID }) : undefined);
  }
  return named;
}

/** Stands for a membership by primary group in the key of a person. */
export const GID = 'gid';

function primaryMembers({ people, ways }: Town, { id }: Group): Person[] {
  if (ways?.primary !== true) return [];
  return people.filter(({ gid, ou }) => gid === id && ou !== LEFT);
}

/** `isTaken`: another entry is there now, or it is a name without an owner. */
type Meet = (entry: Person | Group, brokenKey: string | undefined, isTaken?: boolean) => void;

function followDn(town: Town, dn: string, hidden: ReadonlySet<number>, meet: Meet): void {
  const entry = [...town.people, ...town.groups].find(each => dnOf(each) === dn);
  const isDevice = town.devices?.some(each => each.dn === dn) === true;
  if (entry !== undefined && ('cn' in entry || entry.ou !== LEFT || town.ways?.lookup === true))
    meet(entry, hidden.has(entry.id) ? ghostKey({ id: entry.id, name: dn }) : undefined);
  for (const ghost of town.ghosts.filter(({ name }) => name === dn)) {
    if (ghost.group !== undefined && entry === undefined) meet(ghost.group, ghostKey(ghost));
    else if (ghost.group === undefined) meetGhost(town, ghost, entry !== undefined || isDevice, meet);
  }
}

/** A value that names another entry now no longer names the person who moved. */
function meetGhost(town: Town, ghost: Ghost, isTaken: boolean, meet: Meet): void {
  if (isTaken && personIn(town, ghost.id) !== undefined) return;
  meet(
    { id: ghost.id, uid: '', second: [], ou: '', disabled: false },
    ghostKey(ghost),
    isTaken || !ghost.name.includes('='),
  );
}

function followUid(town: Town, uid: string, hidden: ReadonlySet<number>, named: Named, meet: Meet): void {
  const bearers = town.people.filter(
    person => person.ou !== LEFT && [person.uid, ...person.second].includes(uid),
  );
  const [sole] = bearers;
  const isHidden = ({ id }: Person) => hidden.has(id) || hidden.has(-id);
  if (bearers.length > 1 || (sole !== undefined && sole.uid !== uid))
    named.ambiguous.set(
      uid,
      bearers.map(({ id }) => id),
    );
  if (bearers.length === 0) named.broken.add(`0@${uid}`);
  for (const person of town.people)
    if (person.uid === uid && outOfReach(town).includes(ghostKey({ id: person.id, name: uid })))
      meet(person, ghostKey({ id: person.id, name: uid }), true);
  // While faults hide the others, one of several owners has the name alone.
  for (const person of bearers)
    if (bearers.length === 1 && person.uid === uid)
      meet(person, isHidden(person) ? ghostKey({ id: person.id, name: uid }) : undefined);
  for (const ghost of town.ghosts.filter(({ name }) => name === uid))
    meetGhost(town, ghost, bearers.length > 0, meet);
}
