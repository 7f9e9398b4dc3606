/** Compares what two configurations make of the same directory and database: which groups and members differ, and why. Pure. */

import type { DoubtKind, Fact } from '../../model/doubt.ts';
import type { GroupDifference, MemberDifference } from '../../model/operations/comparison.ts';
import type { GroupChange } from '../../model/plan.ts';
import { doubtKey } from '../doubt/lookups.ts';
import { difference, EMPTY } from '../sets/id-set.ts';
import { type Newcomers, type Outcome, type Outlook, outcomesOf, type Step, stepsOf } from './outlook.ts';

/** A member difference with the id of the user, which is negative for a new user. */
export interface UserDifference extends Omit<MemberDifference, 'username'> {
  readonly userId: number;
}

export interface Difference {
  readonly groups: readonly GroupDifference[];
  readonly members: readonly UserDifference[];
  /** The usernames of new users, by their ids. */
  readonly newUsers: ReadonlyMap<number, string>;
}

/** Returns the differences, sorted by team and name. The same arguments always give the same answer. */
export function compareOutlooks(running: Outlook, proposed: Outlook): Difference {
  const newcomers: Newcomers = new Map();
  const [before, after] = [outcomesOf(running, newcomers), outcomesOf(proposed, newcomers)];
  const steps = stepsOf(proposed, newcomers);
  const doubts = new Map(
    proposed.runs
      .at(-1)
      ?.plan.doubts.map(({ accessGroupId, userId, kind }) => [doubtKey(accessGroupId, userId), kind]),
  );
  const groups: GroupDifference[] = [];
  const members: UserDifference[] = [];
  for (const [key, one, other] of pairs(before, after)) {
    const { dn = '', accessGroupId, result } = other ?? one ?? {};
    const context = { steps: steps.get(key) ?? [], reason: other?.result.reason };
    const [held] = context.steps.flatMap(({ hold }) => hold?.reason ?? []);
    if (JSON.stringify(placeOf(one)) !== JSON.stringify(placeOf(other)))
      groups.push({
        dn,
        accessGroupId,
        running: one?.result,
        proposed: other?.result,
        ...(held && { held }),
      });
    const { team = '', name = '' } = result ?? {};
    const [had, has] = [one?.members ?? EMPTY, other?.members ?? EMPTY];
    for (const userId of difference(had, has))
      members.push({ team, name, userId, ...leaving(userId, context) });
    for (const userId of difference(has, had)) {
      const doubt = doubts.get(doubtKey(accessGroupId ?? 0, userId));
      members.push({ team, name, userId, ...coming(userId, context, doubt) });
    }
  }
  const names = Array.from(newcomers.values(), ({ id, username }) => [id, username] as const);
  return { groups, members, newUsers: new Map(names) };
}

/** The outcomes of the same group under both configurations. */
function pairs(before: ReadonlyMap<string, Outcome>, after: ReadonlyMap<string, Outcome>) {
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const all = keys.map(key => [key, before.get(key), after.get(key)] as const);
  const placed = all.map(pair => ({ pair, place: sortKey(pair[2] ?? pair[1]) }));
  return placed.sort((one, other) => (one.place < other.place ? -1 : 1)).map(({ pair }) => pair);
}

function sortKey(outcome: Outcome | undefined): string {
  return JSON.stringify([outcome?.result.team, outcome?.result.name, outcome?.dn]);
}

/** What makes the groups differ. Their members are compared one by one. */
function placeOf(outcome: Outcome | undefined) {
  if (outcome === undefined) return undefined;
  const { members: _, ...place } = outcome.result;
  return place;
}

interface Context {
  readonly steps: readonly Step[];
  /** Why the proposed configuration does not sync the group. */
  readonly reason: string | undefined;
}

type Change = Pick<MemberDifference, 'change' | 'reason' | 'read' | 'held'>;

/** The user is a member after the runs of the running configuration only. */
function leaving(userId: number, { steps, reason }: Context): Change {
  const step = steps.find(({ removed }) => removed.has(userId));
  if (step === undefined) return { change: 'not_added', reason: reason ?? 'not_named', read: 1 };
  const { change, read } = step;
  const why = change.kind === 'retire' ? (change.reason ?? 'not_found') : factOf(change, userId);
  return { change: 'removed', reason: why, read, ...holdOf(userId, steps, read) };
}

/** The user is a member after the runs of the proposed configuration only. */
function coming(userId: number, { steps, reason }: Context, doubt: DoubtKind | undefined): Change {
  const step = steps.find(({ added }) => added.has(userId));
  if (step === undefined) return { change: 'kept', reason: doubt ?? reason ?? 'member', read: 1 };
  const held = step.hold?.reason === 'first_run' ? { held: step.hold.reason } : {};
  return { change: 'added', reason: 'member', read: step.read, ...held };
}

function factOf({ facts = {} }: GroupChange, userId: number): Fact {
  return FACTS.find(fact => facts[fact]?.includes(userId)) ?? 'not_member';
}

const FACTS: readonly Fact[] = ['disabled', 'left_scope', 'absent_twice', 'decided'];

/** A removal is also held if an earlier run holds that the group counts as missing. */
function holdOf(userId: number, steps: readonly Step[], read: number): Pick<Change, 'held'> {
  const holds = steps.filter(step => step.read <= read).flatMap(({ hold }) => hold ?? []);
  const hold = holds.find(({ users }) => users?.has(userId) !== false);
  return hold === undefined ? {} : { held: hold.reason };
}
