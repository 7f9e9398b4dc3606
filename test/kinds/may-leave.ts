/** The users who may lose or get a membership in one run, derived only from the organisations and the faults. */
import type { Application } from './world/application.ts';
import {
  absentIn,
  foundBefore,
  type Memory,
  nameOf,
  numberOf,
  unnamedBy,
  wasInDoubt,
} from './world/memory.ts';
import {
  type Group,
  ghostKey,
  LEFT,
  type Organisation,
  type Person,
  personIn,
} from './world/organisation.ts';
import { type Named, namedBy } from './world/truth.ts';
import type { Played } from './world/world.ts';

/** Ids of identities. */
export interface Case {
  readonly group: number;
  readonly person: number;
}

/** At some time of the run, no value named the person, or the named entry was absent for the second complete read. */
export function mayLeave({ group, person }: Case, played: Played, memory: Memory): boolean {
  const { organisations, hidden, whole, before } = played;
  const found = foundBefore(before);
  return organisations.some(organisation => {
    if (isLeaver(organisation, person) || isTakenForAnother(organisation, person, played)) return true;
    if (personIn(organisation, person) === undefined && memory.left.has(person)) return true;
    const absent = absentIn(organisation, played);
    // A value that was broken before keeps only members who stayed because of it.
    const isSecond = whole || !wasInDoubt(before, group, person);
    const last = isSecond ? memory.absent : memory.absentTwice;
    const lastNames = new Set([...last].map(nameOf));
    const proved = new Set([...absent].filter(key => lastNames.has(nameOf(key))));
    const entry = entryOf(organisation, group);
    // An absent group.
    if (entry === undefined || hidden.has(entry.id)) {
      return [...(whole ? memory.absent : memory.absentTwice)].some(key => key.startsWith(`${group}@`));
    }
    return !names(
      person,
      namedBy(organisation, entry, hidden, proved, found),
      uid => memory.owners.get(uid) === person,
    );
  });
}

/** Another entry shows the identity while the person's entry is hidden or absent: they cannot be distinguished. */
function isTakenForAnother(organisation: Organisation, person: number, { doubts, hidden }: Played): boolean {
  const isShared = organisation.people.some(({ shows }) => shows === person);
  const isOutOfSight =
    personIn(organisation, person) === undefined ||
    doubts.some(({ subject }) => subject === personIn(organisation, person)?.ou) ||
    hidden.has(person);
  return isShared && isOutOfSight;
}

/** The entry of a group. */
export function entryOf({ groups }: Organisation, id: number): Group | undefined {
  return groups.find(group => group.id === id);
}

/** Disabled, or no longer a person of the configuration. */
export function isLeaver(organisation: Organisation, person: number): boolean {
  const entry = personIn(organisation, person);
  return (
    entry !== undefined && (entry.disabled || (entry.ou === LEFT && organisation.features?.lookup !== true))
  );
}

/**
 * Whether values name a person.
 * @param isTheirs whether an ambiguous username was the person's before
 */
export function names(person: number, named: Named, isTheirs: (uid: string) => boolean): boolean {
  if (named.people.has(person)) return true;
  return [...named.ambiguous].some(([uid, holders]) => holders.includes(person) && isTheirs(uid));
}

/**
 * At some time the values named the person, enabled, and no other person by the same username; or a hidden entry that
 * is not a member.
 */
export function mayCome({ group, person }: Case, played: Played): boolean {
  const { organisations, hidden, doubts, before } = played;
  const unnamed = unnamedBy(doubts);
  const found = foundBefore(before);
  const isSeen = ({ id, ou }: Person) =>
    !hidden.has(id) && !unnamed.has(id) && !doubts.some(({ subject }) => subject === ou);
  return organisations.some(organisation => {
    const entry = entryOf(organisation, group);
    const self = personIn(organisation, person);
    if (entry === undefined || self === undefined || self.disabled || hidden.has(person)) return false;
    if (namedBy(organisation, entry).people.has(person)) return true;
    // A hidden member whom no entry shows under the new name is not known to have it.
    const isRival = ({ id, uid }: Person) =>
      id !== person &&
      uid === self.uid &&
      found.has(ghostKey({ id, name: uid })) &&
      isMember(before, group, id);
    const seen = { ...organisation, people: organisation.people.filter(isSeen) };
    return !organisation.people.some(isRival) && namedBy(seen, entry).people.has(person);
  });
}

function isMember({ state }: Application, group: number, person: number): boolean {
  const row = state.groups.find(({ externalId }) => numberOf(externalId) === group);
  const user = state.links.find(({ externalId }) => numberOf(externalId) === person)?.userId;
  const managed = state.managed.find(({ id }) => id === row?.accessGroupId);
  return user !== undefined && managed?.members.includes(user) === true;
}
