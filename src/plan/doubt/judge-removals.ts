/** Separates the removals that the values of a group ask for into facts and doubts. */
import type { Fact, MembershipDoubt } from '../../model/doubt.ts';
import type { IdSet } from '../../model/snapshot.ts';
import { each, filtered, SLICE, type Steps } from '../../steps/steps.ts';
import { storable } from '../../text/storable.ts';
import { difference, EMPTY, idSet, union } from '../sets/id-set.ts';
import { arrangeValues, type GroupValues, type Source } from './group-values.ts';
import { isDecided, type JudgeContext, type Judgement, judgeMember } from './judge-member.ts';
import { doubtKey, entryOf, nameReference } from './lookups.ts';
import { namedInstead } from './taken-names.ts';

export interface Judged {
  /** Members who stay. */
  readonly kept: IdSet;
  /**
   * Users whom a value names by the former DN or username of a member who is in doubt, or whose entry does not show the
   * username now. It is unknown which of the two the value means, so these users are not added.
   */
  readonly excluded: IdSet;
  readonly doubts: readonly MembershipDoubt[];
  readonly facts: Readonly<Partial<Record<Fact, readonly number[]>>>;
  /**
   * `absences`: keys that doubts depend on. `proofs`: keys that proved a removal; they are stored as long as the removal is
   * held.
   */
  readonly absences: readonly string[];
  readonly proofs: readonly string[];
}

const NOTHING: Judged = { kept: EMPTY, excluded: EMPTY, doubts: [], facts: {}, absences: [], proofs: [] };

/** The input for the judgement of one group. */
export interface Case extends Source {
  /** Users whom the values name and who are not members. */
  readonly add: IdSet;
  /** The removals that a second look confirmed; undefined: there was no second look, because the directory did not change. */
  readonly confirmed: IdSet | undefined;
  /** Whether the groups are older than an earlier read found them. */
  readonly areOlder: () => boolean;
  /** Whether the groups have changes that the marker of the server does not cover. */
  readonly areAhead: () => boolean;
}

/**
 * Judges every removal of one AccessGroup. `open` builds the context only if there is a removal, or if a username names a
 * user who would be added.
 */
export function* judgeRemovals(one: Case, open: () => Steps<JudgeContext>): Steps<Judged> {
  const { accessGroupId, members, present, remove, add } = one;
  const addsByName = add.length > 0 && present.length > 0 && members.byUsername.length > 0;
  if (remove.length === 0 && !addsByName) return NOTHING;
  const context = yield* open();
  if (remove.length === 0)
    return {
      ...NOTHING,
      excluded: yield* namedByFormerUsername(present, EMPTY, members.byUsername, context),
    };
  const values = yield* arrangeValues(one, context);
  const sure = one.confirmed && new Set(one.confirmed);
  const doubts: MembershipDoubt[] = [];
  const facts: Partial<Record<Fact, number[]>> = {};
  const absences: string[] = [];
  const proofs: string[] = [];
  const isLagging = one.areOlder();
  const isCatchingUp = one.areAhead();
  for (const [at, userId] of remove.entries()) {
    if (at % SLICE === 0) yield;
    const first = judgeMember(userId, values, context);
    const denied = judgeUndenied(first, userId, values, context);
    ('doubt' in denied ? absences : proofs).push(...(first.keys ?? []));
    const isSure = 'doubt' in denied || sure?.has(userId) !== false;
    const confirmed = isSure ? denied : judgeUnconfirmed(accessGroupId, userId, context);
    const judgement = judgeOtherServer(
      confirmed,
      { accessGroupId, userId, isLagging, isCatchingUp },
      context,
    );
    if ('doubt' in judgement) doubts.push(judgement.doubt);
    else if (judgement.fact !== 'not_member') {
      const others = facts[judgement.fact] ?? [];
      others.push(userId);
      facts[judgement.fact] = others;
    }
  }
  const kept = idSet(doubts.map(doubt => doubt.userId));
  const staying = union(difference(present, remove), kept);
  const called = yield* namedByFormerUsername(staying, kept, members.byUsername, context);
  const instead: number[] = [];
  yield* each(add.length > 0 ? doubts : [], ({ userId, keys }) => {
    for (const ordinal of namedInstead(context.lookups.linkOf.get(userId), keys, values))
      instead.push(context.people.userIds[ordinal] ?? 0);
  });
  // Repeated reads contradicted this one, so what it shows of the group adds no member either.
  const contradicted = remove.some(userId => sure?.has(userId) === false) ? add : EMPTY;
  const excluded = union(union(called, idSet(instead)), contradicted);
  return { kept, excluded, doubts, facts, absences, proofs };
}

