/**
 * Flattens nested groups to sets of members. Groups that contain each other, over any number of steps, have the same
 * members, so they are joined first. The remaining graph has no cycle, and each set is built once from the sets below
 * it. Time and memory are linear in input and result.
 *   A > B > A                     A and B have the members of both
 *   A > A                         the loop is ignored
 *   A > B, B could not be read    A is unknown too: a part of its members would remove the others
 *   A > B > C, maxDepth 1         A is unknown, B is not
 */
import type { IdSet } from '../../model/snapshot.ts';
import type { Steps } from '../../steps/steps.ts';
import { components } from './strong-components.ts';

export interface Nested {
  /** User numbers in any order, with repetitions. */
  readonly users: Int32Array;
  /** Those of them whom a value names by username. */
  readonly byUsername: Int32Array;
  /** Indexes of nested groups. */
  readonly groups: Int32Array;
  /** Numbers of the values that match no single entry, in any order, with repetitions. */
  readonly references: Int32Array;
  /** Whether some of the users are not values of the group. */
  readonly fromEntries: boolean;
  readonly unknown: string | undefined;
}

export type Flat =
  | {
      readonly kind: 'complete';
      readonly users: IdSet;
      readonly byUsername: IdSet;
      readonly references: IdSet;
      readonly fromEntries: boolean;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface Flattened {
  /** By group. */
  readonly flat: readonly Flat[];
  /** Groups that contain each other. */
  readonly cycles: readonly (readonly number[])[];
}

/** Groups with the same members. */
interface Component {
  readonly users: IdSet;
  readonly byUsername: IdSet;
  readonly references: IdSet;
  readonly fromEntries: boolean;
  /** Levels of groups below. A cycle counts as one. */
  readonly depth: number;
  readonly unknown: Cause | undefined;
}

interface Cause {
  readonly group: number;
  readonly reason: string;
}

const EMPTY: IdSet = new Int32Array(0);
const NOTHING = { users: EMPTY, byUsername: EMPTY, references: EMPTY, fromEntries: false };

/** Computes the members of every group. `name` names a nested group in reasons. */
export function* flatten(
  groups: readonly Nested[],
  maxDepth: number,
  name: (group: number) => string,
): Steps<Flattened> {
  const { order, componentOf } = components(groups.map(group => group.groups));
  const done: Component[] = [];
  for (const members of order) {
    const below = componentsBelow(members, groups, componentOf, done);
    done.push(join(members, groups, below, maxDepth));
    yield;
  }
  const flat = Array.from(componentOf, (index, group) => flatOf(done[index], group, name));
  return { flat, cycles: order.filter(members => members.length > 1) };
}

/** The components that these groups contain. Their own component is not done yet, so it is not included. */
function componentsBelow(
  members: readonly number[],
  groups: readonly Nested[],
  componentOf: Int32Array,
  done: readonly Component[],
): Component[] {
  const indexes = new Set<number>();
  for (const member of members)
    for (const child of groups[member]?.groups ?? EMPTY) indexes.add(componentOf[child] ?? 0);
  return [...indexes].flatMap(index => done[index] ?? []);
}

function join(
  members: readonly number[],
  groups: readonly Nested[],
  below: readonly Component[],
  maxDepth: number,
): Component {
  const depth = below.reduce((deepest, { depth }) => Math.max(deepest, depth + 1), 0);
  const unknown =
    ownCause(members, groups) ??
    below.find(each => each.unknown)?.unknown ??
    (depth > maxDepth ? { group: members[0] ?? 0, reason: tooDeep(depth, maxDepth) } : undefined);
  if (unknown) return { ...NOTHING, depth, unknown };
  const own = members.map(member => groups[member] ?? NOTHING);
  const all = [...own, ...below];
  return {
    users: union(all.map(each => each.users)),
    byUsername: union(all.map(each => each.byUsername)),
    references: union(all.map(each => each.references)),
    fromEntries: all.some(each => each.fromEntries),
    depth,
    unknown,
  };
}

function ownCause(members: readonly number[], groups: readonly Nested[]): Cause | undefined {
  for (const group of members) {
    const reason = groups[group]?.unknown;
    if (reason !== undefined) return { group, reason };
  }
  return undefined;
}

function tooDeep(depth: number, maxDepth: number): string {
  return `it has ${depth} levels of groups below it, and groups.maxDepth is ${maxDepth}`;
}

function flatOf(component: Component | undefined, group: number, name: (group: number) => string): Flat {
  const cause = component?.unknown;
  if (cause === undefined) {
    const { users, byUsername, references, fromEntries } = component ?? NOTHING;
    return { kind: 'complete', users, byUsername, references, fromEntries };
  }
  if (cause.group === group) return { kind: 'unknown', reason: cause.reason };
  return { kind: 'unknown', reason: `because of the nested group ${name(cause.group)}: ${cause.reason}` };
}

/** The numbers in ascending order, without repetitions. */
function union(parts: readonly Int32Array[]): IdSet {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  if (size === 0) return EMPTY;
  const all = new Int32Array(size);
  let length = 0;
  for (const part of parts) {
    all.set(part, length);
    length += part.length;
  }
  if (parts.length > 1 || !isAscending(all)) all.sort();
  return withoutRepetitions(all);
}

function isAscending(numbers: Int32Array): boolean {
  for (let at = 1; at < numbers.length; at += 1)
    if ((numbers[at - 1] ?? 0) > (numbers[at] ?? 0)) return false;
  return true;
}

/** Removes repetitions from ascending numbers, in place. */
function withoutRepetitions(numbers: Int32Array): Int32Array {
  let kept = 0;
  for (let at = 0; at < numbers.length; at += 1) {
    const number = numbers[at] ?? 0;
    if (kept > 0 && numbers[kept - 1] === number) continue;
    numbers[kept] = number;
    kept += 1;
  }
  return kept === numbers.length ? numbers : numbers.slice(0, kept);
}
