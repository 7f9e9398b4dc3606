/** Selects the part of its plan that a hinted run applies. Pure. */
import type { CurrentState } from '../../model/current.ts';
import type { MembershipDoubt } from '../../model/doubt.ts';
import type { Plan } from '../../model/plan.ts';
import type { Planned } from '../../model/run.ts';
import { countChanges } from '../../plan/sets/counts.ts';
import { finish } from '../../steps/steps.ts';

/** The plan without the groups of which the guard would hold a removal. A run of the whole directory decides about them. */
export function withoutHeld({ snapshot, plan, verdict }: Planned): Planned {
  if (verdict.holds.length === 0) return { snapshot, plan, verdict: NOTHING_HELD };
  const held = verdict.holds.flatMap(({ change }) => plan.changes[change] ?? []);
  const sources = new Set(held.flatMap(change => change.sources));
  const groups = new Set(held.flatMap(change => change.accessGroupId ?? []));
  const changes = plan.changes.filter(change => !held.includes(change));
  const { appeared, resolved } = plan.unresolved;
  const isOther = ({ groupExternalId }: { readonly groupExternalId: string }) =>
    !sources.has(groupExternalId);
  return {
    snapshot,
    verdict: NOTHING_HELD,
    plan: {
      ...plan,
      changes,
      states: plan.states.filter(state => !sources.has(state.externalId)),
      unresolved: { appeared: appeared.filter(isOther), resolved: resolved.filter(isOther) },
      doubts: plan.doubts.filter(doubt => !groups.has(doubt.accessGroupId)),
      judged: plan.judged.filter(group => !groups.has(group)),
      counts: finish(countChanges(changes, plan.counts)),
    },
  };
}

const NOTHING_HELD = { holds: [], reasons: [] };
/** Kinds that change nothing. Their states and doubts are compared separately. */
const NOTED: readonly string[] = ['conflict', 'missing', 'doubt', 'unknown'];

/** Whether a plan would write anything. */
export function writesAnything(plan: Plan, { doubts: known }: CurrentState): boolean {
  const { changes, states, forgotten, newTeams, newUsers, links, unresolved, references, doubts } = plan;
  if (changes.some(({ kind }) => !NOTED.includes(kind))) return true;
  const written = [states, forgotten, newTeams, newUsers, links, unresolved.appeared, unresolved.resolved];
  if (written.some(list => list.length > 0) || (references?.resolved.length ?? 0) > 0) return true;
  const judged = new Set(plan.judged);
  const before = known.filter(({ accessGroupId }) => judged.has(accessGroupId)).map(keyOf);
  const after = new Set(doubts.map(keyOf));
  return before.length !== after.size || before.some(key => !after.has(key));
}

function keyOf({
  accessGroupId,
  userId,
  kind,
  keys,
}: Pick<MembershipDoubt, 'accessGroupId' | 'userId' | 'kind' | 'keys'>): string {
  return JSON.stringify([accessGroupId, userId, kind, keys]);
}
