/** The groups that the directory must confirm to be out of scope, or in the scope of another mapping, before the plan is used. */
import type { CurrentState } from '../../model/current.ts';
import type { Plan } from '../../model/plan.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { ExternalId, Snapshot } from '../../model/snapshot.ts';
import { mappingLabel } from './target.ts';

/** Returns the groups that the plan retires, misses or moves to another mapping, with the index of their present mapping. */
export function groupsToProve(
  { changes, states }: Plan,
  snapshot: Snapshot,
  { groups }: CurrentState,
  { mappings }: DirectorySettings,
): Map<ExternalId, number | undefined> {
  const labels = new Set(mappings.map(mappingLabel));
  const before = new Map(groups.map(known => [known.externalId, known]));
  const read = new Map(snapshot.groups.map(group => [group.externalId, group.mapping]));
  const isMoved = ({ externalId, mapping }: Plan['states'][number]) => {
    const known = before.get(externalId);
    return known?.accessGroupId !== undefined && known.mapping !== mapping && labels.has(known.mapping);
  };
  const ids = [
    ...changes.flatMap(({ kind, sources }) => (kind === 'retire' ? sources : [])),
    ...states.filter(state => state.missedReads > 1 || isMoved(state)).map(state => state.externalId),
  ];
  return new Map(ids.map(id => [id, read.get(id)]));
}
