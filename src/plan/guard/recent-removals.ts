/** What earlier runs removed within `guard.window`, as far as a plan does not give it back: fifty small runs are one. */
import type { RecentRemovals } from '../../model/current.ts';
import type { GroupChange } from '../../model/plan.ts';
import type { IdSet } from '../../model/snapshot.ts';
import { difference, EMPTY } from '../sets/id-set.ts';

export interface Recent {
  readonly memberships: number;
  /** Of `memberships`, those in whose place others came to the group. */
  readonly replaced: number;
  /** Users by AccessGroup. */
  readonly users: ReadonlyMap<number, IdSet>;
  /** AccessGroups that were left without anybody and get nobody now. */
  readonly emptied: ReadonlySet<number>;
  /** AccessGroups whose directory groups were gone. */
  readonly retired: number;
}

/** Adds up what counts of it. */
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
