/** The removals that a group's values seem to ask for, told apart: those that are facts, and those in doubt. */
import type { IdSet, Members } from '../../model.ts';
import type { Fact, MembershipDoubt } from '../../model-doubt.ts';
import { idSet, NOBODY } from '../id-set.ts';
import { arrangeValues } from './group-values.ts';
import { type Bench, judgeMember } from './judge-member.ts';

export interface Judged {
  /** Members who stay. */
  readonly kept: IdSet;
  readonly doubts: readonly MembershipDoubt[];
  readonly facts: Readonly<Partial<Record<Fact, readonly number[]>>>;
  /** Absences that doubts rest on, and those that proved a removal: remembered for as long as the removal waits. */
  readonly absences: readonly string[];
  readonly proofs: readonly string[];
}

const NOTHING: Judged = { kept: NOBODY, doubts: [], facts: {}, absences: [], proofs: [] };

/** What a group's members are judged by. */
export interface Case {
  readonly accessGroupId: number;
  readonly members: Extract<Members, { readonly kind: 'complete' }>;
  /** Present members whom no value is known to name. */
  readonly remove: IdSet;
  /** What a second look confirmed; undefined: there was none, because nothing moved. */
  readonly confirmed: IdSet | undefined;
}

/** Judges every removal of one AccessGroup. The bench is built only when there is something to judge. */
export function judgeRemovals(
  { accessGroupId, members, remove, confirmed }: Case,
  bench: () => Bench,
): Judged {
  if (remove.length === 0) return NOTHING;
  const values = arrangeValues(accessGroupId, members, bench().lookups);
  const sure = confirmed && new Set(confirmed);
  const doubts: MembershipDoubt[] = [];
  const facts: Partial<Record<Fact, number[]>> = {};
  const absences: string[] = [];
  const proofs: string[] = [];
  for (const userId of remove) {
    const judgement = judgeMember(userId, values, bench());
    ('doubt' in judgement ? absences : proofs).push(...(judgement.keys ?? []));
    if ('doubt' in judgement) doubts.push(judgement.doubt);
    else if (sure?.has(userId) === false) doubts.push(unconfirmed(accessGroupId, userId, bench()));
    else if (judgement.fact !== 'not_member') {
      const others = facts[judgement.fact] ?? [];
      others.push(userId);
      facts[judgement.fact] = others;
    }
  }
  return { kept: idSet(doubts.map(doubt => doubt.userId)), doubts, facts, absences, proofs };
}

function unconfirmed(accessGroupId: number, userId: number, { lookups }: Bench): MembershipDoubt {
  const dn = lookups.linkOf.get(userId)?.dn;
  return {
    accessGroupId,
    userId,
    kind: 'changed_during_read',
    keys: ['read:'],
    dns: dn === undefined ? [] : [dn],
  };
}
