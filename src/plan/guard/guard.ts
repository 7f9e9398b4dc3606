/**
 * The guard: which removals are held for approval. It counts memberships, not only groups, and adds the removals of earlier
 * runs within `guard.window`. Additions, renames and removals within the limits are applied.
 *
 *   what would be removed                                      held
 *   everything, because the read found no group, user, value    everything
 *   more than a limit of `guard` allows, in percent and count   what the limit counts
 *   half, of several users in several groups, not replaced      everything
 *   all members of several groups, without a minimum count      those groups
 *   all members of a group of five or more                      that group
 *   any member of a group whose removals were rejected before   that group
 */
import type {
  Approved,
  GroupChange,
  Hold,
  Plan,
  PlanContext,
  Strictness,
  Verdict,
} from '../../model/plan.ts';
import type { DirectorySettings, GuardSettings, Limit } from '../../model/settings.ts';
import type { IdSet } from '../../model/snapshot.ts';
import { finish, mapped, type Steps } from '../../steps/steps.ts';
import { isPending } from '../report/describe-plan.ts';
import { difference, EMPTY } from '../sets/id-set.ts';
import {
  emptiedMessage,
  emptySentence,
  FIRST_RUN,
  halfSentence,
  type LimitName,
  limitSentence,
  rejectedSentence,
  vanishedSentence,
} from './guard-messages.ts';
import { exceeds, isHalf } from './limit.ts';
import { unapprovedMissing } from './mass-disappearance.ts';
import { awaitsRead } from './read-conditions.ts';
import { type Recent, recentOf } from './recent-removals.ts';

/** A group of this size or more that would lose all members is held, even within the limits (case C14). */
const SUSPICIOUS_WHEN_EMPTIED = 5;

/** A change with removals that are not approved yet. */
interface PendingRemoval {
  readonly change: GroupChange;
  readonly index: number;
  /** Without the approved removals. */
  readonly removals: IdSet;
}

/** The input of the rules below. */
interface GuardInput {
  readonly plan: Plan;
  readonly limits: GuardSettings;
  readonly strictness: Strictness;
  readonly removing: readonly PendingRemoval[];
  readonly recent: Recent;
  /** Users who lose a membership now or lost one within `guard.window`. */
  readonly people: ReadonlySet<number>;
  /** The memberships before the first of the runs that count together, without approved removals. */
  readonly memberships: number;
}

/** Changes that a rule holds, and the message that says why. */
interface Finding {
  readonly entries: readonly PendingRemoval[];
  readonly reason: Hold['reason'];
  readonly words: string;
}

/**
 * Decides which removals of a plan are held. Approved removals are not judged again and do not count: the rest is measured
 * as if they had been applied already (case F24). If any removal is held, the message also lists the conditions that changed
 * since the last complete read.
 */
export function judge(plan: Plan, settings: DirectorySettings, context: PlanContext = {}): Verdict {
  return finish(judgeSteps(plan, settings, context));
}

/** Does the same as `judge` in steps. */
export function* judgeSteps(
  plan: Plan,
  settings: DirectorySettings,
  context: PlanContext = {},
): Steps<Verdict> {
  const { changed = UNCHANGED, approved = new Map(), rejected, unconfirmed = false } = context;
  if (unconfirmed && isPending(plan)) return { holds: [], reasons: [FIRST_RUN], unconfirmed };
  const removing = yield* unapproved(plan, approved);
  const recent = recentOf(context.recent ?? [], plan.changes);
  const allowed = totalOf(plan.changes.map(change => change.remove)) - totalOf(removing.map(asRemovals));
  const memberships = plan.managed.memberships - allowed + recent.memberships;
  const people = yield* peopleOf(removing, recent);
  const given = { ...changed, plan, limits: settings.guard, removing, recent, memberships, people };
  const findings = [
    implausibleRead(given, settings, approved),
    tooManyMemberships(given),
    tooManyGroups(given),
    ...removing.map(entry => tooManyOfOne(entry, given)),
    severalEmptied(given),
  ].filter(finding => finding !== undefined);
  const holds = new Map<number, Hold>();
  for (const { entries, reason } of findings) {
    for (const { index: change, removals } of entries)
      if (!holds.has(change)) holds.set(change, { change, removals, reason });
  }
  const reasons = findings.map(finding => finding.words);
  const refused = removing.filter(({ change, index }) => {
    return rejected?.has(change.accessGroupId ?? 0) && !holds.has(index);
  });
  for (const { index: change, removals } of refused)
    holds.set(change, { change, removals, reason: 'rejected' });
  if (refused.length > 0) reasons.push(rejectedSentence(refused.map(nameOf)));
  if (reasons.length > 0) reasons.push(...changed.reasons);
  const waits = changed.strictness !== 'both' && awaitsRead(plan);
  return { holds: [...holds.values()].sort((a, b) => a.change - b.change), reasons, ...(waits && { waits }) };
}

const UNCHANGED = { strictness: 'both', reasons: [] } as const;
const asRemovals = ({ removals }: PendingRemoval) => removals;
const nameOf = ({ change }: PendingRemoval) => `${change.team}/${change.name}`;

function* unapproved({ changes }: Plan, approved: Approved): Steps<PendingRemoval[]> {
  const found = yield* mapped(changes, (change, index): PendingRemoval[] => {
    const { removals: allowed = EMPTY, deletes = false } = approved.get(change.accessGroupId ?? 0) ?? {};
    const removals = difference(change.remove, allowed);
    const deleting = change.deleteGroup === true && !deletes;
    return removals.length > 0 || deleting ? [{ change, index, removals }] : [];
  });
  return found.flat();
}

