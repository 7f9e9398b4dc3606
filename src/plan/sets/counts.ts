/** What a plan adds up to. */
import type { GroupChange, PlanCounts } from '../../model/plan.ts';
import type { Steps } from '../../steps/steps.ts';

/** Totals of the changes, and the given ones. */
export function* countChanges(
  changes: readonly GroupChange[],
  {
    unchanged,
    frozen,
    outOfScope,
    unresolved,
    members = 0,
    reasons = {},
  }: Pick<PlanCounts, 'unchanged' | 'frozen' | 'outOfScope' | 'unresolved' | 'members' | 'reasons'>,
): Steps<PlanCounts> {
  const counts = {
    create: 0,
    rename: 0,
    update: 0,
    missing: 0,
    retire: 0,
    conflict: 0,
    unknown: 0,
    doubt: 0,
    add: 0,
    remove: 0,
  };
  const people = new Set<number>();
  let doubts = 0;
  for (const change of changes) {
    yield;
    counts[change.kind]++;
    doubts += change.kept?.length ?? 0;
    counts.add += change.add.length;
    counts.remove += change.remove.length;
    for (const id of change.add) people.add(id);
  }
  const { doubt: _, ...kinds } = counts;
  const why = Object.keys(reasons).length > 0 ? { reasons } : {};
  const of = members > 0 ? { members } : {};
  return { ...kinds, doubts, unchanged, frozen, outOfScope, unresolved, ...of, ...why, people: people.size };
}
