/** Describes runs in one line. */
import type { Run } from '../../model/run.ts';
import type { ReadCounts } from '../../model/snapshot.ts';
import { describeShadow } from '../../plan/report/describe-plan.ts';

/** The result of a run: its numbers, or why it failed. */
export function describeRun({ status, counts, errorCode, errorMessage }: Run): string {
  if (status === 'failed' || status === 'rejected' || status === 'superseded')
    return `${errorCode ?? 'failed'}: ${errorMessage ?? 'no reason recorded'}`;
  if (counts.unchanged) return 'the directory did not change';
  const parts: string[] = [];
  if (counts.read !== undefined) parts.push(describeRead(counts.read));
  if (counts.applied !== undefined) {
    const { groups, added, removed, failed } = counts.applied;
    parts.push(`${groups} groups changed, +${added} -${removed} members`);
    if (failed > 0) parts.push(`${failed} groups failed`);
  }
  if (counts.refused !== undefined)
    parts.push(`${counts.refused.users} users could not be created (${counts.refused.first})`);
  if (counts.shadow !== undefined) parts.push(describeShadow(counts.shadow));
  if (counts.held !== undefined) parts.push(describeHeld(counts.held));
  if ((counts.plan?.unknown ?? 0) > 0) parts.push(`${counts.plan?.unknown} groups could not be read`);
  const { unresolved = 0, reasons } = counts.plan ?? {};
  if (unresolved > 0 && reasons !== undefined) {
    const why = Object.entries(reasons).map(([reason, count]) => `${count} ${reason}`);
    parts.push(`${unresolved} members unresolved (${why.join(', ')})`);
  }
  if ((counts.plan?.doubts ?? 0) > 0) parts.push(`${counts.plan?.doubts} members in doubt`);
  if ((counts.plan?.conflict ?? 0) > 0) parts.push(`${counts.plan?.conflict} conflicts`);
  return parts.length === 0 ? '' : parts.join('; ');
}

function describeHeld({ removals, groups, run }: NonNullable<Run['counts']['held']>): string {
  const held = `${removals} removals in ${groups} groups`;
  return run === undefined ? `${held} held` : `${held} still wait for a decision about run ${run}`;
}

/** What a run was limited to. Empty: the whole directory. */
export function describeLimit({ group, user }: Run): string {
  if (user !== undefined) return `only user ${user}`;
  return group === undefined ? '' : `only group ${group}`;
}

/** What a run waits for, and how an operator decided. */
export function describeDecision(run: Run): string[] {
  const { status, counts, approves, approvedGroups, reverts, revertReason, decision } = run;
  const some = approvedGroups === undefined ? '' : `, ${approvedGroups.length} of its groups`;
  const digest = status === 'held' ? counts.held?.digest : undefined;
  const older = counts.held?.run === undefined ? undefined : counts.held.digest;
  return [
    ...(digest === undefined ? [] : [`digest of the held changes: ${digest}`]),
    ...(older === undefined ? [] : [`what waits: rollcall waiting ${older}`]),
    ...(reverts === undefined ? [] : [`reverts run ${reverts}: ${revertReason}`]),
    ...(approves === undefined ? [] : [`applies the approved changes of run ${approves}${some}`]),
    ...(decision === undefined
      ? []
      : [`decided by ${decision.by} at ${decision.at.toISOString()}: ${decision.reason}`]),
  ];
}

/** What the run read, and the load that this put on the server. */
function describeRead(read: ReadCounts): string {
  const { users, groups, queries, entries, bytes, disabled = {}, way, open } = read;
  const only = way === 'mapped' ? ', only what the mapped groups refer to' : '';
  const why = open === undefined ? '' : `, everything because ${open}`;
  const off = Object.entries(disabled).map(([attribute, count]) => `${count} by ${attribute}`);
  const accounts = off.length === 0 ? '' : ` (disabled: ${off.join(', ')})`;
  return `read ${users} people${accounts}, ${groups} groups${only}${why} (${queries} queries, ${entries} entries, ${amount(bytes)})`;
}

function amount(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
