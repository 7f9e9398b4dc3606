/** The removals that a group's values seem to ask for, told apart: those that are facts, and those in doubt. */
import type { Fact, MembershipDoubt } from '../../model/doubt.ts';
import type { IdSet, Members } from '../../model/snapshot.ts';
import { SLICE, type Steps } from '../../steps/steps.ts';
import { EMPTY, idSet } from '../sets/id-set.ts';
import { arrangeValues } from './group-values.ts';
import { isDecided, type JudgeContext, type Judgement, judgeMember } from './judge-member.ts';
import { nameReference } from './lookups.ts';

export interface Judged {
  /** Members who stay. */
  readonly kept: IdSet;
  /** Users whom a value names by the name that one of them had: it is not known whom of the two a value means, so that none of them comes. */
  readonly barred: IdSet;
  readonly doubts: readonly MembershipDoubt[];
  readonly facts: Readonly<Partial<Record<Fact, readonly number[]>>>;
  /** Absences that doubts rest on, and those that proved a removal: remembered for as long as the removal waits. */
  readonly absences: readonly string[];
  readonly proofs: readonly string[];
}

const NOTHING: Judged = { kept: EMPTY, barred: EMPTY, doubts: [], facts: {}, absences: [], proofs: [] };

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
export function* judgeRemovals(
  { accessGroupId, members, remove, confirmed }: Case,
  open: () => Steps<JudgeContext>,
): Steps<Judged> {
  if (remove.length === 0) return NOTHING;
  const bench = yield* open();
  const values = arrangeValues(accessGroupId, members, bench);
  const sure = confirmed && new Set(confirmed);
  const doubts: MembershipDoubt[] = [];
  const facts: Partial<Record<Fact, number[]>> = {};
  const absences: string[] = [];
  const proofs: string[] = [];
  for (const [at, userId] of remove.entries()) {
    if (at % SLICE === 0) yield;
    const first = judgeMember(userId, values, bench);
    ('doubt' in first ? absences : proofs).push(...(first.keys ?? []));
    const isSure = 'doubt' in first || sure?.has(userId) !== false;
    const judgement = isSure ? first : judgeUnconfirmed(accessGroupId, userId, bench);
    if ('doubt' in judgement) doubts.push(judgement.doubt);
    else if (judgement.fact !== 'not_member') {
      const others = facts[judgement.fact] ?? [];
      others.push(userId);
      facts[judgement.fact] = others;
    }
  }
  const kept = idSet(doubts.map(doubt => doubt.userId));
  return { kept, barred: calledAs(kept, members.byUsername, bench), doubts, facts, absences, proofs };
}

function calledAs(kept: IdSet, ordinals: IdSet, { lookups, people }: JudgeContext): IdSet {
  if (kept.length === 0) return EMPTY;
  const names = new Set(
    [...kept].flatMap(userId => {
      const username = lookups.linkOf.get(userId)?.username;
      return username === undefined ? [] : [nameReference(username)];
    }),
  );
  const isOne = (ordinal: number) => {
    const username = lookups.snapshot.users[ordinal]?.username;
    return username !== undefined && names.has(nameReference(username));
  };
  return idSet([...ordinals].filter(isOne).map(ordinal => people.userIds[ordinal] ?? 0));
}

/** A removal that a second look did not confirm. */
function judgeUnconfirmed(accessGroupId: number, userId: number, { lookups }: JudgeContext): Judgement {
  const dn = lookups.linkOf.get(userId)?.dn;
  const dns = dn === undefined ? [] : [dn];
  const doubt = { accessGroupId, userId, kind: 'changed_during_read', keys: ['read:'], dns } as const;
  return isDecided(doubt, lookups) ? { fact: 'decided' } : { doubt };
}
