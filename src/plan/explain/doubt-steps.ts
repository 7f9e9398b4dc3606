/** The part of an explanation that is about doubts and facts: why a member stays, and why a former one went. */
import type { LastChange, Step } from '../../model/access.ts';
import type { Fact, ListedDoubt } from '../../model/doubt.ts';
import type { MembershipFacts } from '../../model/explanation.ts';
import { doubtRemedy, endsByReading } from '../report/doubt-reasons.ts';

const FACTS: Readonly<Record<Fact, string>> = {
  not_member: 'the group was read whole, and none of its values can name them',
  disabled: 'their account is disabled or expired in the directory',
  left_scope: 'their entry is there, and is no person of the configuration any more',
  absent_twice: 'the entry that carried the membership was absent from two complete reads',
  decided: 'an administrator decided about a doubt that they go',
};

/** Why a member stays although no value of the group is known to name them, and what ends that. */
export function doubtSteps({ username, group, doubt, graceMs }: MembershipFacts): Step[] {
  if (doubt === undefined) return [];
  const { explanation } = doubtRemedy(doubt.kind);
  const because = doubt.dns.length === 0 ? explanation : `${explanation}: ${doubt.dns.join('; ')}`;
  const since = `since ${doubt.since.toISOString()} it is not known whether ${username} should be in it`;
  const text = `${since}, so they stay: ${because} (${doubt.kind})`;
  const where = `${group.team}/${group.name}`;
  return [
    { kind: 'doubt', ok: false, text },
    { kind: 'doubt', ok: false, text: endOf(doubt, { command: `${where} ${username}`, graceMs }) },
  ];
}

function endOf(
  { kind, dns, decision, decidedBy, decidedReason }: ListedDoubt,
  { command, graceMs }: { readonly command: string; readonly graceMs: number },
): string {
  if (decision === 'keep') return `${decidedBy} decided that they stay: ${decidedReason}`;
  if (decision === 'remove') return `${decidedBy} decided that they go, with the next run: ${decidedReason}`;
  if (kind === 'changed_during_read') return 'the next run reads the group again';
  const grace = graceMs > 0 ? ', once guard.grace has passed' : '';
  if (kind === 'entry_absent')
    return `would go with the next complete read${grace}, because ${dns.join('; ')} was not there`;
  if (endsByReading(kind)) return `would go with the next complete read that shows the same${grace}`;
  return `${doubtRemedy(kind).wayOut} rollcall doubts remove ${command} --reason TEXT, or doubts keep`;
}

/** The reason of an audit row, with the fact in words where it is one. */
export function describeReason({ action, actor, runId, reason }: LastChange): string {
  const isFact = (text: string): text is Fact => Object.hasOwn(FACTS, text);
  if (action === 'add' || !isFact(reason)) return reason;
  const who = reason === 'decided' && runId !== null && actor !== null ? `, namely ${actor}` : '';
  return `${reason}: ${FACTS[reason]}${who}`;
}
