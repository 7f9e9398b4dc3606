/**
 * The guard: which removals are too many to believe. It counts memberships, not only groups. Additions, renames and
 * whatever trips no limit go on; what is held waits for a person.
 */
import type { GroupChange, Hold, Plan, Verdict } from '../model-plan.ts';
import type { DirectorySettings, GuardSettings, Limit } from '../settings.ts';
import { exceeds } from './limit.ts';

/** A group of this size or more that would lose everybody is held, whatever the limits say (case C14). */
const SUSPICIOUS_WHEN_EMPTIED = 5;

/** What else the guard should know. */
export interface Circumstances {
  /** Base, filter, mapping or server are not those of the last complete read. */
  readonly configChanged?: boolean;
}

/** Judges a plan against the limits of its directory. */
export function judge(
  plan: Plan,
  settings: DirectorySettings,
  { configChanged = false }: Circumstances = {},
): Verdict {
  const limits = settings.guard;
  const removing = plan.changes
    .map((change, index) => ({ change, index }))
    .filter(({ change }) => change.remove.length > 0 || change.deleteGroup === true);
  const holds = new Map<number, Hold['reason']>();
  const reasons: string[] = [];
  const hold = (entries: readonly { index: number }[], reason: Hold['reason'], sentence: string) => {
    for (const { index } of entries) if (!holds.has(index)) holds.set(index, reason);
    reasons.push(sentence);
  };

  if (plan.empty !== undefined) hold(removing, 'empty_directory', emptySentence(plan.empty, settings));
  if (plan.vanished !== undefined) {
    reasons.push(vanishedSentence(plan.vanished, plan.managed.groups, limits.groupRemovals, configChanged));
  }
  const removals = removing.reduce((sum, { change }) => sum + change.remove.length, 0);
  if (exceeds(limits.memberRemovals, removals, plan.managed.memberships)) {
    hold(
      removing,
      'member_removals',
      sentence(
        'memberRemovals',
        limits.memberRemovals,
        removals,
        plan.managed.memberships,
        'managed memberships',
      ),
    );
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
    const tripped =
      entry.change.kind === 'retire' ? undefined : groupTrip(entry.change, limits.groupMemberRemovals);
    if (tripped !== undefined) hold([entry], tripped.reason, tripped.sentence);
  }
  return {
    holds: [...holds].map(([change, reason]) => ({ change, reason })).sort((a, b) => a.change - b.change),
    reasons,
  };
}

function groupTrip(
  change: GroupChange,
  limit: Limit,
): { reason: Hold['reason']; sentence: string } | undefined {
  const lost = change.remove.length;
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
