/** The comparison of removals with a limit of the guard. */
import type { Strictness } from '../../model/plan.ts';
import type { Limit } from '../../model/settings.ts';

/**
 * Whether removals exceed a limit. Usually both numbers must be exceeded, because a percentage alone trips on small groups
 * and a count alone on large ones. With `either`, one number is enough; with `any`, every removal is too much.
 */
export function exceeds(limit: Limit, removed: number, of: number, strictness: Strictness = 'both'): boolean {
  const tooMany = removed > limit.count;
  const tooLarge = removed * 100 > limit.percent * of;
  if (strictness === 'both') return tooMany && tooLarge;
  return strictness === 'either' ? tooMany || tooLarge : removed > 0;
}

/**
 * Whether removals are half of all memberships or more, without a minimum count. A limit above 50 percent raises this
 * threshold.
 */
export function isHalf({ percent }: Limit, removed: number, of: number): boolean {
  return percent < 50 ? removed * 2 >= of : removed * 100 > percent * of;
}
