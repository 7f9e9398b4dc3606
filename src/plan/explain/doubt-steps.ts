/** The steps of an explanation that concern doubts and facts: why a member stays, or why a former member was removed. */
import type { LastChange, Step } from '../../model/access.ts';
import type { Fact, ListedDoubt } from '../../model/doubt.ts';
import type { MembershipFacts } from '../../model/explanation.ts';
import { doubtRemedy, endsByReading, FACTS } from '../report/doubt-reasons.ts';

/** Explains why a member stays although no value of the group is known to name the user, and what resolves the doubt. */
export function doubtSteps({ username, group, doubt, graceMs }: MembershipFacts): Step[] {
  if (doubt === undefined) return [];
  const { explanation } = doubtRemedy(doubt.kind);
  const because = doubt.dns.length === 0 ? explanation : `${explanation}: ${doubt.dns.join('; ')}`;
  const since = `since ${doubt.since.toISOString()} it is unknown whether ${username} should be a member`;
  const text = `${since}, so the member stays: ${because} (${doubt.kind})`;
  const where = `${group.team}/${group.name}`;
  return [
    { kind: 'doubt', ok: false, text },
    { kind: 'doubt', ok: false, text: endOf(doubt, { command: `${where} ${username}`, graceMs }) },
  ];
}

function endOf(
  { kind, decision, decidedBy, decidedReason }: ListedDoubt,
  { command, graceMs }: { readonly command: string; readonly graceMs: number },
): string {
  if (decision === 'keep') return `${decidedBy} decided to keep the member: ${decidedReason}`;
  if (decision === 'remove')
    return `${decidedBy} decided to remove the member with the next run: ${decidedReason}`;
  if (kind === 'changed_during_read') return 'the next run reads the group again';
  const grace = graceMs > 0 ? ' after guard.grace' : '';
  if (endsByReading(kind)) return `the next complete read that shows the same${grace} removes the member`;
  return `${doubtRemedy(kind).wayOut} rollcall doubts remove ${command} --reason TEXT, or doubts keep`;
}

/** Describes the reason of an audit row. A fact is explained in words. */
export function describeReason({ action, actor, runId, reason }: LastChange): string {
  const isFact = (text: string): text is Fact => Object.hasOwn(FACTS, text);
  if (action === 'add' || !isFact(reason)) return reason;
  const who = reason === 'decided' && runId !== null && actor !== null ? ` (${actor})` : '';
  return `${reason}: ${FACTS[reason]}${who}`;
}
