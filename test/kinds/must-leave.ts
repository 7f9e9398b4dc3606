/** The users who must lose a membership in one run, with any other doubts. */
import { dnReference, nameReference } from '../../src/plan/doubt/lookups.ts';
import { type Case, entryOf, isLeaver, names } from './may-leave.ts';
import {
  foundBefore,
  isBlurred,
  isInDoubt,
  isReferred,
  type Memory,
  nameOf,
  numberOf,
  outOfSight,
  unnamedBy,
} from './world/memory.ts';
import { dnOf, ghostKey, LEFT, type Organisation, personIn } from './world/organisation.ts';
import { type Named, namedBy } from './world/truth.ts';
import type { Played } from './world/world.ts';

/**
 * Nothing changed during the run, and the complete read proves that the person left, or that no value can mean the
 * person.
 */
export function mustLeave({ group, person }: Case, played: Played, memory: Memory): boolean {
  const { organisations, hidden, doubts, whole } = played;
  const [organisation] = organisations;
  if (organisations.length > 1 || organisation === undefined || !whole || played.plan.empty !== undefined)
    return false;
  const entry = entryOf(organisation, group);
  if (entry === undefined || hidden.has(entry.id) || isBlurred(doubts, group)) return false;
  const named = namedBy(organisation, entry, outOfSight(played));
  if ([...named.groups].some(id => isBlurred(doubts, id))) return false;
  const isClear =
    personIn(organisation, person)?.shows === undefined && !isInDoubt(organisation, person, played);
  if (isLeaver(organisation, person) && isClear && isSameName(organisation, person, played)) return true;
  const links = new Set(played.before.state.links.map(({ externalId }) => numberOf(externalId)));
  const isTheirs = (uid: string) => {
    const owner = memory.owners.get(uid) ?? person;
    return owner === person || (!links.has(owner) && !memory.values.get(group)?.has(uid));
  };
  if (names(person, named, isTheirs)) return false;
  const isHere = (personIn(organisation, person)?.ou ?? LEFT) !== LEFT;
  const isRead = isHere && isClear;
  return !mayBeDoubted({ organisation, person, isRead, named, played, memory });
}

/** A person who leaves the configured people under a new name counts as absent. */
function isSameName(organisation: Organisation, person: number, { before }: Played): boolean {
  const entry = personIn(organisation, person);
  const isMissing = entry?.ou === LEFT && !foundBefore(before).has(ghostKey({ id: person, name: entry.uid }));
  return !isMissing;
}

interface Removal {
  readonly organisation: Organisation;
  readonly person: number;
  /** The person's entry was read, with its identity. */
  readonly isRead: boolean;
  readonly named: Named;
  readonly played: Played;
  readonly memory: Memory;
}

/** Whether a value may be the new name or address of the person, or match a hidden group. */
function mayBeDoubted(removal: Removal): boolean {
  return (
    isTaken(removal) ||
    mayBreak(removal) ||
    mayLieElsewhere(removal) ||
    isHadByAnother(removal) ||
    isUnidentifiedAtDn(removal) ||
    mayBeBroken(removal) ||
    (!removal.isRead && mayHaveNewName(removal)) ||
    mayBePrimary(removal)
  );
}

/**
 * The owner of the name is unknown without the entry that had it. If all other owners are hidden, the value names the
 * person.
 */
function isTaken({ organisation, person, named, played, memory }: Removal): boolean {
  const unnamed = unnamedBy(played.doubts);
  const isOutOfSight = (id: number) =>
    unnamed.has(id) ||
    played.hidden.has(id) ||
    played.doubts.some(({ subject }) => subject === personIn(organisation, id)?.ou);
  return [...named.ambiguous].some(
    ([uid, holders]) =>
      holders.includes(person) &&
      (unnamed.has(memory.owners.get(uid) ?? 0) || holders.every(id => id === person || isOutOfSight(id))),
  );
}

/** A value that has matched nothing since this read, and that is the name of no other known person. */
function mayBreak({ organisation, person, named, isRead, played, memory }: Removal): boolean {
  const found = foundBefore(played.before);
  const isUnnamed = unnamedBy(played.doubts).has(person);
  const mayLead = (name: string) =>
    name.startsWith('uid=') || (name.includes('=') && organisation.features?.flat !== true);
  return [...named.broken].some(key => {
    const name = nameOf(key);
    const isFirst = !memory.broken.has(name) || (memory.referred && !isReferred(played));
    return isFirst && (!isRead || (!found.has(key) && (isUnnamed || mayLead(name))));
  });
}

/** A value that matches nothing may name a person whose entry is not found for the first time. */
function mayBeBroken({ person, named, isRead, memory }: Removal): boolean {
  return !isRead && named.broken.size > 0 && !memory.unread.has(person);
}

/**
 * A value that is the former DN or username of the person: another entry for it counts only from the second read on.
 */
function isHadByAnother({ organisation, person, named, played }: Removal): boolean {
  const found = foundBefore(played.before);
  const { references } = played.before.state;
  const isFirst = (name: string) =>
    !references.has(`taken:${name.includes('=') ? dnReference(name) : nameReference(name)}`);
  return valuesOf(organisation, named).some(
    name => found.has(ghostKey({ id: person, name })) && isFirst(name),
  );
}

/** Values may match an entry of another server only. */
function mayLieElsewhere({ organisation, isRead, played }: Removal): boolean {
  const found = foundBefore(played.before);
  return played.doubts.some(({ subject }) => {
    if (typeof subject !== 'string') return false;
    const isStranger = organisation.people.some(
      each => each.ou === subject && !found.has(ghostKey({ id: each.id, name: dnOf(each) })),
    );
    return !isRead || isStranger;
  });
}

/** The value that named the person still exists and matches an entry that does not show whose it is. */
function isUnidentifiedAtDn({ organisation, person, named, played }: Removal): boolean {
  const found = foundBefore(played.before);
  return played.doubts.some(({ kind, subject }) => {
    if (kind !== 'id' || typeof subject === 'string' || !named.people.has(subject.id)) return false;
    const name = dnOf(personIn(organisation, subject.id) ?? subject);
    return found.has(ghostKey({ id: person, name }));
  });
}

/**
 * An entry without an identity at an unused DN, or an unlinked entry with the former username of the person: the person
 * may have been created again.
 */
function mayHaveNewName({ organisation, person, named, played }: Removal): boolean {
  const found = foundBefore(played.before);
  const isNameless = played.doubts.some(
    ({ kind, subject }) =>
      kind === 'id' &&
      typeof subject !== 'string' &&
      named.people.has(subject.id) &&
      !found.has(ghostKey({ id: subject.id, name: dnOf(personIn(organisation, subject.id) ?? subject) })),
  );
  const had = (name: string) => found.has(ghostKey({ id: person, name }));
  const links = new Set(played.before.state.links.map(({ externalId }) => numberOf(externalId)));
  const isNew = organisation.people.some(({ id, uid }) => named.people.has(id) && !links.has(id) && had(uid));
  return isNameless || isNew;
}

/** The primary group of the person is not shown, or the entry that shows it was not read. */
function mayBePrimary({ organisation, person, isRead, played }: Removal): boolean {
  const isUnshown = played.doubts.some(
    ({ kind, subject }) => kind === 'gid' && typeof subject !== 'string' && subject.id === person,
  );
  return organisation.features?.primary === true && (!isRead || isUnshown);
}

function valuesOf(organisation: Organisation, named: Named): string[] {
  return organisation.groups
    .filter(({ id }) => named.groups.has(id))
    .flatMap(({ dns, uids }) => [...dns, ...uids]);
}
