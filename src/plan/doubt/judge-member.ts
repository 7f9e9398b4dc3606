/**
 * Judges a current member whom no value of the group is known to name: out, or in doubt.
 *
 *   the account is disabled, or its entry is not a configured user        out: a fact, with or without doubts
 *   no value can name the member, and no entry can cause the membership   out: a fact
 *   two complete reads did not find the entries that can cause the        out: a fact
 *   membership, or found other entries in their place
 *   an administrator decided about exactly this doubt                     out: a fact
 *   any other case                                                        in doubt: the member stays
 */
import type { UserLink } from '../../model/current.ts';
import type { Fact, MembershipDoubt } from '../../model/doubt.ts';
import { dnKey } from '../../text/dn-key.ts';
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
import { hiddenMember, possibleCauses } from './possible-causes.ts';
import { takenNames } from './taken-names.ts';

/** `keys`: the absences that the judgement used, proved or not. */
export type Judgement = ({ readonly fact: Fact } | { readonly doubt: MembershipDoubt }) & {
  readonly keys?: readonly string[];
};

export interface JudgeContext extends Grace {
  readonly lookups: Lookups;
  readonly people: People;
  readonly undecided: Undecided;
  /** The read came from another server than the last complete read. */
  readonly otherServer: boolean;
}

/** Judges one member of one group. */
export function judgeMember(userId: number, values: GroupValues, context: JudgeContext): Judgement {
  const { lookups, undecided } = context;
  const link = lookups.linkOf.get(userId);
  if (link === undefined) return judgeUnlinked(userId, values, context);
  const ordinal = lookups.ordinalOf.get(link.externalId);
  const entry = ordinal === undefined ? undefined : lookups.snapshot.users[ordinal];
  if (entry?.disabled === true && !lookups.includeDisabled) return { fact: 'disabled' };
  // If the person was read, a value with the same identity is a doubt about the value, not a fact about the person.
  if (entry === undefined && isOutside(link, values, lookups)) return { fact: 'left_scope' };
  const member: Member = { userId, link, ordinal, entry };
  const known = lookups.doubts.get(doubtKey(values.accessGroupId, userId));
  const unclear = lookups.snapshot.unclear.get(link.externalId);
  const named = [
    ...ambiguousNames(member, values, lookups),
    ...doubtfulEntries(member, values, lookups, known),
    ...formerNames(member, values, lookups),
    ...missingEntry(member, values, lookups, undecided),
    ...takenNames(member, values, lookups, known),
    ...possibleCauses(member, values, lookups, known),
  ];
  const evidence = unique(named.length > 0 ? named : hiddenMember(member, values, lookups)).map(each =>
    unclear === undefined ? each : unreadable(each, unclear),
  );
  const left = evidence.filter(each => !isProved(each, context));
  const keys = evidence.filter(each => each.proof === 'absence').map(each => each.key);
  if (left.length === 0) return { fact: evidence.length === 0 ? 'not_member' : 'absent_twice', keys };
  const doubt = doubtOf(userId, values.accessGroupId, left);
  return isDecided(doubt, lookups) ? { fact: 'decided', keys } : { doubt, keys };
}

/** Whether an administrator decided to remove the member because of a doubt of this kind with all of these keys. */
export function isDecided(
  { accessGroupId, userId, kind, keys }: MembershipDoubt,
  { doubts }: Pick<Lookups, 'doubts'>,
): boolean {
  const known = doubts.get(doubtKey(accessGroupId, userId));
  return known?.decision === 'remove' && known.kind === kind && keys.every(key => known.keys.includes(key));
}

/** Judges a member without a link. No value caused this membership, but an unmatched person may be this user. */
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

/**
 * Whether the entry exists but is not a configured user: it was searched by identity, or a value leads to it. An entry
 * with another name may be a second one that shows the identity while the person's entry is hidden (a restored copy).
 * So two complete reads must miss the person there.
 */
function isOutside({ externalId, dn }: UserLink, { identities }: GroupValues, lookups: Lookups): boolean {
  const { snapshot, shared } = lookups;
  const found = snapshot.outside.get(externalId)?.dn ?? identities.get(externalId);
  return found !== undefined && !shared.has(externalId) && rdnOf(found) === rdnOf(dn);
}

/** In a key, commas inside of values are escaped. */
function rdnOf(dn: string): string {
  const key = dnKey(dn) ?? '';
  return key.slice(0, `${key},`.indexOf(','));
}

function isProved({ key, proof }: Evidence, context: JudgeContext): boolean {
  const known = context.lookups.current.references.get(key);
  if (proof === 'none' || known === undefined || (proof === 'absence' && !known.absent)) return false;
  return isRepeated(known, context);
}

/** The entry exists, so that any number of reads without a value for it proves nothing. */
function unreadable(evidence: Evidence, [dn = evidence.dn]: readonly string[]): Evidence {
  return evidence.proof === 'absence' ? { ...evidence, kind: 'unreadable', dn, proof: 'none' } : evidence;
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
