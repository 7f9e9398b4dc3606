/**
 * Assigns names to AccessGroups. A name is unique within a team. Linked groups have precedence over new groups, and the
 * order of the read never decides:
 *
 *   the requested name is …                 a linked group               a new group
 *   free                                    renamed                      created
 *   used by a group that is renamed        renamed (swaps, rings)       created
 *   used by a manual group                  keeps its old name           conflict name_conflict_manual
 *   used by another managed group           keeps its old name           conflict name_conflict_managed
 *   requested by several of one kind        all keep their old names     all conflict name_conflict_new
 */
import type { AccessGroup } from '../../model/current.ts';
import type { GroupReason } from '../../model/plan.ts';

/** A request for a name. `holder`: the AccessGroup that would get it; undefined: a new one. */
export interface NameRequest {
  readonly teamId: number;
  readonly name: string;
  readonly holder: AccessGroup | undefined;
}

export type Naming = { readonly name: string; readonly problem?: GroupReason };

const keyOf = (teamId: number, name: string) => `${teamId}/${name}`;

/** Answers every request, in the given order. If a rename has a problem, the answer has the old name. */
export function assignNames(requests: readonly NameRequest[], taken: readonly AccessGroup[]): Naming[] {
  const owners = new Map(taken.map(group => [keyOf(group.teamId, group.name), group]));
  const keeping = blockedRenames(requests, owners);
  const after = namesAfterRenames(requests, keeping, taken);
  const newNames = Map.groupBy(
    requests.filter(request => request.holder === undefined),
    request => keyOf(request.teamId, request.name),
  );
  return requests.map(request => {
    if (request.holder !== undefined) {
      return keeping.has(request)
        ? { name: request.holder.name, problem: 'rename_conflict' }
        : { name: request.name };
    }
    const key = keyOf(request.teamId, request.name);
    const owner = after.get(key);
    if (owner !== undefined) {
      return {
        name: request.name,
        problem: owner.managed ? 'name_conflict_managed' : 'name_conflict_manual',
      };
    }
    return (newNames.get(key)?.length ?? 0) > 1
      ? { name: request.name, problem: 'name_conflict_new' }
      : { name: request.name };
  });
}

/**
 * Finds the renames that are not possible. A group that keeps its name blocks the groups that request this name. The loop also
 * visits requests that are added to the set meanwhile.
 */
function blockedRenames(
  requests: readonly NameRequest[],
  owners: ReadonlyMap<string, AccessGroup>,
): Set<NameRequest> {
  const renames = requests.filter(
    request => request.holder !== undefined && request.holder.name !== request.name,
  );
  const wanted = Map.groupBy(renames, request => keyOf(request.teamId, request.name));
  const leaving = new Map(renames.map(request => [request.holder?.id, request]));
  const waiting = new Map<number, readonly NameRequest[]>();
  const stuck = new Set<NameRequest>();
  for (const [key, rivals] of wanted) {
    const owner = owners.get(key)?.id;
    if (owner !== undefined) waiting.set(owner, rivals);
    const isHeld = owner !== undefined && !leaving.has(owner);
    if (isHeld || rivals.length > 1) for (const request of rivals) stuck.add(request);
  }
  for (const request of stuck) {
    const id = request.holder?.id;
    if (id !== undefined && leaving.get(id) === request)
      for (const next of waiting.get(id) ?? []) stuck.add(next);
  }
  return stuck;
}

function namesAfterRenames(
  requests: readonly NameRequest[],
  stuck: ReadonlySet<NameRequest>,
  taken: readonly AccessGroup[],
) {
  const renamed = requests.filter(request => request.holder !== undefined && !stuck.has(request));
  const newName = new Map(renamed.map(request => [request.holder?.id, request.name]));
  return new Map(taken.map(group => [keyOf(group.teamId, newName.get(group.id) ?? group.name), group]));
}
