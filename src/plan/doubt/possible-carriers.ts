/**
 * Unresolved values that name no person for certain, and may have carried members until now: a nested group that is out of
 * sight, or the new address of an entry that moved.
 *
 *   the value                                        may have carried
 *   was unresolved in the last complete read         only members who stayed because of it since
 *   is where a linked person was                     nobody else; the person is looked for by name (names.ts)
 *   leads to an entry with an identity               nobody: that is a fact about the entry
 *   anything else                                    any member, also where it is the address of a group whose AccessGroup
 *                                                    does not hold the member: both are from an earlier read
 */
import type { KnownDoubt } from '../../model/doubt.ts';
import type { UnresolvedReference } from '../../model/snapshot.ts';
import { isUnder } from '../../text/dn-key.ts';
import type { Evidence } from './evidence.ts';
import type { GroupValues } from './group-values.ts';
import type { Lookups } from './lookups.ts';
import { kindOf, type Member } from './names.ts';

/** More than one is enough to doubt; so many are named. */
const MOST_NAMED = 20;

/** Values that may have carried this member, as far as they are not the member's own names. */
export function possibleCarriers(
  member: Member,
  values: GroupValues,
  lookups: Lookups,
  known: KnownDoubt | undefined,
): Evidence[] {
  const found: Evidence[] = [];
  for (const key of known?.keys ?? []) {
    const reference = values.byKey.get(key);
    if (reference !== undefined && mayCarry(reference, member, lookups))
      found.push(evidenceOf(reference, member.entry));
  }
  for (const reference of values.fresh) {
    if (found.length >= MOST_NAMED) break;
    if (mayCarry(reference, member, lookups)) found.push(evidenceOf(reference, member.entry));
  }
  return found;
}

function mayCarry(reference: UnresolvedReference, { entry }: Member, lookups: Lookups): boolean {
  const { key, reason, identity, candidates } = reference;
  if (identity !== undefined || candidates.length > 0 || reason === 'not_a_dn') return false;
  if (key.startsWith('name:')) return entry?.username === undefined;
  return entry === undefined || mayLeadTo(key, lookups);
}

/**
 * Whether a value may have led to a person whose entry was read elsewhere: a nested group, or where the entry was in between.
 * What is no text may be anything.
 */
function mayLeadTo(key: string, { nested, usersBase }: Lookups): boolean {
  return nested || !key.startsWith('dn:') || isUnder(key.slice('dn:'.length), usersBase);
}

function evidenceOf(
  { key, value: dn, absent, reason }: UnresolvedReference,
  entry: Member['entry'],
): Evidence {
  // Not the name that was the member's, and the member may have taken the new one out of the entry to stay.
  if (key.startsWith('name:') && entry !== undefined && entry.username === undefined)
    return { kind: 'username_unread', key, dn: entry.dn, proof: 'reads' };
  if (absent) return { kind: 'entry_absent', key, dn, proof: 'absence' };
  // What lies out of the configured bases in two complete reads lies there to stay, and carries no member.
  return { kind: kindOf(reason), key, dn, proof: reason === 'out_of_scope' ? 'reads' : 'none' };
}
