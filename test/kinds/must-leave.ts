/** The users who must lose a membership in one run, with any other doubts. */
import { dnReference, nameReference } from '../../src/plan/doubt/lookups.ts';
import { type Case, entryOf, isLeaver, names } from './may-leave.ts';
import {
  isBlurred,
  isInDoubt,
  isReferred,
  type Memory,
  metBefore,
  nameOf,
  numberOf,
  outOfSight,
  unnamedBy,
} from './world/memory.ts';
import { dnOf, ghostKey, LEFT, personIn, type Town } from './world/town.ts';
import { type Named, namedBy } from './world/truth.ts';
import type { Played } from './world/world.ts';

/**
 * Nothing changed during the run, and the complete read proves that the person left, or that no value can mean the
 * person.
 */
export function mustLeave({ group, person }: Case, played: Played, memory: Memory): boolean {
  const { towns, hidden, doubts, whole } = played;
  const [town] = towns;
  if (towns.length > 1 || town === undefined || !whole || played.plan.empty !== undefined) return false;
  const entry = entryOf(town, group);
  if (entry === undefined || hidden.has(entry.id) || isBlurred(doubts, group)) return false;
  const named = namedBy(town, entry, outOfSight(played));
  if ([...named.groups].some(id => isBlurred(doubts, id))) return false;
  const isClear = personIn(town, person)?.shows === undefined && !isInDoubt(town, person, played);
  if (isLeaver(town, person) && isClear && isSameName(town, person, played)) return true;
  const links = new Set(played.before.state.links.map(({ externalId }) => numberOf(externalId)));
  const isTheirs = (uid: string) => {
    const owner = memory.owners.get(uid) ?? person;
    return owner === person || (!links.has(owner) && !memory.values.get(group)?.has(uid));
  };
  if (names(person, named, isTheirs)) return false;
  const isHere = (personIn(town, person)?.ou ?? LEFT) !== LEFT;
  const isRead = isHere && isClear;
  return !isExcused({ town, person, isRead, named, played, memory });
}

/** A person who leaves the configured people under a new name counts as absent. */
function isSameName(town: Town, person: number, { before }: Played): boolean {
  const entry = personIn(town, person);
  const isMissing = entry?.ou === LEFT && !metBefore(before).has(ghostKey({ id: person, name: entry.uid }));
  return !isMissing;
}

interface Excuse {
  readonly town: Town;
  readonly person: number;
  /** The person's entry was read, with its identity. */
  readonly isRead: boolean;
  readonly named: Named;
  readonly played: Played;
  readonly memory: Memory;
}

/** Whether a value may be the new name or address of the person, or match a hidden group. */
function isExcused(excuse: Excuse): boolean {
  return (
    isTaken(excuse) ||
    mayBreak(excuse) ||
    mayLieElsewhere(excuse) ||
    isHadByAnother(excuse) ||
    isNamelessAtPlace(excuse) ||
    mayBeBroken(excuse) ||
    (!excuse.isRead && mayBeCalledAnew(excuse)) ||
    mayBePrimary(excuse)
  );
}

/**
 * The owner of the name is unknown without the entry that had it. If all other owners are hidden, the value names the
 * person.
 */
function isTaken({ town, person, named, played, memory }: Excuse): boolean {
  const unnamed = unnamedBy(played.doubts);
  const isOutOfSight = (id: number) =>
    unnamed.has(id) ||
    played.hidden.has(id) ||
    played.doubts.some(({ subject }) => subject === personIn(town, id)?.ou);
  return [...named.ambiguous].some(
    ([uid, bearers]) =>
      bearers.includes(person) &&
      (unnamed.has(memory.owners.get(uid) ?? 0) || bearers.every(id => id === person || isOutOfSight(id))),
  );
}

/** A value that has matched nothing since this read, and that is the name of no other known person. */
function mayBreak({ town, person, named, isRead, played, memory }: Excuse): boolean {
  const met = metBefore(played.before);
  const isUnnamed = unnamedBy(played.doubts).has(person);
  const mayLead = (name: string) =>
    name.startsWith('uid=') || (name.includes('=') && town.ways?.flat !== true);
  return [...named.broken].some(key => {
    const name = nameOf(key);
    const isFirst = !memory.broken.has(name) || (memory.referred && !isReferred(played));
    return isFirst && (!isRead || (!met.has(key) && (isUnnamed || mayLead(name))));
  });
}

/** A value that matches nothing may name a person whose entry is not found for the first time. */
function mayBeBroken({ person, named, isRead, memory }: Excuse): boolean {
  return !isRead && named.broken.size > 0 && !memory.unread.has(person);
}

/**
 * A value that is the former DN or username of the person: another entry for it counts only from the second read on.
 */
function isHadByAnother({ town, person, named, played }: Excuse): boolean {
  const met = metBefore(played.before);
  const { references } = played.before.state;
  const isFirst = (name: string) =>
    !references.has(`taken:${name.includes('=') ? dnReference(name) : nameReference(name)}`);
  return valuesOf(town, named).some(name => met.has(ghostKey({ id: person, name })) && isFirst(name));
}

/** Values may match an entry of another server only. */
function mayLieElsewhere({ town, isRead, played }: Excuse): boolean {
  const met = metBefore(played.before);
  return played.doubts.some(({ subject }) => {
    if (typeof subject !== 'string') return false;
    const isStranger = town.people.some(
      each => each.ou === subject && !met.has(ghostKey({ id: each.id, name: dnOf(each) })),
    );
    return !isRead || isStranger;
  });
}

/** The value that named the person still exists and matches an entry that does not show whose it is. */
function isNamelessAtPlace({ town, person, named, played }: Excuse): boolean {
  const met = metBefore(played.before);
  return played.doubts.some(({ kind, subject }) => {
    if (kind !== 'id' || typeof subject === 'string' || !named.people.has(subject.id)) return false;
    const name = dnOf(personIn(town, subject.id) ?? subject);
    return met.has(ghostKey({ id: person, name }));
  });
}

/**
 * An entry without an identity at an unused DN, or an unlinked entry with the former username of the person: the person
 * may have been created again.
 */
function mayBeCalledAnew({ town, person, named, played }: Excuse): boolean {
  const met = metBefore(played.before);
  const isNameless = played.doubts.some(
    ({ kind, subject }) =>
      kind === 'id' &&
      typeof subject !== 'string' &&
      named.people.has(subject.id) &&
      !met.has(ghostKey({ id: subject.id, name: dnOf(personIn(town, subject.id) ?? subject) })),
  );
  const had = (name: string) => met.has(ghostKey({ id: person, name }));
  const links = new Set(played.before.state.links.map(({ externalId }) => numberOf(externalId)));
  const isNew = town.people.some(({ id, uid }) => named.people.has(id) && !links.has(id) && had(uid));
  return isNameless || isNew;
}

/** The primary group of the person is not shown, or the entry that shows it was not read. */
function mayBePrimary({ town, person, isRead, played }: Excuse): boolean {
  const isUnshown = played.doubts.some(
    ({ kind, subject }) => kind === 'gid' && typeof subject !== 'string' && subject.id === person,
  );
  return town.ways?.primary === true && (!isRead || isUnshown);
}

function valuesOf(town: Town, named: Named): string[] {
  return town.groups.filter(({ id }) => named.groups.has(id)).flatMap(({ dns, uids }) => [...dns, ...uids]);
}
