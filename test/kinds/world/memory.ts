/** What the reads of a directory can have shown, to distinguish facts from doubts. */
import type { Application } from './application.ts';
import {
  dnOf,
  ghostKey,
  LEFT,
  type Organisation,
  outOfReach,
  type Person,
  personIn,
} from './organisation.ts';
import { GID, namedBy } from './truth.ts';
import type { Played } from './world.ts';

/** The state from run to run. */
export interface Memory {
  /** Keys of entries that the last complete read did not find, and of those that the last two did not find. */
  readonly absent: ReadonlySet<string>;
  readonly absentTwice: ReadonlySet<string>;
  /** By username, the person whom it named last. */
  readonly owners: ReadonlyMap<string, number>;
  /** Values that were broken throughout the last complete read. */
  readonly broken: ReadonlySet<string>;
  /**
   * Units of which the last complete read would have had to ask another server: their entries were not proved absent.
   */
  readonly referred: boolean;
  /** People who were outside of the configured people throughout the last complete read. */
  readonly left: ReadonlySet<number>;
  /** People whom the last complete read certainly did not find with their identity. */
  readonly unread: ReadonlySet<number>;
  /** By group, the values that a complete read may have found. */
  readonly values: ReadonlyMap<number, ReadonlySet<string>>;
}

export const NO_MEMORY: Memory = {
  absent: new Set(),
  absentTwice: new Set(),
  owners: new Map(),
  broken: new Set(),
  referred: false,
  unread: new Set(),
  left: new Set(),
  values: new Map(),
};

/** What an identity was made of. */
export function numberOf(externalId: string): number {
  return Number(externalId.slice(-12));
}

/** Whether a membership was in doubt before. */
export function wasInDoubt({ state }: Application, group: number, person: number): boolean {
  const user = state.links.find(({ externalId }) => numberOf(externalId) === person)?.userId;
  const row = state.groups.find(({ externalId }) => numberOf(externalId) === group);
  return state.doubts.some(
    ({ accessGroupId, userId }) => accessGroupId === row?.accessGroupId && userId === user,
  );
}

/** The DNs at which earlier reads found linked people. */
export function foundBefore({ state }: Application): ReadonlySet<string> {
  return new Set(
    state.links.flatMap(({ externalId, dn, username = '' }) =>
      [dn, username].map(name => ghostKey({ id: numberOf(externalId), name })),
    ),
  );
}

/** Another server has a unit. */
export function isReferred({ doubts }: Pick<Played, 'doubts'>): boolean {
  return doubts.some(({ kind }) => kind === 'elsewhere');
}

const BLURRING: readonly string[] = [
  'undecodable',
  'garbled',
  'group',
  'filterOfGroup',
  'members',
  'memberDns',
  'memberValue',
  'idOfGroup',
  'filterAndDn',
];

/** Whether the values of a group could not be read whole, or not as those of that group. */
export function isBlurred(doubts: Played['doubts'], group: number): boolean {
  return doubts.some(
    ({ kind, subject }) => BLURRING.includes(kind) && typeof subject !== 'string' && subject.id === group,
  );
}

/** The entry cannot be proved to be that person's. */
export function isInDoubt(organisation: Organisation, person: number, { doubts }: Played): boolean {
  const entry = personIn(organisation, person);
  if (organisation.people.some(({ shows }) => shows === person)) return true;
  return doubts.some(({ kind, subject }) =>
    typeof subject === 'string'
      ? entry !== undefined && entry.ou === subject
      : subject.id === person &&
        'uid' in subject &&
        ['id', 'entry', 'filterOfPerson', 'filterAndId'].includes(kind),
  );
}

/**
 * Entries that a complete read of this organisation does not find; by username if only that is hidden. A person with unknown
 * attributes of users.filter is found.
 */
export function absentIn(
  organisation: Organisation,
  { hidden: all, doubts }: Pick<Played, 'hidden' | 'doubts'>,
): Set<string> {
  const unnamed = unnamedBy(doubts);
  const unclear = new Set(
    doubts.flatMap(({ kind, subject }) =>
      kind.startsWith('filter') && typeof subject !== 'string' && 'uid' in subject ? [subject.id] : [],
    ),
  );
  const hidden = new Set([...all].filter(id => !unclear.has(id)));
  return new Set([
    ...organisation.ghosts.map(ghostKey),
    ...outOfReach(organisation),
    ...[...organisation.people, ...organisation.groups].flatMap(entry => [
      ...(hidden.has(entry.id) ? [ghostKey({ id: entry.id, name: dnOf(entry) })] : []),
      ...('uid' in entry && hidden.has(entry.id) ? [ghostKey({ id: entry.id, name: GID })] : []),
      ...('uid' in entry && (hidden.has(entry.id) || unnamed.has(entry.id))
        ? [ghostKey({ id: entry.id, name: entry.uid })]
        : []),
    ]),
  ]);
}

