/** Values of a group that may name one person directly: by identity, by address, by username, or by what matches it. */
import { dnKey, isUnder } from '../../dn/dn-key.ts';
import type { DirectoryUser, UnresolvedReference, UserLink } from '../../model.ts';
import type { DoubtKind } from '../../model-doubt.ts';
import type { People } from '../people.ts';
import { type Evidence, identityKey } from './evidence.ts';
import type { GroupValues } from './group-values.ts';
import { dnReference, type Lookups, nameReference } from './lookups.ts';

/** A linked member, and the entry that bears the identity of the link where exactly one does. */
export interface Member {
  readonly userId: number;
  readonly link: UserLink;
  readonly ordinal: number | undefined;
  readonly entry: DirectoryUser | undefined;
}

/** Ambiguous values of which the member's entry is a candidate. */
export function ambiguousNames(member: Member, values: GroupValues, lookups: Lookups): Evidence[] {
  const { snapshot } = lookups;
  const mine = candidatesOf(member, values, lookups);
  return mine
    .filter(reference => !belongsToAnother(reference, member, values, lookups))
    .map(reference => {
      const dns = reference.candidates.map(ordinal => snapshot.users[ordinal]?.dn ?? '').sort();
      const dn = [reference.value, ...dns].filter(text => text !== '').join(' | ');
      return { kind: 'ambiguous_user', key: reference.key, dn, proof: 'none' };
    });
}

/** By the entry with the identity, or by the entries that share it or stand at its last DN without showing one. */
function candidatesOf(
  { ordinal, link }: Member,
  { byCandidate }: GroupValues,
  { snapshot }: Lookups,
): UnresolvedReference[] {
  if (byCandidate.size === 0) return [];
  if (ordinal !== undefined) return [...(byCandidate.get(ordinal) ?? [])];
  const last = dnReference(link.dn);
  return [...byCandidate]
    .filter(([candidate]) => {
      const person = snapshot.users[candidate];
      if (person?.idIssue === undefined) return false;
      return person.sharedId === link.externalId || dnReference(person.dn) === last;
    })
    .flatMap(([, references]) => references);
}

/**
 * An ambiguous username that another present member bore before stands for that member. Without this, a person who
 * leaves a group could stay in it by taking the username of a colleague who is in it.
 */
function belongsToAnother(
  { key, candidates }: UnresolvedReference,
  { link }: Member,
  { present }: GroupValues,
  { snapshot, current }: Lookups,
): boolean {
  if (!key.startsWith('name:')) return false;
  if (link.username !== undefined && nameReference(link.username) === key) return false;
  const identities = new Set(candidates.map(ordinal => snapshot.users[ordinal]?.externalId));
  return current.links.some(
    other =>
      identities.has(other.externalId) &&
      present.has(other.userId) &&
      other.username !== undefined &&
      nameReference(other.username) === key,
  );
}

/** A value that is the DN or the username under which the member's entry was last read. */
export function formerNames(member: Member, values: GroupValues, lookups: Lookups): Evidence[] {
  const { link } = member;
  const byDn = values.byKey.get(dnReference(link.dn));
  const byName = link.username === undefined ? undefined : values.byKey.get(nameReference(link.username));
  return [
    ...(byDn === undefined ? [] : atFormerDn(byDn, member, lookups)),
    ...(byName === undefined ? [] : atFormerName(byName, member, lookups)),
  ];
}

/** At the last DN stands an entry with another identity, no person: it is not the member, who may be out of sight. */
function atFormerDn(reference: UnresolvedReference, { link, ordinal }: Member, lookups: Lookups): Evidence[] {
  const { key, value: dn, reason, absent, identity, candidates } = reference;
  if (candidates.length > 0) return [];
  if (identity !== undefined) return ordinal === undefined ? [missing(link, lookups)] : [];
  return [{ kind: absent ? 'entry_absent' : kindOf(reason), key, dn, proof: absent ? 'absence' : 'none' }];
}

/** Others bear the name now: who bore it before is one of them (`ambiguousNames`), or out of sight. */
function atFormerName(reference: UnresolvedReference, { link, entry }: Member, lookups: Lookups): Evidence[] {
  const { key, value: dn, absent, candidates } = reference;
  if (candidates.length > 0) return entry === undefined ? [missing(link, lookups)] : [];
  if (entry !== undefined && entry.username === undefined)
    return [{ kind: 'username_unread', key, dn: entry.dn, proof: 'none' }];
  return [{ kind: 'entry_absent', key, dn, proof: absent ? 'absence' : 'none' }];
}

/** The kind of doubt behind an unresolved value. */
export function kindOf(reason: UnresolvedReference['reason']): DoubtKind {
  switch (reason) {
    case 'elsewhere':
    case 'undecodable':
    case 'out_of_scope':
      return reason;
    case 'dangling_dn':
    case 'no_directory_user':
      return 'entry_absent';
    case 'ambiguous_user':
    case 'second_username':
      return 'ambiguous_user';
    case 'not_a_user':
    case 'not_a_dn':
    case 'unreadable':
      return 'unreadable';
  }
}

/** Entries that the values name and that may be the member's, although they do not show so. */
export function doubtfulEntries(
  { link, ordinal }: Member,
  { doubtfulEntries: entries }: GroupValues,
  { snapshot, includeDisabled }: Lookups,
): Evidence[] {
  const last = dnReference(link.dn);
  return [...entries].flatMap(([key, index]) => {
    const person = snapshot.users[index];
    if (person === undefined || (person.disabled === true && !includeDisabled)) return [];
    const isHis =
      person.sharedId === link.externalId ||
      (ordinal === undefined && person.idIssue === 'source_id_missing' && mayBe(person, link, key === last));
    if (!isHis) return [];
    const kind = person.idIssue ?? 'source_id_missing';
    return [{ kind, key: `entry:${key}`, dn: person.dn, proof: 'none' }];
  });
}

function mayBe({ username }: DirectoryUser, link: UserLink, isAtLastDn: boolean): boolean {
  if (isAtLastDn) return true;
  return username !== undefined && link.username?.toLowerCase() === username.toLowerCase();
}

/** The member's own entry carries the membership, or another entry took its place, and it is not there. */
export function missingEntry(
  member: Member,
  values: GroupValues,
  lookups: Lookups,
  people: People,
): Evidence[] {
  const { snapshot } = lookups;
  const { link, entry, userId } = member;
  if (entry !== undefined) {
    const isUnread = values.fromEntries && entry.primaryGroupUnread === true;
    const key = `primary:${link.externalId}`;
    return isUnread ? [{ kind: 'primary_group_unread', key, dn: entry.dn, proof: 'absence' }] : [];
  }
  const last = dnReference(link.dn);
  for (const ordinal of values.users) {
    if (values.fromEntries) break;
    const person = snapshot.users[ordinal];
    if (person === undefined || person.idIssue !== undefined) continue;
    if (people.possible.get(ordinal)?.includes(userId) || dnReference(person.dn) === last)
      return [missing(link, lookups)];
  }
  return values.fromEntries ? [missing(link, lookups)] : [];
}

/** Not there, as far as this server knows: of what it refers to others for, it knows nothing. */
function missing({ externalId, dn }: UserLink, { referredTo }: Lookups): Evidence {
  const key = dnKey(dn);
  const isElsewhere = referredTo.some(place => place === '' || (key !== undefined && isUnder(key, place)));
  return isElsewhere
    ? { kind: 'elsewhere', key: identityKey(externalId), dn, proof: 'none' }
    : { kind: 'entry_absent', key: identityKey(externalId), dn, proof: 'absence' };
}