/**
 * Returns the users of a username that a member who stays had in the last read. The value may mean that member, if the member is
 * in doubt or the entry of the member shows no username now.
 */
function* namedByFormerUsername(
  staying: IdSet,
  kept: IdSet,
  ordinals: IdSet,
  { lookups, people }: JudgeContext,
): Steps<IdSet> {
  if (ordinals.length === 0) return EMPTY;
  const stay = new Set(staying);
  const inDoubt = new Set(kept);
  const isTaken = (ordinal: number) => {
    const username = lookups.snapshot.users[ordinal]?.username;
    const owner = username === undefined ? undefined : lookups.formerNames.get(nameReference(username));
    if (owner === undefined || !stay.has(owner.userId)) return false;
    return inDoubt.has(owner.userId) || entryOf(owner, lookups)?.username === undefined;
  };
  return idSet((yield* filtered(ordinals, isTaken)).map(ordinal => people.userIds[ordinal] ?? 0));
}

/** Judges a removal again if the group, or the member's entry, may have a value that the account cannot read. */
function judgeUndenied(
  first: Judgement,
  userId: number,
  { accessGroupId, byKey, named }: GroupValues,
  context: JudgeContext,
): Judgement {
  const { linkOf, snapshot } = context.lookups;
  const isAsked = 'fact' in first && (first.fact === 'not_member' || first.fact === 'absent_twice');
  if (!isAsked || snapshot.undenied?.has(doubtKey(accessGroupId, userId)) !== true) return first;
  // What the removal rested on is named again, so that the next read asks about it as well.
  const unfound = (first.keys ?? []).filter(each => byKey.has(each));
  const dns = unfound.map(each => storable(byKey.get(each)?.value ?? ''));
  const { username } = linkOf.get(userId) ?? {};
  const name = username === undefined ? '' : nameReference(username);
  const isNamed = byKey.has(name) || named.byName.has(name);
  const [kind, key] = isNamed ? (['username_unread', name] as const) : (['value_unread', 'values:'] as const);
  const keys = [...new Set([...unfound, key])].sort();
  return doubtAbout(accessGroupId, userId, { kind, keys, dns }, context);
}

/** Judges a removal that a second look did not confirm. */
function judgeUnconfirmed(accessGroupId: number, userId: number, context: JudgeContext): Judgement {
  return doubtAbout(
    accessGroupId,
    userId,
    { kind: 'changed_during_read', keys: ['read:'], dns: [] },
    context,
  );
}

/** The key of a doubt that a complete read recorded; that of a read of some groups ends with the next complete read. */
const OTHER_SERVER = 'server:';

/**
 * A replica may lack changes that the last complete read saw, or have received only some of the newest. A removal waits until a
 * complete read has shown it before, and as long as the groups are older than on another server.
 */
function judgeOtherServer(
  judgement: Judgement,
  {
    accessGroupId,
    userId,
    isLagging,
    isCatchingUp,
  }: {
    readonly accessGroupId: number;
    readonly userId: number;
    readonly isLagging: boolean;
    readonly isCatchingUp: boolean;
  },
  context: JudgeContext,
): Judgement {
  const { doubts, snapshot } = context.lookups;
  if ('doubt' in judgement || judgement.fact === 'decided') return judgement;
  const isKnown = doubts.get(doubtKey(accessGroupId, userId))?.keys.includes(OTHER_SERVER) === true;
  // On one server, only a corrected clock makes a group older.
  const isOlder =
    isLagging && (isKnown || snapshot.unrelated !== false) && RESTS_ON_GROUPS.includes(judgement.fact);
  const isUnsure = context.otherServer || (isCatchingUp && judgement.fact === 'not_member');
  const isFirst = isUnsure && !isKnown && judgement.fact !== 'absent_twice';
  if (!isOlder && !isFirst) return judgement;
  const keys = [snapshot.whole ? OTHER_SERVER : `${OTHER_SERVER}part`];
  return doubtAbout(accessGroupId, userId, { kind: 'other_server', keys, dns: [] }, context);
}

/** The facts that the values of the groups prove. */
const RESTS_ON_GROUPS: readonly Fact[] = ['not_member', 'absent_twice'];

function doubtAbout(
  accessGroupId: number,
  userId: number,
  { kind, keys, dns }: Pick<MembershipDoubt, 'kind' | 'keys' | 'dns'>,
  { lookups }: JudgeContext,
): Judgement {
  const dn = lookups.linkOf.get(userId)?.dn;
  const doubt = { accessGroupId, userId, kind, keys, dns: dn === undefined ? dns : [dn, ...dns] };
  return isDecided(doubt, lookups) ? { fact: 'decided' } : { doubt };
}
