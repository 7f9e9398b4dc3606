/** What may become of a membership in one run, by the rules, told from the towns alone. */
import { uuid } from '../support/builders.ts';
import type { Application } from './application.ts';
import { type Named, namedBy } from './truth.ts';
import { dnOf, type Group, ghostKey, LEFT, type Person, personIn, type Town } from './town.ts';
import type { Played } from './world.ts';

/** What is remembered from run to run. */
export interface Memory {
  /** Keys of what the last complete read did not see, and of what the last two did not. */
  readonly absent: ReadonlySet<string>;
  readonly absentTwice: ReadonlySet<string>;
  /** By username, the person whom it named when it last named one. */
  readonly owners: ReadonlyMap<string, number>;
  /** Values that were broken throughout the last complete read. */
  readonly broken: ReadonlySet<string>;
  /** By group, the values that a complete read may have seen. */
  readonly values: ReadonlyMap<number, ReadonlySet<string>>;
}

export const NO_MEMORY: Memory = { absent: new Set(), absentTwice: new Set(), owners: new Map(), broken: new Set(), values: new Map() };

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
function mayLeave({ group, person }: Case, played: Played, memory: Memory): boolean {
  const { towns, hidden, whole, before } = played;
  const met = metBefore(before);
  return towns.map(town => withMetGhosts(town, memory)).some(town => {
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
    return !names(person, namedBy(town, entry, hidden, proved, met), uid => memory.owners.get(uid) === person);
  });
}

/** A group that is gone carries whom it was read with. */
function withMetGhosts(town: Town, { values }: Memory): Town {
  const met = ({ id }: Group, names: readonly string[]) => names.filter(name => values.get(id)?.has(name));
  const ghosts = town.ghosts.map(ghost =>
    ghost.group === undefined
      ? ghost
      : { ...ghost, group: { ...ghost.group, dns: met(ghost.group, ghost.group.dns), uids: met(ghost.group, ghost.group.uids) } },
  );
  return { ...town, ghosts };
}

function entryOf({ groups }: Town, id: number): Group | undefined {
  return groups.find(group => group.id === id);
}

function isLeaver(town: Town, person: number): boolean {
  const entry = personIn(town, person);
  return entry !== undefined && (entry.disabled || entry.ou === LEFT);
}

/** @param isTheirs whether an ambiguous username was the person's before */
function names(person: number, named: Named, isTheirs: (uid: string) => boolean): boolean {
  if (named.people.has(person)) return true;
  return [...named.ambiguous].some(([uid, bearers]) => bearers.includes(person) && isTheirs(uid));
}

/** At some moment the values named the person, enabled, and nobody else by the same username. */
function mayCome({ group, person }: Case, { towns, hidden, doubts }: Played): boolean {
  return towns.some(town => {
    const entry = entryOf(town, group);
    if (entry === undefined) return false;
    const isHere = personIn(town, person)?.disabled === false && !hidden.has(person);
    const unnamed = unnamedBy(doubts);
    const seen = { ...town, people: town.people.filter(({ id }) => !hidden.has(id) && !unnamed.has(id)) };
    return isHere && (namedBy(town, entry).people.has(person) || namedBy(seen, entry).people.has(person));
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
  if (names(person, named, uid => (memory.owners.get(uid) ?? person) === person)) return false;
  // What was in doubt has until the second read at rest.
  if (wasInDoubt(played.before, group, person)) return false;
  // Whose name it was cannot be told without the entry that had it.
  const unnamed = unnamedBy(doubts);
  const isTaken = ([uid, bearers]: readonly [string, readonly number[]]) =>
    bearers.includes(person) && unnamed.has(memory.owners.get(uid) ?? 0);
  if ([...named.ambiguous].some(isTaken)) return false;
  const met = metBefore(played.before);
  const isRead = personIn(town, person) !== undefined && isClear;
  const isNew = ({ kind, subject }: Played['doubts'][number]) =>
    kind === 'id' &&
    typeof subject !== 'string' &&
    named.people.has(subject.id) &&
    !met.has(ghostKey({ id: subject.id, name: dnOf(personIn(town, subject.id) ?? subject) }));
  if (!isRead && doubts.some(isNew)) return false;
  // Another who is called so may be the same person with a new identity.
  const isCalledSo = ({ id, uid }: Person) => named.people.has(id) && met.has(ghostKey({ id: person, name: uid }));
  if (!isRead && town.people.some(isCalledSo)) return false;
  // Values may lead where only another server could follow them.
  for (const { subject } of doubts)
    if (typeof subject === 'string') {
      const strangers = town.people.filter(each => each.ou === subject && !met.has(ghostKey({ id: each.id, name: dnOf(each) })));
      if (!isRead || strangers.length > 0) return false;
    }
  return ![...named.broken].some(key => {
    const name = nameOf(key);
    return !memory.broken.has(name) && !met.has(key) && (!isRead || name.includes('='));
  });
}

function wasInDoubt({ state }: Application, group: number, person: number): boolean {
  const user = state.links.find(({ externalId }) => numberOf(externalId) === person)?.userId;
  const row = state.groups.find(({ externalId }) => numberOf(externalId) === group);
  return state.doubts.some(({ accessGroupId, userId }) => accessGroupId === row?.accessGroupId && userId === user);
}

/** Where earlier reads found those who are linked. */
function metBefore({ state }: Application): ReadonlySet<string> {
  return new Set(
    state.links.flatMap(({ externalId, dn, username = '' }) =>
      [dn, username].map(name => ghostKey({ id: numberOf(externalId), name })),
    ),
  );
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

/** What a complete read of this town does not see, an entry by its username where only that is hidden. */
function absentIn(town: Town, { hidden, doubts }: Pick<Played, 'hidden' | 'doubts'>): Set<string> {
  const unnamed = unnamedBy(doubts);
  return new Set([
    ...town.ghosts.map(ghostKey),
    ...[...town.people, ...town.groups].flatMap(entry => [
      ...(hidden.has(entry.id) ? [ghostKey({ id: entry.id, name: dnOf(entry) })] : []),
      ...('uid' in entry && (hidden.has(entry.id) || unnamed.has(entry.id))
        ? [ghostKey({ id: entry.id, name: entry.uid })]
        : []),
    ]),
  ]);
}

function unnamedBy(doubts: Played['doubts']): ReadonlySet<number> {
  return new Set(
    doubts.flatMap(({ kind, subject }) => (kind === 'username' && typeof subject !== 'string' ? [subject.id] : [])),
  );
}

function nameOf(key: string): string {
  return key.slice(key.indexOf('@') + 1);
}

function intersection(one: ReadonlySet<string>, other: ReadonlySet<string>): Set<string> {
  return new Set([...one].filter(key => other.has(key)));
}

/** What the next run is judged with. */
export function remember(played: Played, memory: Memory): Memory {
  const { towns, hidden, whole } = played;
  if (!whole) return memory;
  const absent = new Set(towns.flatMap(town => [...absentIn(town, played)]));
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
    values: new Map([
      ...memory.values,
      ...last.groups
        .filter(({ id }) => !hidden.has(id) && !isBlurred(played.doubts, id))
        .map(({ id, dns, uids }) => [id, new Set([...dns, ...uids])] as const),
    ]),
    broken: towns
      .map(town => new Set(town.groups.filter(({ id }) => !hidden.has(id) && !isBlurred(played.doubts, id)).flatMap(group => [...namedBy(town, group, hidden).broken].map(nameOf))))
      .reduce(intersection),
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
