/**
 * Which removals wait for approval: both numbers of a limit must be exceeded (C14, C17, F06, F15, F21 to F24), or half
 * of all memberships is removed from several groups, or several groups lose all members (G10).
 */
import type { GuardSettings, Limit } from '../../../src/model/settings.ts';
import { without } from './reference.ts';

/** The changes of a run to one AccessGroup. */
export interface Change {
  readonly present: ReadonlySet<string>;
  readonly desired: ReadonlySet<string>;
  readonly remove: ReadonlySet<string>;
  /** The directory group was retired. */
  readonly retires: boolean;
  readonly deletes: boolean;
}

/**
 * What an operator approved, or has to approve, by the identity of the directory group. `absent`: that it counts as
 * missed.
 */
export type Approvals = ReadonlyMap<string, Approval>;

interface Approval {
  readonly users: ReadonlySet<string>;
  readonly deletes: boolean;
  readonly absent: boolean;
}

export function exceeds({ percent, count }: Limit, removed: number, of: number): boolean {
  return removed > count && removed * 100 > percent * of;
}

export interface Totals {
  readonly groups: number;
  readonly memberships: number;
}

/** Too many groups are missing for the first time, or there is none: nothing of the read counts (F06, F15). */
export function disbelieved(
  missing: readonly string[],
  { empty, totals, approved, guard }: Omit<Evidence, 'changes'>,
): Approvals | undefined {
  const waiting = missing.filter(id => !approved.get(id)?.absent);
  const of = totals.groups - (missing.length - waiting.length);
  if (waiting.length === 0) return undefined;
  if (empty !== 'groups' && !exceeds(guard.groupRemovals, waiting.length, of)) return undefined;
  return new Map(waiting.map(id => [id, { users: new Set(), deletes: false, absent: true }]));
}

export interface Evidence {
  readonly changes: ReadonlyMap<string, Change>;
  readonly empty: 'groups' | 'users' | 'members' | undefined;
  readonly totals: Totals;
  readonly approved: Approvals;
  /** Groups with earlier rejected removals. */
  readonly rejected: ReadonlySet<string>;
  /** Users who are disabled in the directory, if its groups name them. */
  readonly leavers: ReadonlySet<string>;
  readonly guard: GuardSettings;
}

/** Holds what is not approved and exceeds a limit. */
export function judge({ changes, empty, totals, approved, rejected, leavers, guard }: Evidence): Approvals {
  const open = new Map<string, Change & { readonly users: ReadonlySet<string> }>();
  for (const [id, change] of changes) {
    const allowed = approved.get(id);
    const users = without(change.remove, allowed?.users ?? new Set());
    if (users.size > 0 || (change.deletes && !allowed?.deletes)) open.set(id, { ...change, users });
  }
  const removals = sum([...open.values()].map(({ users }) => users.size));
  const allowed = sum([...changes.values()].map(({ remove }) => remove.size)) - removals;
  const retired = [...open.values()].filter(({ retires }) => retires).length;
  const before = totals.memberships - allowed;
  const all =
    empty !== undefined ||
    exceeds(guard.memberRemovals, removals, before) ||
    isWide([...open.values()], before, guard.memberRemovals);
  const emptied = severalEmptied([...open.values()], leavers, guard.groupMemberRemovals);
  const groups = exceeds(guard.groupRemovals, retired, totals.groups);
  const held = [...open].filter(
    ([id, change]) =>
      all || rejected.has(id) || emptied.has(change) || (change.retires ? groups : isTooMuch(change, guard)),
  );
  return new Map(held.map(([id, { users, deletes }]) => [id, { users, deletes, absent: false }]));
}

type Open = Change & { readonly users: ReadonlySet<string> };

/**
 * Half of all memberships, or the larger share of the limit, of several people in several groups, without replacements.
 */
function isWide(open: readonly Open[], before: number, { percent }: Limit): boolean {
  const losing = open.filter(({ users }) => users.size > 0);
  const people = new Set(losing.flatMap(({ users }) => [...users]));
  const net = losing.map(({ users, desired, present }) =>
    Math.max(0, users.size - without(desired, present).size),
  );
  const isLarge = percent < 50 ? sum(net) * 2 >= before : sum(net) * 100 > percent * before;
  return losing.length > 1 && people.size > 1 && isLarge;
}

function severalEmptied(
  open: readonly Open[],
  leavers: ReadonlySet<string>,
  { percent }: Limit,
): ReadonlySet<Open> {
  const emptied = open.filter(({ retires, desired }) => !retires && desired.size === 0);
  const [first = '', ...others] = new Set(open.flatMap(({ users }) => [...users]));
  const isOneLeaver = others.length === 0 && leavers.has(first);
  return new Set(percent < 100 && emptied.length > 1 && !isOneLeaver ? emptied : []);
}

function isTooMuch(change: Change & { readonly users: ReadonlySet<string> }, guard: GuardSettings): boolean {
  const { desired, present, users, remove } = change;
  const left = present.size - (remove.size - users.size);
  return exceeds(guard.groupMemberRemovals, users.size, left) || (desired.size === 0 && left >= 5);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
