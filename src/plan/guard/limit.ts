/** What a limit of the guard means. */
import type { Strictness } from '../../model/plan.ts';
import type { Limit } from '../../model/settings.ts';

/**
 * Usually both numbers must be exceeded: a percentage alone trips on small groups, a count alone on large ones. Where
 * something makes the guard stricter one of them is enough, or anything at all is too much.
 */
export function exceeds(limit: Limit, removed: number, of: number, strictness: Strictness = 'both'): boolean {
  const tooMany = removed > limit.count;
  const tooLarge = removed * 100 > limit.percent * of;
  if (strictness === 'both') return tooMany && tooLarge;
  return strictness === 'either' ? tooMany || tooLarge : removed > 0;
}

/** Half of all or more, which no count excuses. Whoever allows a larger share is asked beyond that only. */
export function isHalf({ percent }: Limit, removed: number, of: number): boolean {
  return percent < 50 ? removed * 2 >= of : removed * 100 > percent * of;
}
