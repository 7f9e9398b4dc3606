import type { KnownGroup } from '../../model/current.ts';

/**
 * Ids of the AccessGroups that a person froze, or of which a person rejected removals. One source that is marked marks a
 * merged group.
 */
export function markedGroups(
  groups: readonly KnownGroup[],
  mark: 'frozen' | 'rejected',
): ReadonlySet<number> {
  return new Set(
    groups.flatMap(({ accessGroupId, [mark]: isMarked }) =>
      isMarked && accessGroupId !== undefined ? [accessGroupId] : [],
    ),
  );
}