function totalOf(sets: readonly IdSet[]): number {
  return sets.reduce((sum, set) => sum + set.length, 0);
}

/** The read found no group, user or member at all, or too many groups are missing. */
function implausibleRead(
  { plan, strictness, removing }: GuardInput,
  settings: DirectorySettings,
  approved: Approved,
): Finding | undefined {
  if (plan.massDisappearance !== undefined) {
    const missing = new Set(unapprovedMissing(plan.changes, approved));
    const words =
      plan.empty === 'groups'
        ? emptySentence('groups', settings)
        : vanishedSentence(plan, settings, strictness);
    const entries = plan.changes
      .map((change, index) => ({ change, index, removals: EMPTY }))
      .filter(({ change }) => missing.has(change));
    return { entries, reason: 'groups_vanished', words };
  }
  if (plan.empty === undefined || removing.length === 0) return undefined;
  return { entries: removing, reason: 'empty_directory', words: emptySentence(plan.empty, settings) };
}

function tooManyMemberships(given: GuardInput): Finding | undefined {
  const { removing, recent, memberships: of, people, limits, strictness } = given;
  const now = totalOf(removing.map(asRemovals));
  if (now === 0) return undefined;
  const earlier = recent.memberships;
  const removed = now + earlier;
  const measured = { setting: 'memberRemovals', removed, of, what: 'managed memberships', earlier } as const;
  const limit = limits.memberRemovals;
  const hold = (words: string) => ({ entries: removing, reason: 'member_removals', words }) as const;
  if (exceeds(limit, removed, of, strictness)) return hold(limitSentence(limit, measured, strictness));
  const lost = removed - replaced(removing) - recent.replaced;
  // In a small company, one group that loses half of all memberships or one user who leaves is normal.
  const isWide = isHalf(limit, lost, of) && groupsOf(given).size > 1 && people.size > 1;
  return isWide ? hold(halfSentence({ ...measured, removed: lost }, limit)) : undefined;
}

/** Counts removals that additions to the same group replace: the read has seen members of that group. */
function replaced(removing: readonly PendingRemoval[]): number {
  return removing.reduce(
    (sum, { change, removals }) => sum + Math.min(change.add.length, removals.length),
    0,
  );
}

/** AccessGroups that lose members now or lost members within `guard.window`. */
function groupsOf({ removing, recent }: GuardInput): ReadonlySet<number | undefined> {
  const losing = removing.filter(({ removals }) => removals.length > 0);
  return new Set([...losing.map(({ change }) => change.accessGroupId), ...recent.users.keys()]);
}

function* peopleOf(removing: readonly PendingRemoval[], recent: Recent): Steps<ReadonlySet<number>> {
  const people = new Set<number>();
  for (const set of [...removing.map(asRemovals), ...recent.users.values()]) {
    for (const id of set) people.add(id);
    yield;
  }
  return people;
}

function tooManyGroups({ plan, removing, recent, limits, strictness }: GuardInput): Finding | undefined {
  const entries = removing.filter(({ change }) => change.kind === 'retire');
  if (entries.length === 0) return undefined;
  const { retired: earlier } = recent;
  const removed = entries.length + earlier;
  const of = plan.managed.groups;
  if (!exceeds(limits.groupRemovals, removed, of, strictness)) return undefined;
  const measured = { setting: 'groupRemovals', removed, of, what: 'managed groups', earlier } as const;
  const words = limitSentence(limits.groupRemovals, measured, strictness);
  return { entries, reason: 'group_removals', words };
}

function tooManyOfOne(
  entry: PendingRemoval,
  { limits, strictness, recent }: GuardInput,
): Finding | undefined {
  const { change, removals } = entry;
  if (change.kind === 'retire') return undefined;
  const earlier = recent.users.get(change.accessGroupId ?? 0)?.length ?? 0;
  const removed = removals.length + earlier;
  const of = change.desired.length + (change.stayers ?? 0) - change.add.length + removed;
  const what = `members of ${nameOf(entry)}`;
  const limit = limits.groupMemberRemovals;
  if (exceeds(limit, removed, of, strictness)) {
    const setting: LimitName = 'groupMemberRemovals';
    const words = limitSentence(limit, { setting, removed, of, what, earlier }, strictness);
    return { entries: [entry], reason: 'group_member_removals', words };
  }
  if (!isEmptied(change) || of < SUSPICIOUS_WHEN_EMPTIED) return undefined;
  return { entries: [entry], reason: 'would_be_empty', words: `all ${of} ${what} would be removed` };
}

/** A member who stays only as the last owner of the team does not count. */
function isEmptied({ desired, withheld, stayers = 0 }: GroupChange): boolean {
  return desired.length + stayers === (withheld?.length ?? 0);
}

/** Retired groups are counted separately: two complete reads agree on each of them. */
function severalEmptied(given: GuardInput): Finding | undefined {
  const { plan, removing, recent, people, limits } = given;
  if (allowsAll(limits.groupMemberRemovals)) return undefined;
  const entries = removing.filter(({ change }) => change.kind !== 'retire' && isEmptied(change));
  if (entries.length === 0 || entries.length + recent.emptied.size < 2) return undefined;
  const [only = 0] = people;
  if (people.size === 1 && plan.leavers?.includes(only)) return undefined;
  const words = emptiedMessage(entries.map(nameOf), recent.emptied.size);
  return { entries, reason: 'groups_emptied', words };
}

/** A limit of 100 percent can never trip. */
function allowsAll({ percent }: Limit): boolean {
  return percent >= 100;
}
