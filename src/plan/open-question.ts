/** Finds what a read of the mapped groups leaves open, so that the whole directory must be read. */
import type { Planned } from '../model/run.ts';

/**
 * Returns what is open, or undefined. A read of the mapped groups does not find a person whose entry hides an attribute. So it
 * proves no absence, and stores nothing that proves one later.
 */
export function openQuestion({ plan, verdict }: Pick<Planned, 'plan' | 'verdict'>): string | undefined {
  const { counts, doubts, empty, states } = plan;
  const { appeared = [], resolved = [] } = plan.references ?? {};
  const isAbsent = states.some(({ state }) => state === 'missing' || state === 'out_of_scope');
  if (empty !== undefined || plan.readUntrusted === true) return 'the read looked incomplete';
  if (verdict.reasons.length > 0) return 'removals would be held';
  if (doubts.length > 0) return 'members are in doubt';
  if (isAbsent || counts.missing + counts.retire + counts.unknown > 0) return 'groups were not found';
  if (appeared.length + resolved.length > 0) return 'other values than before match no entry';
  return (counts.reasons?.['whole_read_needed'] ?? 0) > 0 ? 'users may be claimed twice' : undefined;
}
