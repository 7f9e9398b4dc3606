/** The people whose accounts must be known to be enabled, because the plan would add them. */
import type { CurrentState } from '../../model/current.ts';
import type { Plan } from '../../model/plan.ts';
import type { ExternalId } from '../../model/snapshot.ts';

/** Returns the identity of each person whom the plan adds to a group. */
export function peopleToAdd({ changes, links, newUsers }: Plan, current: CurrentState): ExternalId[] {
  const added = new Set(changes.flatMap(change => [...change.add]));
  if (added.size === 0) return [];
  const linked = [...current.links, ...links].filter(({ userId }) => added.has(userId));
  const created = newUsers.filter((_, index) => added.has(-index - 1));
  return [...new Set([...linked, ...created].map(({ externalId }) => externalId))];
}
