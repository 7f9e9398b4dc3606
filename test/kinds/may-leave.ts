/** Who may lose a membership in one run, and who may get one: told from the towns and the faults alone. */
import { absentIn, type Memory, metBefore, nameOf, numberOf, unnamedBy, wasInDoubt } from './memory.ts';
import { type Group, LEFT, personIn, type Town } from './town.ts';
import { type Named, namedBy } from './truth.ts';
import type { Played } from './world.ts';

/** Numbers of identities. */
export interface Case {
  readonly group: number;
  readonly person: number;
}

/** At some moment of the run, nothing named the person, or an entry that did was absent for the second complete read. */
export function mayLeave({ group, person }: Case, played: Played, memory: Memory): boolean {
  const { towns, hidden, whole, before } = played;
  const met = metBefore(before);
  return towns
    .map(town => withKnownCarriers(town, played))
    .some(town => {
      if (isLeaver(town, person)) return true;
      const absent = absentIn(town, played);
      // What was broken already carried only those who stayed because of it.
      const isSecond = whole || !wasInDoubt(before, group, person);
      const last = isSecond ? memory.absent : memory.absentTwice;
      const lastNames = new Set([...last].map(nameOf));
      const proved = new Set([...absent].filter(key => lastNames.has(nameOf(key))));
      const entry = entryOf(town, group);
      // A group that is not there.
      if (entry === undefined || hidden.has(entry.id)) {
        return [...(whole ? memory.absent : memory.absentTwice)].some(key => key.startsWith(`${group}@`));
      }
      return !names(
        person,
        namedBy(town, entry, hidden, proved, met),
        uid => memory.owners.get(uid) === person,
      );
    });
}

/** A group that is out of sight carries whom its AccessGroup holds. */
function withKnownCarriers(town: Town, { before: { state }, hidden }: Played): Town {
  const carrier = (group: Group): Group => {
    const row = state.groups.find(({ externalId }) => numberOf(externalId) === group.id);
    const managed = state.managed.find(({ id }) => id === row?.accessGroupId);
    const carries = state.links
      .filter(({ userId }) => managed?.members.includes(userId))
      .map(({ externalId }) => numberOf(externalId));
    return { ...group, carries };
  };
  return {
    ...town,
    groups: town.groups.map(group => (hidden.has(group.id) ? carrier(group) : group)),
    ghosts: town.ghosts.map(ghost =>
      ghost.group === undefined ? ghost : { ...ghost, group: carrier(ghost.group) },
    ),
  };
}

/** The entry of a group. */
export function entryOf({ groups }: Town, id: number): Group | undefined {
  return groups.find(group => group.id === id);
}

/** Disabled, or no person of the configuration any more. */
export function isLeaver(town: Town, person: number): boolean {
  const entry = personIn(town, person);
  return entry !== undefined && (entry.disabled || entry.ou === LEFT);
}

/**
 * Whether values name a person.
 * @param isTheirs whether an ambiguous username was the person's before
 */
export function names(person: number, named: Named, isTheirs: (uid: string) => boolean): boolean {
  if (named.people.has(person)) return true;
  return [...named.ambiguous].some(([uid, bearers]) => bearers.includes(person) && isTheirs(uid));
}

/** At some moment the values named the person, enabled, and nobody else by the same username. */
export function mayCome({ group, person }: Case, { towns, hidden, doubts }: Played): boolean {
  return towns.some(town => {
    const entry = entryOf(town, group);
    if (entry === undefined) return false;
    const isHere = personIn(town, person)?.disabled === false && !hidden.has(person);
    const unnamed = unnamedBy(doubts);
    const seen = { ...town, people: town.people.filter(({ id }) => !hidden.has(id) && !unnamed.has(id)) };
    return isHere && (namedBy(town, entry).people.has(person) || namedBy(seen, entry).people.has(person));
  });
}
