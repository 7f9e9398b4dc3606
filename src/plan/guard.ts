/**
 * The guard: which removals are too many to believe. It counts memberships, not only groups. Additions, renames and
 * whatever trips no limit go on; what is held waits for a person.
 */
import type { IdSet } from '../model.ts';
import type { Approved, GroupChange, Hold, Plan, Verdict } from '../model-plan.ts';
import type { DirectorySettings, GuardSettings, Limit } from '../settings.ts';
import { difference, NOBODY } from './id-set.ts';
import { exceeds } from './limit.ts';

/** A group of this size or more that would lose everybody is held, whatever the limits say (case C14). */
const SUSPICIOUS_WHEN_EMPTIED = 5;

/** A change that takes something away which nobody has allowed yet. */
interface Removing {
  readonly change: GroupChange;
  readonly index: number;
  /** What was approved is not among them. */
  readonly removals: IdSet;
}

/** What else the guard should know. */
export interface Circumstances {
  /** Base, filter, mapping or server are not those of the last complete read. */
  readonly configChanged?: boolean;
  /** Removals that a person has allowed. */
  readonly approved?: Approved;
}

/**
 * Judges a plan against the limits of its directory. What a person approved is judged no more and counts no more: the
 * rest is measured as if it were gone already (case F24).
 */
export function judge(
  plan: Plan,
  settings: DirectorySettings,
  { configChanged = false, approved = new Map() }: Circumstances = {},
): Verdict {
  const limits = settings.guard;
  const removing = unapproved(plan, approved);
  const removals = totalOf(removing.map(entry => entry.removals));
  const allowed = totalOf(plan.changes.map(change => change.remove)) - removals;
  const memberships = plan.managed.memberships - allowed;
  const holds = new Map<number, Hold>();
  const reasons: string[] = [];
  const hold = (entries: readonly Removing[], reason: Hold['reason'], sentence: string) => {
    for (const { index: change, removals } of entries)
      if (!holds.has(change)) holds.set(change, { change, removals, reason });
    reasons.push(sentence);
  };

  if (plan.empty !== undefined && (removing.length > 0 || allowed === 0)) {
    hold(removing, 'empty_directory', emptySentence(plan.empty, settings));
  }
  if (plan.vanished !== undefined) {
    reasons.push(vanishedSentence(plan.vanished, plan.managed.groups, limits.groupRemovals, configChanged));
  }
  if (exceeds(limits.memberRemovals, removals, memberships)) {
    const words = sentence(
      'memberRemovals',
      limits.memberRemovals,
      removals,
      memberships,
      'managed memberships',
    );
    hold(removing, 'member_removals', words);
  }
  const retired = removing.filter(({ change }) => change.kind === 'retire');
  if (exceeds(limits.groupRemovals, retired.length, plan.managed.groups)) {
    hold(
      retired,
      'group_removals',
      sentence('groupRemovals', limits.groupRemovals, retired.length, plan.managed.groups, 'managed groups'),
    );
  }
  for (const entry of removing) {
    const tripped = entry.change.kind === 'retire' ? undefined : groupTrip(entry, limits.groupMemberRemovals);
    if (tripped !== undefined) hold([entry], tripped.reason, tripped.sentence);
  }
  return { holds: [...holds.values()].sort((a, b) => a.change - b.change), reasons };
}

function unapproved({ changes }: Plan, approved: Approved): Removing[] {
  return changes.flatMap((change, index) => {
    const { removals: allowed = NOBODY, deletes = false } = approved.get(change.accessGroupId ?? 0) ?? {};
    const removals = difference(change.remove, allowed);
    const deleting = change.deleteGroup === true && !deletes;
    return removals.length > 0 || deleting ? [{ change, index, removals }] : [];
  });
}

function totalOf(sets: readonly IdSet[]): number {
  return sets.reduce((sum, set) => sum + set.length, 0);
}

function groupTrip(
  { change, removals }: Removing,
  limit: Limit,
): { reason: Hold['reason']; sentence: string } | undefined {
  const lost = removals.length;
  const present = change.desired.length - change.add.length + lost;
  const where = `members of ${change.team}/${change.name}`;
  if (exceeds(limit, lost, present)) {
    return {
      reason: 'group_member_removals',
      sentence: sentence('groupMemberRemovals', limit, lost, present, where),
    };
  }
  if (change.desired.length === 0 && present >= SUSPICIOUS_WHEN_EMPTIED) {
    return { reason: 'would_be_empty', sentence: `all ${present} ${where} would be removed` };
  }
  return undefined;
}

function sentence(
  setting: keyof GuardSettings,
  limit: Limit,
  removed: number,
  of: number,
  what: string,
): string {
  const share = of === 0 ? 100 : Math.round((removed * 100) / of);
  return (
    `${removed} of ${of} ${what} would be removed (${share} %), ` +
    `more than guard.${setting} allows (${limit.percent} % and ${limit.count})`
  );
}

/** Names what was searched, because a base or a filter with a mistake in it is the likeliest cause. */
function emptySentence(empty: NonNullable<Plan['empty']>, { users, groups }: DirectorySettings): string {
  const below = (search: { readonly baseDn: string; readonly filter: string }) =>
    `anywhere below "${search.baseDn}" for ${search.filter}`;
  const sentences = {
    groups: `the directory shows no group that a mapping matches, ${below(groups)}, although groups are managed`,
    users: `the directory shows no person, ${below(users)}, although memberships are managed`,
    members: `no group has any member value (${groups.members.join(', ')}), although memberships are managed: may the bind account read them?`,
  };
  return sentences[empty];
}

function vanishedSentence(vanished: number, of: number, limit: Limit, configChanged: boolean): string {
  const why = configChanged
    ? '; bases, filters, mappings or servers changed since the last complete read'
    : '';
  return (
    `${vanished} of ${of} managed groups would disappear at once, more than guard.groupRemovals allows ` +
    `(${limit.percent} % and ${limit.count})${why}; nothing is concluded from that`
  );
}
