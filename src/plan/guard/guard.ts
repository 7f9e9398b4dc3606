/**
 * The guard: which removals are too many to believe. It counts memberships, not only groups, and what earlier runs took
 * within a while together with what this one would. Additions, renames and whatever trips no limit go on; what is held
 * waits for a person.
 *
 *   what would go                                              held
 *   everything, because the read shows no group, person, value  all of it
 *   more than a limit of `guard` allows, in share and count     what the limit is of
 *   half of all memberships, of several people in several groups, without anybody in their place   all of it
 *   everybody of several groups, whatever the count             those groups
 *   everybody of a group of five or more                        that group
 *   anything of a group of which a person rejected removals     that group
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
import { type Recent, recentOf } from './recent-removals.ts';

/** A group of this size or more that would lose everybody is held, whatever the limits say (case C14). */
const SUSPICIOUS_WHEN_EMPTIED = 5;

/** A change that takes something away which nobody has allowed yet. */
interface Removing {
  readonly change: GroupChange;
  readonly index: number;
  /** What was approved is not among them. */
  readonly removals: IdSet;
}

/** What the judgement is made of. */
interface Case {
  readonly plan: Plan;
  readonly limits: GuardSettings;
  readonly strictness: Strictness;
  readonly removing: readonly Removing[];
  readonly recent: Recent;
  /** Who loses a membership, now or lately. */
  readonly people: ReadonlySet<number>;
  /** Everything that was there before the first of the runs that count together, but what was approved. */
  readonly memberships: number;
}

/** Some changes that wait, and the sentence that says why. */
interface Finding {
  readonly entries: readonly Removing[];
  readonly reason: Hold['reason'];
  readonly words: string;
}

/**
 * Judges a plan against the limits of its directory. What a person approved is judged no more and counts no more: the
 * rest is measured as if it were gone already (case F24). What changed since the last complete read is told where it
 * made a limit trip or might have.
 */
export function judge(plan: Plan, settings: DirectorySettings, circumstances: PlanContext = {}): Verdict {
  return finish(judgeSteps(plan, settings, circumstances));
}

/** As `judge`, in steps. */
export function* judgeSteps(
  plan: Plan,
  settings: DirectorySettings,
  circumstances: PlanContext = {},
): Steps<Verdict> {
  const { changed = UNCHANGED, approved = new Map(), rejected, unconfirmed = false } = circumstances;
  if (unconfirmed && isPending(plan)) return { holds: [], reasons: [FIRST_RUN], unconfirmed };
  const removing = yield* unapproved(plan, approved);
  const recent = recentOf(circumstances.recent ?? [], plan.changes);
  const allowed = totalOf(plan.changes.map(change => change.remove)) - totalOf(removing.map(asRemovals));
  const memberships = plan.managed.memberships - allowed + recent.memberships;
  const { strictness } = changed;
  const people = yield* peopleOf(removing, recent);
  const given = { plan, limits: settings.guard, strictness, removing, recent, memberships, people };
  const findings = [
    disbelieved(given, settings, approved),
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
  return { holds: [...holds.values()].sort((a, b) => a.change - b.change), reasons };
}

const UNCHANGED = { strictness: 'both', reasons: [] } as const;
const asRemovals = ({ removals }: Removing) => removals;
const nameOf = ({ change }: Removing) => `${change.team}/${change.name}`;

function* unapproved({ changes }: Plan, approved: Approved): Steps<Removing[]> {
  const found = yield* mapped(changes, (change, index): Removing[] => {
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

/** The read shows nothing of a kind, or too many groups are not there. */
function disbelieved(
  { plan, strictness, removing }: Case,
  settings: DirectorySettings,
  approved: Approved,
): Finding | undefined {
  if (plan.vanished !== undefined) {
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

function tooManyMemberships(given: Case): Finding | undefined {
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
  // One group that loses half of the little there is, or one person who leaves, is everyday life of a small company.
  const isWide = isHalf(limit, lost, of) && groupsOf(given).size > 1 && people.size > 1;
  return isWide ? hold(halfSentence({ ...measured, removed: lost }, limit)) : undefined;
}

/** Who goes while others come to the same group: its members were seen, whoever they are. */
function replaced(removing: readonly Removing[]): number {
  return removing.reduce(
    (sum, { change, removals }) => sum + Math.min(change.add.length, removals.length),
    0,
  );
}

/** AccessGroups that lose members, now or lately. */
function groupsOf({ removing, recent }: Case): ReadonlySet<number | undefined> {
  const losing = removing.filter(({ removals }) => removals.length > 0);
  return new Set([...losing.map(({ change }) => change.accessGroupId), ...recent.users.keys()]);
}

function* peopleOf(removing: readonly Removing[], recent: Recent): Steps<ReadonlySet<number>> {
  const people = new Set<number>();
  for (const set of [...removing.map(asRemovals), ...recent.users.values()]) {
    for (const id of set) people.add(id);
    yield;
  }
  return people;
}

function tooManyGroups({ plan, removing, recent, limits, strictness }: Case): Finding | undefined {
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

function tooManyOfOne(entry: Removing, { limits, strictness, recent }: Case): Finding | undefined {
  const { change, removals } = entry;
  if (change.kind === 'retire') return undefined;
  const earlier = recent.users.get(change.accessGroupId ?? 0)?.length ?? 0;
  const removed = removals.length + earlier;
  const of = change.desired.length - change.add.length + removed;
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

/** Whoever stays only because the team would have no owner left says nothing for the others. */
function isEmptied({ desired, withheld }: GroupChange): boolean {
  return desired.length === (withheld?.length ?? 0);
}

/** Groups that are gone for good are counted by themselves: two complete reads agree on each of them. */
function severalEmptied(given: Case): Finding | undefined {
  const { plan, removing, recent, people, limits } = given;
  if (allowsAll(limits.groupMemberRemovals)) return undefined;
  const entries = removing.filter(({ change }) => change.kind !== 'retire' && isEmptied(change));
  if (entries.length === 0 || entries.length + recent.emptied.size < 2) return undefined;
  const [only = 0] = people;
  if (people.size === 1 && plan.leavers?.includes(only)) return undefined;
  const words = emptiedMessage(entries.map(nameOf), recent.emptied.size);
  return { entries, reason: 'groups_emptied', words };
}

/** No share is more than all: a limit that can never trip. */
function allowsAll({ percent }: Limit): boolean {
  return percent >= 100;
}
