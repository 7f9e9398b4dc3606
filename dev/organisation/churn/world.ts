/** The state from which each change of the churn takes its groups and people. */
import { addGroup, type NewGroup } from '../generate/group.ts';
import { ODD_PEOPLE } from '../generate/odd-people.ts';
import type { Random } from '../generate/random.ts';
import {
  type Group,
  type Member,
  type Organisation,
  type Person,
  placeAt,
  type Shape,
} from '../model/model.ts';
import { trueMembers } from '../truth/truth.ts';
import { createEntry, type Operation } from '../write/operations.ts';

/** The changing organisation. */
export interface World {
  readonly organisation: Organisation;
  readonly random: Random;
  /** People and groups that a step has used: each step uses others. */
  readonly used: Set<Person | Group>;
}

/** A change that the model has made already; the operations change the directory in the same way. */
export interface Event {
  readonly title: string;
  readonly operations: readonly Operation[];
  /** A person whose entry is deleted: the memberships stay until a second complete read. */
  readonly missed?: Person;
}

/** Groups and people of the churn have numbers from here on, which no other entry has. */
const FIRST_NEW_NUMBER = 1_000_000;
/** The guard allows the removal of all members up to this number. */
export const FEW: readonly [number, number] = [1, 4];
/** Enough for several to leave, and few enough to print. */
export const SOME: readonly [number, number] = [5, 40];

function take<T extends Person | Group>(
  world: World,
  candidates: readonly T[],
  fits: (one: T) => boolean,
): T {
  const free = candidates.filter(candidate => !world.used.has(candidate));
  const chosen = world.random.sample(free, free.length).find(fits);
  if (chosen === undefined) throw new Error('the organisation has no person left for this part of the churn');
  world.used.add(chosen);
  return chosen;
}

/** The members of all groups. */
function heldBySome(organisation: Organisation): Set<Member['to']> {
  return new Set(organisation.groups.flatMap(group => group.members.map(({ to }) => to)));
}

export interface Wanted {
  /** The least and most true members. */
  readonly size: readonly [number, number];
  readonly shape?: Shape;
  readonly path?: string;
  /** true: another group contains it. Otherwise it neither contains a group nor is contained in one. */
  readonly held?: boolean;
}

/** A regular group for a step. */
export function takeGroup(world: World, { size: [least, most], shape, path, held = false }: Wanted): Group {
  const { organisation } = world;
  const heldOnes = heldBySome(organisation);
  return take(world, organisation.groups, group => {
    if (heldOnes.has(group) !== held) return false;
    if (shape !== undefined && group.shape !== shape) return false;
    if (path !== undefined && group.place !== placeAt(organisation, path)) return false;
    if (!held && group.members.some(({ to }) => to.kind === 'group')) return false;
    const size = trueMembers(organisation, group).length;
    return size >= least && size <= most;
  });
}

/** Whether that is a regular enabled person with a local user. */
function isRegular(person: Person): boolean {
  return person.number >= ODD_PEOPLE.length && !person.disabled && person.local !== undefined;
}

/** A regular person who is a direct member of one to twelve groups. In Active Directory all are named by cn. */
export function takePerson(world: World, wanted: Partial<Pick<Person, 'rdn' | 'place'>> = {}): Person {
  const rdn = world.organisation.dialect === 'activedirectory' ? undefined : wanted.rdn;
  const groups = new Map<Member['to'], number>();
  for (const { members } of world.organisation.groups) {
    for (const { to } of members) groups.set(to, (groups.get(to) ?? 0) + 1);
  }
  return take(world, world.organisation.people, person => {
    if (!isRegular(person) || (rdn ?? person.rdn) !== person.rdn) return false;
    const count = groups.get(person) ?? 0;
    return (wanted.place ?? person.place) === person.place && count >= 1 && count <= 12;
  });
}

/** Regular people who are not in the group and not used by another step, as future members. */
export function outsiders(world: World, group: Group, count: number): Member[] {
  const inside = new Set<Member['to']>(group.members.map(({ to }) => to));
  const free = world.organisation.people.filter(
    person => isRegular(person) && !inside.has(person) && !world.used.has(person),
  );
  return world.random.sample(free, count).map(to => ({ to, spelling: 'plain' }));
}

/** A number that no entry of the organisation has ever had. */
export function nextNumber(entries: readonly { readonly number: number }[]): number {
  return entries.reduce((most, { number }) => Math.max(most, number + 1), FIRST_NEW_NUMBER);
}

/** Creates a group, in the model and as an operation. */
export function createGroup(world: World, added: NewGroup): { group: Group; operation: Operation } {
  const { organisation } = world;
  const group = addGroup(organisation, added, nextNumber(organisation.groups));
  world.used.add(group);
  return { group, operation: createEntry(organisation, group) };
}
