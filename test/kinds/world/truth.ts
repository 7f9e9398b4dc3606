/** The people whom the values of a group name, in an organisation without changes. */
import {
  dnOf,
  type Ghost,
  type Group,
  ghostKey,
  LEFT,
  type Organisation,
  outOfReach,
  type Person,
  personIn,
} from './organisation.ts';

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
 * @param found keys of former entries that an earlier read found; default: all
 */
export function namedBy(
  organisation: Organisation,
  start: Group,
  hidden: ReadonlySet<number> = new Set(),
  proved: ReadonlySet<string> = new Set(),
  found?: ReadonlySet<string>,
): Named {
  const named: Named = { people: new Set(), ambiguous: new Map(), broken: new Set(), groups: new Set() };
  const open: Group[] = [start];
  const visit: Visit = (entry, key, isTaken = false) => {
    if (key !== undefined) named.broken.add(key);
    if (key !== undefined && proved.has(key)) return;
    if (isTaken && found !== undefined && !found.has(key ?? '')) return;
    if ('cn' in entry && organisation.features?.flat === true) return;
    if ('cn' in entry) open.push(entry);
    else named.people.add(entry.id);
  };
  for (let group = open.pop(); group !== undefined; group = open.pop()) {
    if (named.groups.has(group.id)) continue;
    named.groups.add(group.id);
    for (const dn of group.dns) {
      followDn(organisation, dn, hidden, visit);
      // An entry outside of the configured bases may be a group that moved there.
      if (dn.endsWith(LEFT) && organisation.features?.lookup !== true) named.broken.add(`0@${dn}`);
    }
    for (const uid of group.uids) followUid(organisation, uid, hidden, named, visit);
    for (const person of primaryMembers(organisation, group))
      visit(person, hidden.has(person.id) ? ghostKey({ id: person.id, name: GID }) : undefined);
  }
  return named;
}

/** Replaces the name in the key of a person who is a member by primary group. */
export const GID = 'gid';

function primaryMembers({ people, features }: Organisation, { id }: Group): Person[] {
  if (features?.primary !== true) return [];
  return people.filter(({ gid, ou }) => gid === id && ou !== LEFT);
}

/** `isTaken`: another entry is there now, or it is a name without an owner. */
type Visit = (entry: Person | Group, brokenKey: string | undefined, isTaken?: boolean) => void;

function followDn(organisation: Organisation, dn: string, hidden: ReadonlySet<number>, visit: Visit): void {
  const entry = [...organisation.people, ...organisation.groups].find(each => dnOf(each) === dn);
  const isDevice = organisation.devices?.some(each => each.dn === dn) === true;
  if (entry !== undefined && ('cn' in entry || entry.ou !== LEFT || organisation.features?.lookup === true))
    visit(entry, hidden.has(entry.id) ? ghostKey({ id: entry.id, name: dn }) : undefined);
  for (const ghost of organisation.ghosts.filter(({ name }) => name === dn)) {
    if (ghost.group !== undefined && entry === undefined) visit(ghost.group, ghostKey(ghost));
    else if (ghost.group === undefined)
      visitGhost(organisation, ghost, entry !== undefined || isDevice, visit);
  }
}

/** A value that names another entry now no longer names the person who moved. */
function visitGhost(organisation: Organisation, ghost: Ghost, isTaken: boolean, visit: Visit): void {
  if (isTaken && personIn(organisation, ghost.id) !== undefined) return;
  visit(
    { id: ghost.id, uid: '', second: [], ou: '', disabled: false },
    ghostKey(ghost),
    isTaken || !ghost.name.includes('='),
  );
}

function followUid(
  organisation: Organisation,
  uid: string,
  hidden: ReadonlySet<number>,
  named: Named,
  visit: Visit,
): void {
  const holders = organisation.people.filter(
    person => person.ou !== LEFT && [person.uid, ...person.second].includes(uid),
  );
  const [sole] = holders;
  const isHidden = ({ id }: Person) => hidden.has(id) || hidden.has(-id);
  if (holders.length > 1 || (sole !== undefined && sole.uid !== uid))
    named.ambiguous.set(
      uid,
      holders.map(({ id }) => id),
    );
  if (holders.length === 0) named.broken.add(`0@${uid}`);
  for (const person of organisation.people)
    if (person.uid === uid && outOfReach(organisation).includes(ghostKey({ id: person.id, name: uid })))
      visit(person, ghostKey({ id: person.id, name: uid }), true);
  // While faults hide the others, one of several owners has the name alone.
  for (const person of holders)
    if (holders.length === 1 && person.uid === uid)
      visit(person, isHidden(person) ? ghostKey({ id: person.id, name: uid }) : undefined);
  for (const ghost of organisation.ghosts.filter(({ name }) => name === uid))
    visitGhost(organisation, ghost, holders.length > 0, visit);
}
