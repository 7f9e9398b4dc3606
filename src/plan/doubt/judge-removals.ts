/** Separates the removals that the values of a group ask for into facts and doubts. */
import type { Fact, MembershipDoubt } from '../../model/doubt.ts';
import type { IdSet, Members } from '../../model/snapshot.ts';
import { each, filtered, SLICE, type Steps } from '../../steps/steps.ts';
import { EMPTY, idSet } from '../sets/id-set.ts';
import type { Evidence } from './evidence.ts';
import { arrangeValues } from './group-values.ts';
import { isDecided, type JudgeContext, type Judgement, judgeMember } from './judge-member.ts';
import { doubtKey, nameReference } from './lookups.ts';

export interface Judged {
  /** Members who stay. */
  readonly kept: IdSet;
  /**
   * Users whom a value names by the former username of a kept member. It is unknown which of the two the value means, so these
   * users are not added.
   */
  readonly barred: IdSet;
  readonly doubts: readonly MembershipDoubt[];
  readonly facts: Readonly<Partial<Record<Fact, readonly number[]>>>;
  /**
   * `absences`: keys that doubts depend on. `proofs`: keys that proved a removal; they are stored as long as the removal is
   * held.
   */
  readonly absences: readonly string[];
  readonly proofs: readonly string[];
}

const NOTHING: Judged = { kept: EMPTY, barred: EMPTY, doubts: [], facts: {}, absences: [], proofs: [] };

/** The input for the judgement of one group. */
export interface Case {
  readonly accessGroupId: number;
  readonly members: Extract<Members, { readonly kind: 'complete' }>;
  /** Current members whom no value is known to name. */
  readonly remove: IdSet;
  /** The removals that a second look confirmed; undefined: there was no second look, because the directory did not change. */
  readonly confirmed: IdSet | undefined;
}

/** Judges every removal of one AccessGroup. `open` builds the context only if there is a removal. */
export function* judgeRemovals(
  { accessGroupId, members, remove, confirmed }: Case,
  open: () => Steps<JudgeContext>,
): Steps<Judged> {
  if (remove.length === 0) return NOTHING;
  const context = yield* open();
  const values = yield* arrangeValues({ accessGroupId, members, remove }, context);
  const sure = confirmed && new Set(confirmed);
  const doubts: MembershipDoubt[] = [];
  const facts: Partial<Record<Fact, number[]>> = {};
  const absences: string[] = [];
  const proofs: string[] = [];
  for (const [at, userId] of remove.entries()) {
    if (at % SLICE === 0) yield;
    const first = judgeMember(userId, values, context);
    ('doubt' in first ? absences : proofs).push(...(first.keys ?? []));
    const denied = judgeUndenied(first, accessGroupId, userId, context);
    const isSure = 'doubt' in denied || sure?.has(userId) !== false;
    const judgement = isSure ? denied : judgeUnconfirmed(accessGroupId, userId, context);
    if ('doubt' in judgement) doubts.push(judgement.doubt);
    else if (judgement.fact !== 'not_member') {
      const others = facts[judgement.fact] ?? [];
      others.push(userId);
      facts[judgement.fact] = others;
    }
  }
  const kept = idSet(doubts.map(doubt => doubt.userId));
  return {
    kept,
    barred: yield* calledAs(kept, members.byUsername, context),
    doubts,
    facts,
    absences,
    proofs,
  };
}

function* calledAs(kept: IdSet, ordinals: IdSet, { lookups, people }: JudgeContext): Steps<IdSet> {
  if (kept.length === 0 || ordinals.length === 0) return EMPTY;
  const names = new Set<string>();
  yield* each(kept, userId => {
    const username = lookups.linkOf.get(userId)?.username;
    if (username !== undefined) names.add(nameReference(username));
  });
  const isOne = (ordinal: number) => {
    const username = lookups.snapshot.users[ordinal]?.username;
    return username !== undefined && names.has(nameReference(username));
  };
  return idSet((yield* filtered(ordinals, isOne)).map(ordinal => people.userIds[ordinal] ?? 0));
}

/** Judges a removal again if the group may have a value for the member that the account cannot read. */
function judgeUndenied(
  first: Judgement,
  accessGroupId: number,
  userId: number,
  context: JudgeContext,
): Judgement {
  const isAsked = 'fact' in first && first.fact === 'not_member';
  if (!isAsked || context.lookups.snapshot.undenied?.has(doubtKey(accessGroupId, userId)) !== true)
    return first;
  return doubtAbout(accessGroupId, userId, { kind: 'value_unread', key: 'values:' }, context);
}

/** Judges a removal that a second look did not confirm. */
function judgeUnconfirmed(accessGroupId: number, userId: number, context: JudgeContext): Judgement {
  return doubtAbout(accessGroupId, userId, { kind: 'changed_during_read', key: 'read:' }, context);
}

function doubtAbout(
  accessGroupId: number,
  userId: number,
  { kind, key }: Pick<Evidence, 'kind' | 'key'>,
  { lookups }: JudgeContext,
): Judgement {
  const dn = lookups.linkOf.get(userId)?.dn;
  const doubt = { accessGroupId, userId, kind, keys: [key], dns: dn === undefined ? [] : [dn] };
  return isDecided(doubt, lookups) ? { fact: 'decided' } : { doubt };
}
