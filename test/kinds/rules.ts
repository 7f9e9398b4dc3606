/** What may become of a membership in one run, by the rules, told from the towns alone. */
import { uuid } from '../support/builders.ts';
import type { Application } from './application.ts';
import { namedBy } from './truth.ts';
import { type Group, ghostKey, LEFT, personIn, type Town } from './town.ts';
import type { Played } from './world.ts';

/** What is remembered from run to run. */
export interface Memory {
  /** Keys of what the last complete read did not see, and of what the last two did not. */
  readonly absent: ReadonlySet<string>;
  readonly absentTwice: ReadonlySet<string>;
  /** By username, the person whom it named when it last named one. */
  readonly owners: ReadonlyMap<string, number>;
  /** Values that were broken in the last complete read. */
  readonly broken: ReadonlySet<string>;
}

export const NO_MEMORY: Memory = { absent: new Set(), absentTwice: new Set(), owners: new Map(), broken: new Set() };

interface Membership {
  readonly group: number;
  readonly user: number;
}

/** `group`: the number of its identity; `user`: of the person who is linked to the user. */
function membershipsOf({ state }: Application): Map<string, Membership & { readonly person: number }> {
  const persons = new Map(state.links.map(({ userId, externalId }) => [userId, numberOf(externalId)]));
  const groups = new Map(
    state.groups.flatMap(({ accessGroupId, externalId }) =>
      accessGroupId === undefined ? [] : [[accessGroupId, numberOf(externalId)] as const],
    ),
  );
  const found = new Map<string, Membership & { readonly person: number }>();
  for (const { id, members } of state.managed)
    for (const user of members) {
      const group = groups.get(id) ?? 0;
      found.set(`${group}/${user}`, { group, user, person: persons.get(user) ?? 0 });
    }
  return found;
}

function numberOf(externalId: string): number {
  return Number(externalId.slice(-12));
}

/** What broke a rule, in words; empty: nothing did. */
export function violations(played: Played, memory: Memory): string[] {
  const before = membershipsOf(played.before);
  const after = membershipsOf(played.after);
  const left = [...before].filter(([key]) => !after.has(key)).map(([, membership]) => membership);
  const came = [...after].filter(([key]) => !before.has(key)).map(([, membership]) => membership);
  const stayed = [...before].filter(([key]) => after.has(key)).map(([, membership]) => membership);
  return [
    ...left
      .filter(each => !mayLeave(each, played, memory))
      .map(({ group, person }) => `person ${person} lost group ${group}, which names them`),
    ...came
      .filter(each => !mayCome(each, played))
      .map(({ group, person }) => `person ${person} got into group ${group}, which does not name them`),
    ...stayed
      .filter(each => mustLeave(each, played, memory))
      .map(({ group, person }) => `person ${person} stayed in group ${group}, which does not name them`),
  ];
}

interface Case {
  readonly group: number;
  readonly person: number;
}

/** At some moment of the run, nothing named the person, or an entry that did was absent for the second complete read. */
function mayLeave({ group, person }: Case, { towns, hidden, whole }: Played, memory: Memory): boolean {
  return towns.some(town => {
    if (isLeaver(town, person)) return true;
    const absent = absentIn(town, hidden);
    const proved = whole ? intersection(absent, memory.absent) : intersection(absent, memory.absentTwice);
    const entry = entryOf(town, group);
    // A group that is not there.
    if (entry === undefined || hidden.has(entry.id)) {
      const key = entry === undefined ? [...absent].find(each => each.startsWith(`${group}@`)) : String(group);
      return key !== undefined && proved.has(key);
    }
    return !maybeNames(town, entry, person, hidden, proved, memory);
  });
}

function entryOf({ groups }: Town, id: number): Group | undefined {
  return groups.find(group => group.id === id);
}

function isLeaver(town: Town, person: number): boolean {
  const entry = personIn(town, person);
  return entry !== undefined && (entry.disabled || entry.ou === LEFT);
}

function maybeNames(
  town: Town,
  group: Group,
  person: number,
  hidden: ReadonlySet<number>,
  proved: ReadonlySet<string>,
  { owners }: Memory,
): boolean {
  const named = namedBy(town, group, hidden, proved);
  if (named.people.has(person)) return true;
  return [...named.ambiguous].some(
    ([uid, bearers]) => bearers.includes(person) && (owners.get(uid) ?? person) === person,
  );
}

