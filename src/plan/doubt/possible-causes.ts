/**
 * Finds unresolved values that may have caused memberships: the DN of a nested group that was not read, or the new DN of an
 * entry that moved.
 *
 *   the value                                        may have caused the membership of
 *   was unresolved in this group in the last         members who stayed because of it since; if the group had members when
 *   complete read                                    the value first became unresolved, and an entry is there, also any
 *                                                    member whose entry was read
 *   is the former DN of a linked person              that person (names.ts), and members who are not found: their entries
 *                                                    may have moved to this DN
 *   leads to an entry that was a nested group        any member, until two complete reads have shown it
 *   leads to another entry with an identity          no member: what an entry with an identity is, is a fact
 *   is any other value                               any member, even if it is the DN of a group whose AccessGroup does
 *                                                    not have the member: that AccessGroup is from an earlier read
 */
import type { UserLink } from '../../model/current.ts';
import type { KnownDoubt } from '../../model/doubt.ts';
import type { UnresolvedReference } from '../../model/snapshot.ts';
import { isUnder } from '../../text/dn-key.ts';
import type { Evidence } from './evidence.ts';
import { type GroupValues, wasNested } from './group-values.ts';
import { dnReference, entryOf, type Lookups, nameReference } from './lookups.ts';
import { kindOf, type Member, missing, usernamesIn } from './names.ts';

/** One value is enough for a doubt. At most this many are listed. */
const MAX_NAMED = 20;

/** Finds the values that may have caused the membership of this member, except the member's own names. */
export function possibleCauses(
  member: Member,
  values: GroupValues,
  lookups: Lookups,
  known: KnownDoubt | undefined,
): Evidence[] {
  const found: Evidence[] = [];
  for (const key of known?.keys ?? []) {
    const reference = values.byKey.get(key);
    if (reference !== undefined && mayCause(reference, member, lookups))
      found.push(evidenceOf(reference, member.entry, lookups));
  }
  const lasting = member.entry === undefined ? [] : values.lasting;
  for (const reference of [...values.fresh, ...lasting]) {
    if (found.length >= MAX_NAMED) break;
    if (mayCause(reference, member, lookups)) found.push(evidenceOf(reference, member.entry, lookups));
  }
  return found;
}

/**
 * Returns a doubt about a member who is not found, if a value matches no entry or an entry without an identity: the
 * person's entry may have moved there before it was hidden.
 */
export function hiddenMember(member: Member, values: GroupValues, lookups: Lookups): Evidence[] {
  if (member.entry !== undefined) return [];
  const { byDn, byName } = values.unidentified;
  const isPossible = byDn.size + byName.size > 0 || values.byKey.values().some(each => isOpen(each));
  return isPossible ? [missing(member, values, lookups)] : [];
}

function mayCause(reference: UnresolvedReference, { entry, link }: Member, lookups: Lookups): boolean {
  const { key } = reference;
  if (wasNested(reference, lookups)) return true;
  if (!isOpen(reference) || wasMembersOwn(key, link)) return false;
  if (entry === undefined) return true;
  if (key.startsWith('name:')) return entry.username === undefined && !isAnothersName(key, lookups);
  return !lookups.formerDns.has(key) && mayLeadTo(key, lookups);
}

/** Whether the value may lead to any entry. */
function isOpen({ reason, identity, candidates }: UnresolvedReference): boolean {
  return identity === undefined && candidates.length === 0 && reason !== 'not_a_dn';
}

/** names.ts searches for the person who had this DN or username. */
function wasMembersOwn(key: string, { dn, username }: UserLink): boolean {
  return key === dnReference(dn) || (username !== undefined && key === nameReference(username));
}

/** Whether another person had the username, and is not known to have a new one. */
function isAnothersName(key: string, lookups: Lookups): boolean {
  const owner = lookups.formerNames.get(key);
  return owner !== undefined && entryOf(owner, lookups)?.username === undefined;
}

/**
 * Whether a value may have led to a person whose entry was read at another DN: through a nested group, or at an intermediate
 * DN. A value that is not text may mean any entry.
 */
function mayLeadTo(key: string, { nested, usersBase }: Lookups): boolean {
  return nested || !key.startsWith('dn:') || isUnder(key.slice('dn:'.length), usersBase);
}

function evidenceOf(reference: UnresolvedReference, entry: Member['entry'], lookups: Lookups): Evidence {
  const { key, value: dn, absent, reason } = reference;
  const { nameAttribute } = lookups;
  if (wasNested(reference, lookups)) return { kind: 'entry_absent', key, dn, proof: 'reads' };
  if (key.startsWith('name:') && entry !== undefined && entry.username === undefined) {
    // The DN contradicts the value. The member may have hidden the username in order to stay.
    const names = usernamesIn(entry.dn, nameAttribute);
    const isOther = names.length > 0 && !names.includes(key);
    return { kind: 'username_unread', key, dn: entry.dn, proof: isOther ? 'reads' : 'none' };
  }
  if (absent) return { kind: 'entry_absent', key, dn, proof: 'absence' };
  // A value that is outside the configured bases in two complete reads causes no membership.
  return { kind: kindOf(reason), key, dn, proof: reason === 'out_of_scope' ? 'reads' : 'none' };
}
