/**
 * The guard: which removals are too many to believe. It counts memberships, not only groups. Additions, renames and
 * whatever trips no limit go on; what is held waits for a person.
 */
import type { IdSet } from '../model.ts';
import type { Approved, Circumstances, GroupChange, Hold, Plan, Strictness, Verdict } from '../model-plan.ts';
import type { DirectorySettings, GuardSettings, Limit } from '../settings.ts';
import { isPending } from './describe.ts';
import { difference, NOBODY } from './id-set.ts';
import { exceeds } from './limit.ts';
import { unapprovedMissing } from './vanish.ts';

/** A group of this size or more that would lose everybody is held, whatever the limits say (case C14). */
const SUSPICIOUS_WHEN_EMPTIED = 5;

/** A change that takes something away which nobody has allowed yet. */
interface Removing {
  readonly change: GroupChange;
  readonly index: number;
  /** What was approved is not among them. */
  readonly removals: IdSet;
}

/**
 * Judges a plan against the limits of its directory. What a person approved is judged no more and counts no more: the
 * rest is measured as if it were gone already (case F24). What changed since the last complete read is told where it
 * made a limit trip or might have.
 */
export function judge(plan: Plan, settings: DirectorySettings, circumstances: Circumstances = {}): Verdict {
  const { changed = UNCHANGED, approved = new Map(), rejected, unconfirmed = false } = circumstances;
  if (unconfirmed && isPending(plan)) return { holds: [], reasons: [FIRST_RUN], unconfirmed };
  const { strictness } = changed;
  const limits = settings.guard;
  const removing = unapproved(plan, approved);
  const removals = totalOf(removing.map(entry => entry.removals));
  const allowed = totalOf(plan.changes.map(change => change.remove)) - removals;
  const memberships = plan.managed.memberships - allowed;
  const holds = new Map<number, Hold>();
  const reasons: string[] = [];
  const hold = (entries: readonly Removing[], reason: Hold['reason'], words: string) => {
    for (const { index: change, removals } of entries)
      if (!holds.has(change)) holds.set(change, { change, removals, reason });
    reasons.push(words);
  };
  const measure = (measured: Measured) => sentence(limits[measured.setting], measured, strictness);

  if (plan.vanished !== undefined) {
    const missing = new Set(unapprovedMissing(plan.changes, approved));
    const words =
      plan.empty === 'groups'
        ? emptySentence('groups', settings)
        : vanishedSentence(plan, settings, strictness);
    hold(
      entriesOf(plan).filter(({ change }) => missing.has(change)),
      'groups_vanished',
      words,
    );
  } else if (plan.empty !== undefined && removing.length > 0) {
    hold(removing, 'empty_directory', emptySentence(plan.empty, settings));
  }
  if (exceeds(limits.memberRemovals, removals, memberships, strictness)) {
    hold(
      removing,
      'member_removals',
      measure({ setting: 'memberRemovals', removed: removals, of: memberships, what: 'managed memberships' }),
    );
  }
  const retired = removing.filter(({ change }) => change.kind === 'retire');
  const { groups } = plan.managed;
  if (exceeds(limits.groupRemovals, retired.length, groups, strictness)) {
    hold(
      retired,
      'group_removals',
      measure({ setting: 'groupRemovals', removed: retired.length, of: groups, what: 'managed groups' }),
    );
  }
  for (const entry of removing) {
    const tripped =
      entry.change.kind === 'retire' ? undefined : groupTrip(entry, limits.groupMemberRemovals, strictness);
    if (tripped !== undefined) hold([entry], tripped.reason, tripped.sentence);
  }
  const refused = removing.filter(({ change, index }) => {
    return rejected?.has(change.accessGroupId ?? 0) && !holds.has(index);
  });
  if (refused.length > 0) hold(refused, 'rejected', rejectedSentence(refused));
  if (reasons.length > 0) reasons.push(...changed.reasons);
  return { holds: [...holds.values()].sort((a, b) => a.change - b.change), reasons };
}

const UNCHANGED = { strictness: 'both', reasons: [] } as const;
const FIRST_RUN =
  'this is the first run of this directory, and firstRun: confirm wants a person to see its plan before anything is applied';

function rejectedSentence(entries: readonly Removing[]): string {
  const names = entries.slice(0, 3).map(({ change }) => `${change.team}/${change.name}`);
  const more = entries.length > names.length ? ` and ${entries.length - names.length} more` : '';
  return `removals from ${names.join(', ')}${more} were rejected, or left out of an approval: they wait until one allows them`;
}

function entriesOf({ changes }: Plan): Removing[] {
  return changes.map((change, index) => ({ change, index, removals: NOBODY }));
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
  strictness: Strictness,
): { reason: Hold['reason']; sentence: string } | undefined {
  const lost = removals.length;
  const present = change.desired.length - change.add.length + lost;
  const where = `members of ${change.team}/${change.name}`;
  if (exceeds(limit, lost, present, strictness)) {
    const measured = { setting: 'groupMemberRemovals', removed: lost, of: present, what: where } as const;
    return {
      reason: 'group_member_removals',
      sentence: sentence(limit, measured, strictness),
    };
  }
  // Whoever stays only because the team would have no owner left says nothing for the others.
  const staying = change.desired.length - (change.withheld?.length ?? 0);
  if (staying === 0 && present >= SUSPICIOUS_WHEN_EMPTIED) {
    return { reason: 'would_be_empty', sentence: `all ${present} ${where} would be removed` };
  }
  return undefined;
}

/** What is held against a limit, and what the numbers are of. */
interface Measured {
  readonly setting: keyof GuardSettings;
  readonly removed: number;
  readonly of: number;
  readonly what: string;
}

function sentence(limit: Limit, { setting, removed, of, what }: Measured, strictness: Strictness): string {
  const share = of === 0 ? 100 : Math.round((removed * 100) / of);
  return `${removed} of ${of} ${what} would be removed (${share} %), ${moreThan(setting, limit, strictness)}`;
}

function moreThan(setting: keyof GuardSettings, { percent, count }: Limit, strictness: Strictness): string {
  if (strictness === 'any') return 'and none may be for now';
  const both = strictness === 'both' ? 'and' : 'or';
  return `more than guard.${setting} allows (${percent} % ${both} ${count})`;
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

function vanishedSentence(
  { vanished, disbelieved }: Plan,
  { guard }: DirectorySettings,
  strictness: Strictness,
) {
  const { count = 0, of = 0 } = vanished ?? {};
  const limit = moreThan('groupRemovals', guard.groupRemovals, strictness);
  const rest = disbelieved === true ? 'nothing is concluded from that' : 'they do not count as missed';
  return `${count} of ${of} managed groups would disappear at once, ${limit}; ${rest}`;
}
