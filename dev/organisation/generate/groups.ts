/** Generates the regular groups, with realistic sizes and nesting. */
import type { Group, Member, Organisation, Person, Shape } from '../model/model.ts';
import { addGroup, leftover, member, stranger } from './group.ts';
import { ODD_PEOPLE } from './odd-people.ts';
import { GROUP_PLACES } from './places.ts';
import { type Random, randomFrom } from './random.ts';
import { DEPARTMENTS, GROUP_WORDS } from './words.ts';

const SHAPES: readonly (readonly [Shape, number])[] = [
  ['groupOfNames', 72],
  ['groupOfUniqueNames', 10],
  ['groupOfMembers', 6],
  ['posixGroup', 12],
];
/** Larger groups are not nested, because that would multiply the memberships. */
const NESTABLE = 40;
/** The number of groups that contain others down to that depth, of a hundred groups that contain any. */
const DEPTHS = [
  [1, 60],
  [2, 20],
  [3, 10],
  [4, 6],
  [5, 4],
] as const;

export interface GroupSizes {
  readonly count: number;
  /** Members of the largest groups. */
  readonly largest: readonly number[];
  /** Members of all others together, distributed by Zipf's law. */
  readonly rest: number;
}

/** The number of members of every regular group, largest first. */
function memberCounts({ count, largest, rest }: GroupSizes): number[] {
  const ranks = Array.from({ length: count - largest.length }, (_, index) => largest.length + index + 1);
  const sum = ranks.reduce((total, rank) => total + 1 / rank, 0);
  return [...largest, ...ranks.map(rank => Math.max(1, Math.round(rest / sum / rank)))];
}

/** One of fifty members is written in upper case, another with hex pairs, some unique ones with a UID part. */
function regularMember(random: Random, person: Person, shape: Shape): Member {
  const draw = random.below(50);
  if (draw === 0) return member(person, 'upper');
  if (draw === 1) return member(person, 'pairs');
  return draw === 2 && shape === 'groupOfUniqueNames'
    ? { ...member(person), uidPart: "'0101'B" }
    : member(person);
}

function regularMembers(
  organisation: Organisation,
  random: Random,
  { shape, size, people }: { shape: Shape; size: number; people: readonly Person[] },
): Member[] {
  if (shape === 'groupOfMembers' && random.chance(0.4)) return [];
  const members = random.sample(people, size).map(person => regularMember(random, person, shape));
  if (random.chance(0.08)) {
    const ghost = `ghost${organisation.groups.length}`;
    members.push(shape === 'posixGroup' ? stranger(ghost) : leftover(organisation, ghost));
  }
  return members;
}

/** Adds the regular groups, largest first. */
export function addRegularGroups(organisation: Organisation, sizes: GroupSizes): void {
  const random = randomFrom(`${organisation.seed}/${organisation.size}/groups`);
  const people = organisation.people.slice(ODD_PEOPLE.length);
  const nestable: Group[] = [];
  for (const [rank, size] of memberCounts(sizes).entries()) {
    const shape = rank < sizes.largest.length ? 'groupOfNames' : random.weighted(SHAPES);
    const group = addGroup(organisation, {
      cn: `${random.pick(DEPARTMENTS)} ${random.pick(GROUP_WORDS)} ${organisation.groups.length}`,
      path: random.weighted(GROUP_PLACES),
      shape,
      members: regularMembers(organisation, random, { shape, size, people }),
    });
    if (shape !== 'posixGroup' && size <= NESTABLE) nestable.push(group);
  }
  nest(random, nestable);
}

const PLAIN: readonly { shape: Shape; path: string; size: number; count: number }[] = [
  { shape: 'groupOfNames', path: 'Groups', size: 3, count: 12 },
  { shape: 'posixGroup', path: 'Groups', size: 3, count: 2 },
  { shape: 'groupOfNames', path: 'Groups', size: 7, count: 18 },
  { shape: 'groupOfNames', path: 'Groups/Elsewhere', size: 6, count: 4 },
  { shape: 'groupOfUniqueNames', path: 'Groups', size: 8, count: 3 },
  { shape: 'posixGroup', path: 'Groups', size: 8, count: 4 },
];

/** Adds plain small groups that only the churn changes; one is nested in another. */
export function addPlainGroups(organisation: Organisation): void {
  const random = randomFrom(`${organisation.seed}/${organisation.size}/plain`);
  const people = organisation.people
    .slice(ODD_PEOPLE.length)
    .filter(person => !person.disabled && person.local !== undefined);
  const plain = PLAIN.flatMap(({ shape, path, size, count }) =>
    Array.from({ length: count }, () =>
      addGroup(organisation, {
        cn: `Plain ${organisation.groups.length}`,
        path,
        shape,
        members: random.sample(people, size).map(person => member(person)),
      }),
    ),
  );
  const [held] = plain;
  if (held) addGroup(organisation, { cn: 'Plain holder', path: 'Groups', members: [member(held)] });
}

/**
 * Lets one of seven groups contain others. A group of level n contains at least one of level n - 1, so chains have up
 * to five links; one of twenty nested groups contains its parent, which closes a cycle.
 */
function nest(random: Random, groups: readonly Group[]): void {
  const holders = groups.filter(() => random.chance(1 / 7));
  const levels: Group[][] = [groups.filter(group => !holders.includes(group))];
  for (const holder of holders) {
    const level = Math.min(random.weighted(DEPTHS), levels.length);
    const held = new Set([random.pick(levels[level - 1] ?? [])]);
    for (let more = random.below(4); more > 0; more -= 1) {
      held.add(random.pick(levels[random.below(level)] ?? []));
    }
    holder.members.push(...[...held].map(group => member(group)));
    const [first] = held;
    if (first !== undefined && random.chance(0.05)) first.members.push(member(holder));
    levels[level] = [...(levels[level] ?? []), holder];
  }
}
