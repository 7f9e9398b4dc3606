/** Decides whether a read is sufficient until the directory changes. */
import type { Plan } from '../../model/plan.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { endsByReading } from '../../plan/report/doubt-reasons.ts';

/**
 * Whether the next schedule may skip the read while the directory does not change. Not if this read was distrusted (a
 * change of access rights does not change the marker), if groups have changes that the marker does not cover, if a group or one of its values was read incompletely, if a
 * question had no answer, or if a second read of an absence is still needed.
 */
export function isSettled(
  { empty, readUntrusted, counts, doubts }: Plan,
  { hiddenStates, ahead, unanswered = false }: Snapshot,
): boolean {
  if (unanswered || hiddenStates.size + (ahead?.size ?? 0) > 0) return false;
  if (doubts.some(({ kind }) => endsByReading(kind) || kind === 'value_unread')) return false;
  return empty === undefined && readUntrusted !== true && counts.missing + counts.unknown === 0;
}
