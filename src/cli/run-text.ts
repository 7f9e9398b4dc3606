/** Runs in one line. */
import type { Run } from '../run.ts';

/** What came of a run: numbers, or why not. */
export function describeRun({ status, counts, errorCode, errorMessage }: Run): string {
  if (status === 'failed' || status === 'rejected')
    return `${errorCode ?? 'failed'}: ${errorMessage ?? 'no reason recorded'}`;
  if (counts.unchanged) return 'the directory has not changed';
  const parts: string[] = [];
  if (counts.read !== undefined) parts.push(`read ${counts.read.users} people, ${counts.read.groups} groups`);
  if (counts.applied !== undefined) {
    const { groups, added, removed, failed } = counts.applied;
    parts.push(`${groups} groups changed, +${added} -${removed} members`);
    if (failed > 0) parts.push(`${failed} groups failed`);
  }
  if (counts.held !== undefined)
    parts.push(`${counts.held.removals} removals in ${counts.held.groups} groups held`);
  if ((counts.plan?.conflict ?? 0) > 0) parts.push(`${counts.plan?.conflict} conflicts`);
  return parts.length === 0 ? '' : parts.join('; ');
}
