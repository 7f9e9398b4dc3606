/** Whom the values of a group name, in a town at rest. */
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
  /** Ids of the people whom values name for certain, or whose entry is not there although they do. */
  readonly people: Set<number>;
  /** Ambiguous usernames, with all who bear them. */
  readonly ambiguous: Map<string, readonly number[]>;
  /** Keys of entries that values name, and that are not there. */
  readonly broken: Set<string>;
  /** Ids of the groups on the way. */
  readonly groups: Set<number>;
}

/**
 * Follows the values of a group.
 * @param hidden ids of entries that are not seen
 * @param proved keys of ghosts, and of hidden entries as if they were some, that were absent for long enough to name nobody
 * @param met keys of ghosts where an earlier read found their entries; left out: all
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
      // What lies out of the configured bases may be a group that moved there.
      if (dn.endsWith(LEFT) && town.ways?.lookup !== true) named.broken.add(`0@${dn}`);
    }
    for (const uid of group.uids) followUid(town, uid, hidden, named, meet);
  }
  return named;
}

/** `isTaken`: another entry is there now, or it is a name that nobody has. */
type Meet = (entry: Person | Group, brokenKey: string | undefined, isTaken?: boolean) => void;

function followDn(town: Town, dn: string, hidden: ReadonlySet<number>, meet: Meet): void {
  const entry = [...town.people, ...town.groups].find(each => dnOf(each) === dn);
  if (entry !== undefined && ('cn' in entry || entry.ou !== LEFT || town.ways?.lookup === true))
    meet(entry, hidden.has(entry.id) ? ghostKey({ id: entry.id, name: dn }) : undefined);
  for (const ghost of town.ghosts.filter(({ name }) => name === dn)) {
    if (ghost.group !== undefined && entry === undefined) meet(ghost.group, ghostKey(ghost));
    else if (ghost.group === undefined) meetGhost(town, ghost, entry !== undefined, meet);
  }
}

/** A person who is somewhere else is not named any more by a value that names another now. */
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
  if (bearers.length > 1 || (sole !== undefined && sole.uid !== uid))
    named.ambiguous.set(
      uid,
      bearers.map(({ id }) => id),
    );
  if (bearers.length === 0) named.broken.add(`0@${uid}`);
  for (const person of town.people)
    if (person.uid === uid && outOfReach(town).includes(ghostKey({ id: person.id, name: uid })))
      meet(person, ghostKey({ id: person.id, name: uid }), true);
  // While faults hide the others, one of several bears it alone.
  for (const person of bearers)
    if (bearers.length === 1 && person.uid === uid)
      meet(person, hidden.has(person.id) ? ghostKey({ id: person.id, name: uid }) : undefined);
  for (const ghost of town.ghosts.filter(({ name }) => name === uid))
    meetGhost(town, ghost, bearers.length > 0, meet);
}
