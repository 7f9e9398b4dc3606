/** Values of a group that may name one person directly: by identity, by address, by username, or by what matches it. */
import type { UserLink } from '../../model/current.ts';
import type { DoubtKind, KnownDoubt } from '../../model/doubt.ts';
import type { DirectoryUser, UnresolvedReference } from '../../model/snapshot.ts';
import { dnKey, isUnder, readDn, typeName } from '../../text/dn-key.ts';
import { storable } from '../../text/storable.ts';
import { type Evidence, identityKey, PRIMARY } from './evidence.ts';
import type { GroupValues } from './group-values.ts';
import { dnReference, doubtKey, isNameless, type Lookups, nameReference } from './lookups.ts';
import { entriesLike } from './unidentified-entries.ts';

/** By the id of a local user, ordinals of the people who may be that user, which is undecided. */
export type Undecided = ReadonlyMap<number, readonly number[]>;

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
  const mine = candidatesOf(member, values);
  return mine
    .filter(reference => !belongsToAnother(reference, member, values, lookups))
    .map(reference => {
      const dns = reference.candidates.map(ordinal => snapshot.users[ordinal]?.dn ?? '').sort();
      const dn = [reference.value, ...dns].filter(text => text !== '').join(' | ');
      const proof = isTheirs(reference.key, member, lookups) ? 'none' : 'reads';
      return { kind: 'ambiguous_user', key: reference.key, dn, proof };
    });
}

/**
 * What is ambiguous is the member's own: a DN, the username that was the member's before, or one that is in the DN of the
 * entry. Any other the member may have put there to stay, so that it counts for two complete reads only.
 */
function isTheirs(key: string, { link, entry }: Member, { nameAttribute }: Lookups): boolean {
  if (!key.startsWith('name:') || wasTheirs(key, link)) return true;
  const [rdn = []] = readDn(entry?.dn ?? '') ?? [];
  return rdn.some(({ type, value }) => typeName(type) === nameAttribute && nameReference(value) === key);
}

/** A link by username that does not know the username is from before it was remembered. */
function wasTheirs(key: string, { username, matchedBy }: UserLink): boolean {
  return username === undefined ? matchedBy === 'username' : nameReference(username) === key;
}

/** By the entry with the identity, and by the entries that share it or are at its last DN without showing one. */
function candidatesOf(
  { ordinal, link }: Member,
  { byCandidate, byUnidentified }: GroupValues,
): readonly UnresolvedReference[] {
  if (byCandidate.size === 0) return [];
  const mine = ordinal === undefined ? [] : (byCandidate.get(ordinal) ?? []);
  const keys = [link.externalId, dnReference(link.dn)];
  return [...mine, ...keys.flatMap(key => byUnidentified.get(key) ?? [])];
}

/**
 * An ambiguous username that was another's, or nobody's, when the directory was last read stands for that other or for
 * nobody, and so does one of a disabled account. Without this, a person who leaves a group could stay in it by taking a
 * name that it holds.
 */
function belongsToAnother(
  { key, candidates }: UnresolvedReference,
  { link, ordinal, userId }: Member,
  { accessGroupId }: GroupValues,
  { snapshot, current, doubts, isOthers, nobodyBefore, includeDisabled }: Lookups,
): boolean {
  if (!key.startsWith('name:')) return false;
  if (link.username !== undefined && nameReference(link.username) === key) return false;
  if (doubts.get(doubtKey(accessGroupId, userId))?.keys.includes(key)) return false;
  if (current.references.has(key) || isOthers(key.slice('name:'.length), link)) return true;
  const before = nobodyBefore.get(accessGroupId);
  return candidates.some(each => {
    const { dn = '', disabled } = snapshot.users[each] ?? {};
    const isNobody = disabled === true && !includeDisabled && !wasTheirs(key, link);
    return each !== ordinal && (isNobody || before?.has(storable(dn)));
  });
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
  if (entry !== undefined && entry.username === undefined)
    return [{ kind: 'username_unread', key, dn: entry.dn, proof: 'none' }];
  if (candidates.length > 0) return entry === undefined ? [missing(link, lookups)] : [];
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
  member: Member,
  { unidentified }: GroupValues,
  lookups: Lookups,
  known: KnownDoubt | undefined,
): Evidence[] {
  return [...entriesLike(member, unidentified, lookups, known)].map(ordinal => {
    const { idIssue: kind = 'source_id_missing', dn = '' } = lookups.snapshot.users[ordinal] ?? {};
    return { kind, key: `entry:${dnReference(dn)}`, dn, proof: 'none' };
  });
}

/** The member's own entry carries the membership, or another entry took its place, and it is not there. */
export function missingEntry(
  member: Member,
  values: GroupValues,
  lookups: Lookups,
  undecided: Undecided,
): Evidence[] {
  const { link, entry, userId } = member;
  if (entry !== undefined) {
    const isHidden = link.username !== undefined && entry.username === undefined;
    if (isHidden && calledAs(link, values).length > 0)
      return [{ kind: 'username_unread', key: nameReference(link.username), dn: entry.dn, proof: 'none' }];
    const isUnread = values.fromEntries && entry.primaryGroupUnread === true;
    const key = `${PRIMARY}${link.externalId}`;
    return isUnread ? [{ kind: 'primary_group_unread', key, dn: entry.dn, proof: 'none' }] : [];
  }
  if (values.fromEntries) return [missing(link, lookups)];
  const others = [
    ...(values.named().byDn.get(dnReference(link.dn)) ?? []),
    ...calledAs(link, values),
    ...(undecided.get(userId) ?? []).filter(ordinal => values.users.has(ordinal)),
  ];
  const tookPlace = others.some(ordinal => {
    const person = lookups.snapshot.users[ordinal];
    // These are in doubt for another reason (`doubtfulEntries`). A disabled one carries nothing, and may be another's.
    return person === undefined || (!isNameless(person, lookups) && person.sharedId !== link.externalId);
  });
  return tookPlace ? [missing(link, lookups)] : [];
}

/** Ordinals of those whom a value names by the username that the member's entry had when it was last read. */
function calledAs({ username }: UserLink, values: GroupValues): readonly number[] {
  if (username === undefined) return [];
  return values.named().byName.get(nameReference(username)) ?? [];
}

/**
 * Not there, as far as can be told: not where an entry shows no identity, or several show this one, and not where the server
 * refers to others, of which it knows nothing.
 */
function missing({ externalId, dn }: UserLink, { referredTo, nameless, shared }: Lookups): Evidence {
  const reference = dnReference(dn);
  if (shared.has(externalId))
    return { kind: 'duplicate_id', key: identityKey(externalId), dn, proof: 'none' };
  if (nameless.has(reference))
    return { kind: 'source_id_missing', key: `entry:${reference}`, dn, proof: 'none' };
  const key = dnKey(dn);
  const isElsewhere = referredTo.some(place => place === '' || (key !== undefined && isUnder(key, place)));
  return isElsewhere
    ? { kind: 'elsewhere', key: identityKey(externalId), dn, proof: 'none' }
    : { kind: 'entry_absent', key: identityKey(externalId), dn, proof: 'absence' };
}
