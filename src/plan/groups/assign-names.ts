/**
 * Who gets which name. A name is unique within a team; existing links come first, renames before creations, and
 * nobody wins by being read first:
 *
 *   wanted name is …                        an existing group            a new group
 *   free                                    renamed                      created
 *   held by one that is renamed away        renamed (swaps, rings)       created
 *   held by a manual group                  keeps its old name           conflict name_conflict_manual
 *   held by another managed group           keeps its old name           conflict name_conflict_managed
 *   wanted by several of the same kind      all keep their old names     all conflict name_conflict_new
 */
import type { AccessGroup } from '../../model/current.ts';

/** One wish for a name. `holder`: the AccessGroup that would bear it, undefined for one to be created. */
export interface NameRequest {
  readonly teamId: number;
  readonly name: string;
  readonly holder: AccessGroup | undefined;
}

export type Naming = { readonly name: string; readonly problem?: string };

const keyOf = (teamId: number, name: string) => `${teamId}/${name}`;

/** Answers every wish, in the order given. A problem on an existing group comes with its old name. */
export function assignNames(wishes: readonly NameRequest[], taken: readonly AccessGroup[]): Naming[] {
  const owners = new Map(taken.map(group => [keyOf(group.teamId, group.name), group]));
  const keeping = stuckRenames(wishes, owners);
  const after = namesAfterRenames(wishes, keeping, taken);
  const newcomers = Map.groupBy(
    wishes.filter(wish => wish.holder === undefined),
    wish => keyOf(wish.teamId, wish.name),
  );
  return wishes.map(wish => {
    if (wish.holder !== undefined) {
      return keeping.has(wish) ? { name: wish.holder.name, problem: 'rename_conflict' } : { name: wish.name };
    }
    const key = keyOf(wish.teamId, wish.name);
    const owner = after.get(key);
    if (owner !== undefined) {
      return { name: wish.name, problem: owner.managed ? 'name_conflict_managed' : 'name_conflict_manual' };
    }
    return (newcomers.get(key)?.length ?? 0) > 1
      ? { name: wish.name, problem: 'name_conflict_new' }
      : { name: wish.name };
  });
}

/** Renames that cannot happen. Each one that stays blocks those that want its name, and a set goes on to what it is given. */
function stuckRenames(
  wishes: readonly NameRequest[],
  owners: ReadonlyMap<string, AccessGroup>,
): Set<NameRequest> {
  const renames = wishes.filter(wish => wish.holder !== undefined && wish.holder.name !== wish.name);
  const wanted = Map.groupBy(renames, wish => keyOf(wish.teamId, wish.name));
  const leaving = new Map(renames.map(wish => [wish.holder?.id, wish]));
  const waiting = new Map<number, readonly NameRequest[]>();
  const stuck = new Set<NameRequest>();
  for (const [key, rivals] of wanted) {
    const owner = owners.get(key)?.id;
    if (owner !== undefined) waiting.set(owner, rivals);
    const isHeld = owner !== undefined && !leaving.has(owner);
    if (isHeld || rivals.length > 1) for (const wish of rivals) stuck.add(wish);
  }
  for (const wish of stuck) {
    const id = wish.holder?.id;
    if (id !== undefined && leaving.get(id) === wish)
      for (const next of waiting.get(id) ?? []) stuck.add(next);
  }
  return stuck;
}

function namesAfterRenames(
  wishes: readonly NameRequest[],
  stuck: ReadonlySet<NameRequest>,
  taken: readonly AccessGroup[],
) {
  const renamed = wishes.filter(wish => wish.holder !== undefined && !stuck.has(wish));
  const newName = new Map(renamed.map(wish => [wish.holder?.id, wish.name]));
  return new Map(taken.map(group => [keyOf(group.teamId, newName.get(group.id) ?? group.name), group]));
}
