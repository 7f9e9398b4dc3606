/**
 * Limits how many groups may become missing in one complete read. Groups whose absence was approved do not count.
 *
 *   newly missing groups                                      effect
 *   no more than guard.groupRemovals allows                   they count as missed
 *   more, but only because the guard is stricter now          they are held; the rest is applied
 *   more, or the read found no group at all                   the read is not trusted: only approved absences are applied
 *
 * If many groups are missing at once, the cause is usually a wrong base or a lost access right, and seldom a clean-up. Then
 * the groups do not count as missed, and other changes of the read grant no access.
 */
import type { GroupChange, Plan, PlanContext } from '../../model/plan.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Steps } from '../../steps/steps.ts';
import { countChanges } from '../sets/counts.ts';
import { exceeds } from './limit.ts';

/** Missing groups whose absence is not approved. */
export function unapprovedMissing(
  changes: readonly GroupChange[],
  approved: PlanContext['approved'] = new Map(),
): GroupChange[] {
  return changes.filter(
    change => change.kind === 'missing' && approved.get(change.accessGroupId ?? 0)?.absent !== true,
  );
}

/** Returns the part of the plan that can be trusted. */
export function* distrustMassDisappearance(
  plan: Plan,
  { guard }: DirectorySettings,
  { changed, approved }: PlanContext,
): Steps<Plan> {
  const missing = plan.changes.filter(change => change.kind === 'missing');
  const waiting = unapprovedMissing(missing, approved);
  const count = groupsOf(waiting);
  const of = plan.managed.groups - (groupsOf(missing) - count);
  const trips = (strictness?: 'both' | 'either' | 'any') =>
    exceeds(guard.groupRemovals, count, of, strictness);
  if (count === 0) return plan;
  if (plan.empty === 'groups' || trips()) return yield* onlyApproved(plan, missing, waiting, { count, of });
  return trips(changed?.strictness) ? { ...without(plan, waiting), massDisappearance: { count, of } } : plan;
}

/** Counts AccessGroups. A merged AccessGroup has one change for each of its sources. */
function groupsOf(changes: readonly GroupChange[]): number {
  return new Set(changes.map(change => change.accessGroupId)).size;
}

function without(plan: Plan, waiting: readonly GroupChange[]): Plan {
  const sources = new Set(waiting.flatMap(change => change.sources));
  return { ...plan, states: plan.states.filter(state => !sources.has(state.externalId)) };
}

function* onlyApproved(
  plan: Plan,
  missing: readonly GroupChange[],
  waiting: readonly GroupChange[],
  massDisappearance: NonNullable<Plan['massDisappearance']>,
): Steps<Plan> {
  const waits = new Set(waiting);
  const approved = new Set(missing.filter(change => !waits.has(change)).flatMap(change => change.sources));
  return {
    ...plan,
    changes: missing,
    states: plan.states.filter(state => approved.has(state.externalId)),
    forgotten: [],
    newTeams: [],
    newUsers: [],
    links: [],
    unresolved: { appeared: [], resolved: [] },
    doubts: [],
    judged: [],
    references: { appeared: [], resolved: [], proving: [] },
    entryChanges: [],
    counts: yield* countChanges(missing, { ...plan.counts, unchanged: 0 }),
    massDisappearance,
    readUntrusted: true,
  };
}