/** Ids of hidden entries; negative for entries whose username is hidden. */
export function outOfSight({ hidden, doubts }: Pick<Played, 'hidden' | 'doubts'>): ReadonlySet<number> {
  return new Set([...hidden, ...[...unnamedBy(doubts)].map(id => -id)]);
}

/** People whose usernames are hidden. */
export function unnamedBy(doubts: Played['doubts']): ReadonlySet<number> {
  return new Set(
    doubts.flatMap(({ kind, subject }) =>
      kind.startsWith('username') && typeof subject !== 'string' ? [subject.id] : [],
    ),
  );
}

/** The DN or username in the key of a ghost. */
export function nameOf(key: string): string {
  return key.slice(key.indexOf('@') + 1);
}

function leftIn({ people }: Organisation): Set<number> {
  return new Set(people.filter(({ ou }) => ou === LEFT).map(({ id }) => id));
}

function unreadIn(organisation: Organisation, played: Played): Set<number> {
  const isUnread = (person: Person) => person.ou === LEFT || isInDoubt(organisation, person.id, played);
  return new Set(organisation.people.filter(isUnread).map(({ id }) => id));
}

function intersection<T>(one: ReadonlySet<T>, other: ReadonlySet<T>): Set<T> {
  return new Set([...one].filter(key => other.has(key)));
}

/** The data by which the next run is judged. */
export function remember(played: Played, memory: Memory): Memory {
  const { organisations, whole } = played;
  if (!whole) return unlessSeen(played, memory);
  const absent = new Set(organisations.flatMap(organisation => [...absentIn(organisation, played)]));
  const last = organisations.at(-1);
  if (last === undefined) return memory;
  const owners = new Map(memory.owners);
  for (const { uid, ou, id } of last.people) {
    const holders = last.people.filter(each => each.ou !== LEFT && [each.uid, ...each.second].includes(uid));
    if (holders.length === 1 && ou !== LEFT) owners.set(uid, id);
  }
  return {
    absent,
    absentTwice: intersection(absent, memory.absent),
    owners,
    values: new Map([
      ...memory.values,
      ...readableIn(last, played).map(({ id, dns, uids }) => [id, new Set([...dns, ...uids])] as const),
    ]),
    referred: isReferred(played),
    left: organisations.map(leftIn).reduce(intersection),
    unread: organisations.map(organisation => unreadIn(organisation, played)).reduce(intersection),
    broken: organisations.map(organisation => brokenIn(organisation, played)).reduce(intersection),
  };
}

/** An entry that a partial read found was not absent. */
function unlessSeen(played: Played, memory: Memory): Memory {
  const { organisations, only } = played;
  const missed = new Set(
    organisations.flatMap(organisation => [...absentIn(organisation, played)].map(nameOf)),
  );
  const seen = organisations.flatMap(organisation => {
    const start = organisation.groups.find(({ id }) => id === only);
    const { groups = new Set() } = start === undefined ? {} : namedBy(organisation, start, played.hidden);
    return readableIn(organisation, played).flatMap(({ id, dns, uids }) =>
      groups.has(id) ? [...dns, ...uids] : [],
    );
  });
  const found = new Set(seen.filter(name => !missed.has(name)));
  const left = (keys: ReadonlySet<string>) => new Set([...keys].filter(key => !found.has(nameOf(key))));
  // If another server would have to be asked, absence is no longer known.
  const units = played.doubts.flatMap(({ subject }) => (typeof subject === 'string' ? [subject] : []));
  const isReferredTo = (name: string) =>
    units.some(unit => name.endsWith(`,${unit}`) || (seen.includes(name) && !name.includes('=')));
  const broken = new Set([...memory.broken].filter(name => !isReferredTo(name)));
  return { ...memory, absent: left(memory.absent), absentTwice: left(memory.absentTwice), broken };
}

function readableIn({ groups }: Organisation, { hidden, doubts }: Played) {
  return groups.filter(({ id }) => !hidden.has(id) && !isBlurred(doubts, id));
}

function brokenIn(organisation: Organisation, played: Played): Set<string> {
  // An entry that was found through an unreadable nested group does not count as found.
  const groups = readableIn(organisation, played);
  const readable = new Set(groups.map(({ id }) => id));
  const named = groups.map(group => namedBy(organisation, group, outOfSight(played)));
  const found = named.filter(({ groups }) =>
    [...groups].every(id => readable.has(id) || played.hidden.has(id)),
  );
  // A value that leads to another entry now is not broken.
  const entries = [...organisation.people, ...organisation.groups].filter(({ id }) => !played.hidden.has(id));
  const there = new Set(entries.map(dnOf));
  return new Set(found.flatMap(({ broken }) => [...broken].map(nameOf).filter(name => !there.has(name))));
}
