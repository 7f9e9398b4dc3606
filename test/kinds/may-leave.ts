/** The users who may lose or get a membership in one run, derived only from the towns and the faults. */
import type { Application } from './world/application.ts';
import { absentIn, type Memory, metBefore, nameOf, numberOf, unnamedBy, wasInDoubt } from './world/memory.ts';
import { type Group, ghostKey, LEFT, type Person, personIn, type Town } from './world/town.ts';
import { type Named, namedBy } from './world/truth.ts';
import type { Played } from './world/world.ts';

/** Ids of identities. */
export interface Case {
  readonly group: number;
  readonly person: number;
}

/** At some time of the run, no value named the person, or the named entry was absent for the second complete read. */
export function mayLeave({ group, person }: Case, played: Played, memory: Memory): boolean {
  const { towns, hidden, whole, before } = played;
  const met = metBefore(before);
  return towns.some(town => {
    if (isLeaver(town, person) || isTakenForAnother(town, person, played)) return true;
    if (personIn(town, person) === undefined && memory.left.has(person)) return true;
    const absent = absentIn(town, played);
    // A value that was broken before keeps only members who stayed because of it.
    const isSecond = whole || !wasInDoubt(before, group, person);
    const last = isSecond ? memory.absent : memory.absentTwice;
    const lastNames = new Set([...last].map(nameOf));
    const proved = new Set([...absent].filter(key => lastNames.has(nameOf(key))));
    const entry = entryOf(town, group);
    // An absent group.
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

/** Another entry shows the identity while the person's entry is hidden or absent: they cannot be distinguished. */
function isTakenForAnother(town: Town, person: number, { doubts, hidden }: Played): boolean {
  const isShared = town.people.some(({ shows }) => shows === person);
  const isOutOfSight =
    personIn(town, person) === undefined ||
    doubts.some(({ subject }) => subject === personIn(town, person)?.ou) ||
    hidden.has(person);
  return isShared && isOutOfSight;
}

/** The entry of a group. */
export function entryOf({ groups }: Town, id: number): Group | undefined {
  return groups.find(group => group.id === id);
}

/** Disabled, or no longer a person of the configuration. */
export function isLeaver(town: Town, person: number): boolean {
  const entry = personIn(town, person);
  return entry !== undefined && (entry.disabled || (entry.ou === LEFT && town.ways?.lookup !== true));
}

/**
 * Whether values name a person.
 * @param isTheirs whether an ambiguous username was the person's before
 */
export function names(person: number, named: Named, isTheirs: (uid: string) => boolean): boolean {
  if (named.people.has(person)) return true;
  return [...named.ambiguous].some(([uid, bearers]) => bearers.includes(person) && isTheirs(uid));
}

/**
 * At some time the values named the person, enabled, and no other person by the same username; or a hidden entry that
 * is not a member.
 */
export function mayCome({ group, person }: Case, played: Played): boolean {
  const { towns, hidden, doubts, before } = played;
  const unnamed = unnamedBy(doubts);
  const met = metBefore(before);
  const isSeen = ({ id, ou }: Person) =>
    !hidden.has(id) && !unnamed.has(id) && !doubts.some(({ subject }) => subject === ou);
  return towns.some(town => {
    const entry = entryOf(town, group);
    const self = personIn(town, person);
    if (entry === undefined || self === undefined || self.disabled || hidden.has(person)) return false;
    if (namedBy(town, entry).people.has(person)) return true;
    // A hidden member whom no entry shows under the new name is not known to have it.
    const isRival = ({ id, uid }: Person) =>
      id !== person &&
      uid === self.uid &&
      met.has(ghostKey({ id, name: uid })) &&
      isMember(before, group, id);
    const seen = { ...town, people: town.people.filter(isSeen) };
    return !town.people.some(isRival) && namedBy(seen, entry).people.has(person);
  });
}

function isMember({ state }: Application, group: number, person: number): boolean {
  const row = state.groups.find(({ externalId }) => numberOf(externalId) === group);
  const user = state.links.find(({ externalId }) => numberOf(externalId) === person)?.userId;
  const managed = state.managed.find(({ id }) => id === row?.accessGroupId);
  return user !== undefined && managed?.members.includes(user) === true;
}
