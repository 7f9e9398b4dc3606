/** What a limit of the guard means. */
import type { Limit } from '../settings.ts';

/** Both numbers must be exceeded: a percentage alone trips on small groups, a count alone on large ones. */
export function exceeds(limit: Limit, removed: number, of: number): boolean {
  return removed > limit.count && removed * 100 > limit.percent * of;
}
