/** The removals of earlier runs within `guard.window` that the plan does not undo: fifty small runs count as one. */
import type { RecentRemovals } from '../../model/current.ts';
import type { GroupChange } from '../../model/plan.ts';
import type { IdSet } from '../../model/snapshot.ts';
import { difference, EMPTY } from '../sets/id-set.ts';

export interface Recent {
  readonly memberships: number;
  /** The part of `memberships` that additions to the same group replaced. */
  readonly replaced: number;
  /** Users by AccessGroup. */
  readonly users: ReadonlyMap<number, IdSet>;
  /** AccessGroups that lost all members and that the plan adds no members to. */
  readonly emptied: ReadonlySet<number>;
  /** Number of AccessGroups that were retired. */
  readonly retired: number;
}

/** Sums up the removals that still count. */
export function recentOf(removals: readonly RecentRemovals[], changes: readonly GroupChange[]): Recent {
  const changeOf = new Map(changes.map(change => [change.accessGroupId, change]));
  const users = new Map<number, IdSet>();
  const emptied = new Set<number>();
  let memberships = 0;
  let replaced = 0;
  let retired = 0;
  for (const recent of removals) {
    const change = changeOf.get(recent.accessGroupId);
    const gone = difference(recent.users, change?.add ?? EMPTY);
    if (gone.length === 0) continue;
    users.set(recent.accessGroupId, gone);
    memberships += gone.length;
    replaced += Math.min(gone.length, recent.added);
    if (recent.retired) retired++;
    else if (recent.emptied && (change?.add.length ?? 0) === 0) emptied.add(recent.accessGroupId);
  }
  return { memberships, replaced, users, emptied, retired };
}
