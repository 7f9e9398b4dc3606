/** Decides whether a read is sufficient until the directory changes. */
import type { Plan } from '../../model/plan.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { endsByReading } from '../../plan/report/doubt-reasons.ts';

/**
 * Whether the next schedule may skip the read while the directory does not change. It may not in these cases:
 *
 *   this read was distrusted: a change of access rights does not change the marker
 *   groups have changes that the marker does not cover
 *   a group or one of its values was read incompletely
 *   a question had no answer
 *   an absence needs a second read
 */
export function isSettled(
  { empty, readUntrusted, counts, doubts }: Plan,
  { hiddenStates, ahead, unanswered = false }: Snapshot,
): boolean {
  if (unanswered || hiddenStates.size + (ahead?.size ?? 0) > 0) return false;
  if (doubts.some(({ kind }) => endsByReading(kind) || kind === 'value_unread')) return false;
  return empty === undefined && readUntrusted !== true && counts.missing + counts.unknown === 0;
}