/** At some moment the values named the person, enabled, and nobody else by the same username. */
function mayCome({ group, person }: Case, { towns, hidden }: Played): boolean {
  return towns.some(town => {
    const entry = entryOf(town, group);
    if (entry === undefined) return false;
    const isHere = personIn(town, person)?.disabled === false && !hidden.has(person);
    return isHere && namedBy(town, entry).people.has(person);
  });
}

/** Nothing changed during the run, and what it read whole is a fact. */
function mustLeave({ group, person }: Case, played: Played, memory: Memory): boolean {
  const { towns, hidden, doubts, whole } = played;
  const [town] = towns;
  if (towns.length > 1 || town === undefined || !whole || played.plan.empty !== undefined) return false;
  const entry = entryOf(town, group);
  if (entry === undefined || hidden.has(entry.id) || isBlurred(doubts, group)) return false;
  const named = namedBy(town, entry, hidden);
  if ([...named.groups].some(id => isBlurred(doubts, id))) return false;
  const isClear = personIn(town, person)?.shows === undefined && !isInDoubt(town, person, played);
  if (isLeaver(town, person) && isClear) return true;
  if (maybeNames(town, entry, person, hidden, new Set(), memory)) return false;
  const isFresh = [...named.broken].some(key => !memory.broken.has(key));
  return !(named.hasBrokenGroup && isFresh);
}

function isBlurred(doubts: Played['doubts'], group: number): boolean {
  return doubts.some(
    ({ kind, subject }) =>
      (kind === 'undecodable' || kind === 'garbled' || kind === 'group') && typeof subject !== 'string' && subject.id === group,
  );
}

/** The entry cannot be told to be that person's. */
function isInDoubt(town: Town, person: number, { doubts }: Played): boolean {
  const entry = personIn(town, person);
  if (town.people.some(({ shows }) => shows === person)) return true;
  return doubts.some(({ kind, subject }) =>
    typeof subject === 'string'
      ? entry !== undefined && entry.ou === subject
      : subject.id === person && 'uid' in subject && (kind === 'id' || kind === 'entry'),
  );
}

/** What a complete read of this town does not see. */
function absentIn(town: Town, hidden: ReadonlySet<number>): Set<string> {
  return new Set([
    ...town.ghosts.map(ghostKey),
    ...[...hidden].map(String),
  ]);
}

function intersection(one: ReadonlySet<string>, other: ReadonlySet<string>): Set<string> {
  return new Set([...one].filter(key => other.has(key)));
}

/** What the next run is judged with. */
export function remember({ towns, hidden, whole }: Played, memory: Memory): Memory {
  if (!whole) return memory;
  const absent = new Set(towns.flatMap(town => [...absentIn(town, hidden)]));
  const last = towns.at(-1);
  if (last === undefined) return memory;
  const owners = new Map(memory.owners);
  for (const { uid, ou, id, second } of last.people) {
    const bearers = last.people.filter(each => each.ou !== LEFT && [each.uid, ...each.second].includes(uid));
    if (bearers.length === 1 && ou !== LEFT && second.length >= 0) owners.set(uid, id);
  }
  return {
    absent,
    absentTwice: intersection(absent, memory.absent),
    owners,
    broken: new Set(last.groups.flatMap(group => [...namedBy(last, group, hidden).broken])),
  };
}

/** After the faults are over: members who should be and are not, or the other way round. */
export function differences(town: Town, { state }: Application): string[] {
  const links = new Map(state.links.map(({ externalId, userId }) => [numberOf(externalId), userId]));
  return town.groups.flatMap(group => {
    const row = state.groups.find(({ externalId }) => externalId === uuid(group.id));
    const managed = state.managed.find(({ id }) => id === row?.accessGroupId);
    if (managed === undefined) return group.id > 2000 ? [] : [`group ${group.id} has no AccessGroup`];
    const expected = [...namedBy(town, group, new Set(), new Set(town.ghosts.map(ghostKey))).people]
      .filter(id => !isLeaver(town, id))
      .map(id => links.get(id))
      .filter(id => id !== undefined)
      .sort((one, other) => one - other);
    const wanted = expected.join();
    const actual = [...managed.members].join();
    return actual === wanted ? [] : [`group ${group.id} has ${actual || 'nobody'}, and should have ${wanted || 'nobody'}`];
  });
}
