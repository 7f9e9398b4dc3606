/**
 * Groups that go missing in one whole read, counted without those whose absence a person has approved:
 *
 *   groups that go missing                                    what becomes of the read
 *   no more than guard.groupRemovals allows                   they count as missed
 *   more, but only because something made the guard stricter  they wait; the rest goes on
 *   more, or the directory shows no group at all              not believed in anything: nothing but what was approved
 *
 * Many groups that go missing in one read are a wrong base or a lost right far more often than a clean-up. Then neither
 * do they count as missed, nor does what else the read shows get access.
 */
import type { GroupChange, Plan, PlanContext } from '../../model/plan.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Steps } from '../../steps/steps.ts';
import { countChanges } from '../sets/counts.ts';
import { exceeds } from './limit.ts';

/** Missing groups whose absence nobody has approved. */
export function unapprovedMissing(
  changes: readonly GroupChange[],
  approved: PlanContext['approved'] = new Map(),
): GroupChange[] {
  return changes.filter(
    change => change.kind === 'missing' && approved.get(change.accessGroupId ?? 0)?.absent !== true,
  );
}

/** The plan, as far as it may be believed. */
export function* unlessVanished(
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
  return trips(changed?.strictness) ? { ...without(plan, waiting), vanished: { count, of } } : plan;
}

/** A merged AccessGroup has a change for each of its sources. */
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
  vanished: NonNullable<Plan['vanished']>,
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
    counts: yield* countChanges(missing, { ...plan.counts, unchanged: 0 }),
    vanished,
    disbelieved: true,
  };
}
