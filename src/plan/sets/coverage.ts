/** What a read covers. */
import type { Snapshot } from '../../model/snapshot.ts';

/** Whether the absence of a mapped or linked group from the snapshot counts. */
export function hasAllMapped({ whole, allMapped }: Pick<Snapshot, 'whole' | 'allMapped'>): boolean {
  return whole || allMapped === true;
}
