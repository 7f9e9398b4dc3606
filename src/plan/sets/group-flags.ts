/** The AccessGroups that an administrator froze, or whose removals an administrator rejected. */
import type { KnownGroup } from '../../model/current.ts';

/**
 * Returns the ids of the AccessGroups with this flag. A merged AccessGroup has the flag if one of its directory groups has
 * it.
 */
export function flaggedGroups(
  groups: readonly KnownGroup[],
  flag: 'frozen' | 'rejected',
): ReadonlySet<number> {
  return new Set(
    groups.flatMap(({ accessGroupId, [flag]: isFlagged }) =>
      isFlagged && accessGroupId !== undefined ? [accessGroupId] : [],
    ),
  );
}
