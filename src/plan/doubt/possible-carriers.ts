/**
 * Finds unresolved values that may have carried members: the DN of a nested group that was not read, or the new DN of an entry
 * that moved.
 *
 *   the value                                        may have carried
 *   was unresolved in the last complete read         only members who stayed because of it since
 *   is the former DN of a linked person              only that person; see names.ts
 *   leads to an entry with an identity               no member: that is a fact about the entry
 *   is any other value                               any member, even if it is the DN of a group whose AccessGroup does
 *                                                    not have the member: both are from an earlier read
 */
import type { KnownDoubt } from '../../model/doubt.ts';
import type { UnresolvedReference } from '../../model/snapshot.ts';
import { isUnder } from '../../text/dn-key.ts';
import type { Evidence } from './evidence.ts';
import type { GroupValues } from './group-values.ts';
import type { Lookups } from './lookups.ts';
import { kindOf, type Member } from './names.ts';

/** One value is enough for a doubt. At most this many are listed. */
const MOST_NAMED = 20;

/** Finds the values that may have carried this member, except the member's own names. */
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
 * Whether a value may have led to a person whose entry was read at another DN: through a nested group, or at an intermediate
 * DN. A value that is not text may mean any entry.
 */
function mayLeadTo(key: string, { nested, usersBase }: Lookups): boolean {
  return nested || !key.startsWith('dn:') || isUnder(key.slice('dn:'.length), usersBase);
}

function evidenceOf(
  { key, value: dn, absent, reason }: UnresolvedReference,
  entry: Member['entry'],
): Evidence {
  // It is not the member's former username. The member may have hidden the new one in order to stay.
  if (key.startsWith('name:') && entry !== undefined && entry.username === undefined)
    return { kind: 'username_unread', key, dn: entry.dn, proof: 'reads' };
  if (absent) return { kind: 'entry_absent', key, dn, proof: 'absence' };
  // A value that is outside the configured bases in two complete reads carries no member.
  return { kind: kindOf(reason), key, dn, proof: reason === 'out_of_scope' ? 'reads' : 'none' };
}
