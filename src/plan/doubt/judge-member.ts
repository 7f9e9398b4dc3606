/**
 * Out or in doubt: what becomes of a present member whom no value of the group is known to name.
 *
 *   the account is disabled, or its entry is no person of the configuration    out: a fact, whatever else is in doubt
 *   nothing can name or carry the member                                       out: a fact
 *   only entries that two complete reads did not find                          out: a fact
 *   an administrator decided about this very doubt                             out: a fact
 *   anything else                                                              in doubt: the member stays
 */
import type { Fact, MembershipDoubt } from '../../model/doubt.ts';
import { storable } from '../../text/storable.ts';
import type { People } from '../people/match-people.ts';
import { type Evidence, type Grace, isRepeated } from './evidence.ts';
import type { GroupValues } from './group-values.ts';
import { doubtKey, type Lookups } from './lookups.ts';
import {
  ambiguousNames,
  doubtfulEntries,
  formerNames,
  type Member,
  missingEntry,
  type Undecided,
} from './names.ts';
import { possibleCarriers } from './possible-carriers.ts';

/** `keys`: the absences that the judgement looked at, whether or not they are proved. */
export type Judgement = ({ readonly fact: Fact } | { readonly doubt: MembershipDoubt }) & {
  readonly keys?: readonly string[];
};

export interface JudgeContext extends Grace {
  readonly lookups: Lookups;
  readonly people: People;
  readonly undecided: Undecided;
}

/** Judges one member of one group. */
export function judgeMember(userId: number, values: GroupValues, bench: JudgeContext): Judgement {
  const { lookups, undecided } = bench;
  const link = lookups.linkOf.get(userId);
  if (link === undefined) return judgeUnlinked(userId, values, bench);
  const ordinal = lookups.ordinalOf.get(link.externalId);
  const entry = ordinal === undefined ? undefined : lookups.snapshot.users[ordinal];
  if (entry?.disabled === true && !lookups.includeDisabled) return { fact: 'disabled' };
  // A value that shows the identity of a person who was read is a doubt about the value, not a fact about the person.
  if (entry === undefined && isOutside(link.externalId, values, lookups)) return { fact: 'left_scope' };
  const member: Member = { userId, link, ordinal, entry };
  const known = lookups.doubts.get(doubtKey(values.accessGroupId, userId));
  const isUnclear = lookups.snapshot.unclear.has(link.externalId);
  const evidence = unique([
    ...ambiguousNames(member, values, lookups),
    ...doubtfulEntries(member, values, lookups, known),
    ...formerNames(member, values, lookups),
    ...missingEntry(member, values, lookups, undecided),
    ...possibleCarriers(member, values, lookups, known),
  ]).map(each => (isUnclear ? unreadable(each) : each));
  const left = evidence.filter(each => !isProved(each, bench));
  const keys = evidence.filter(each => each.proof === 'absence').map(each => each.key);
  if (left.length === 0) return { fact: evidence.length === 0 ? 'not_member' : 'absent_twice', keys };
  const doubt = doubtOf(userId, values.accessGroupId, left);
  return isDecided(doubt, lookups) ? { fact: 'decided', keys } : { doubt, keys };
}

/** An administrator decided that the member goes, about a doubt that rested on all of this. */
export function isDecided(
  { accessGroupId, userId, keys }: MembershipDoubt,
  { doubts }: Pick<Lookups, 'doubts'>,
): boolean {
  const known = doubts.get(doubtKey(accessGroupId, userId));
  return known?.decision === 'remove' && keys.every(key => known.keys.includes(key));
}

/** Never linked, so that no value of the directory carried this membership; but an undecided person may be this user. */
function judgeUnlinked(
  userId: number,
  { accessGroupId, users }: GroupValues,
  { undecided, lookups }: JudgeContext,
): Judgement {
  const evidence: Evidence[] = [];
  for (const ordinal of undecided.get(userId) ?? []) {
    if (!users.has(ordinal)) continue;
    const dn = lookups.snapshot.users[ordinal]?.dn ?? '';
    evidence.push({ kind: 'ambiguous_user', key: `match:${dn}`, dn, proof: 'none' });
  }
  if (evidence.length === 0) return { fact: 'not_member' };
  const doubt = doubtOf(userId, accessGroupId, evidence);
  return isDecided(doubt, lookups) ? { fact: 'decided' } : { doubt };
}

/** Asked for by identity, or met behind a value: the entry is there, and is no person of the configuration. */
function isOutside(externalId: string, { identities }: GroupValues, { snapshot }: Lookups): boolean {
  return snapshot.outside.has(externalId) || identities.has(externalId);
}

function isProved({ key, proof }: Evidence, bench: JudgeContext): boolean {
  const known = bench.lookups.current.references.get(key);
  if (proof === 'none' || known === undefined || (proof === 'absence' && !known.absent)) return false;
  return isRepeated(known, bench);
}

/** The entry is there: that values do not lead to it proves nothing, however often they do not. */
function unreadable(evidence: Evidence): Evidence {
  return evidence.proof === 'absence' ? { ...evidence, kind: 'unreadable', proof: 'none' } : evidence;
}

function unique(evidence: readonly Evidence[]): Evidence[] {
  return [...new Map(evidence.map(each => [each.key, each])).values()];
}

function doubtOf(userId: number, accessGroupId: number, evidence: readonly Evidence[]): MembershipDoubt {
  const sorted = evidence.toSorted((one, other) => (one.key < other.key ? -1 : 1));
  const lasting = sorted.find(each => each.proof === 'none') ?? sorted[0];
  return {
    accessGroupId,
    userId,
    kind: lasting?.kind ?? 'unreadable',
    keys: sorted.map(each => each.key),
    dns: sorted.map(each => storable(each.dn)),
  };
}
