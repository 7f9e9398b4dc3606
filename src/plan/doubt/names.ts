/** Finds the values of a group that may name one person directly: by identity, DN or username. */
import type { UserLink } from '../../model/current.ts';
import type { DoubtKind, KnownDoubt } from '../../model/doubt.ts';
import type { DirectoryUser, UnresolvedReference } from '../../model/snapshot.ts';
import { dnKey, isUnder, readDn, typeName } from '../../text/dn-key.ts';
import { type Evidence, entryKey, identityKey, PRIMARY } from './evidence.ts';
import type { GroupValues } from './group-values.ts';
import { hiddenEntry } from './hiding-entries.ts';
import { dnReference, doubtKey, isNameless, type Lookups, nameReference } from './lookups.ts';
import { entriesLike } from './unidentified-entries.ts';

/** By the id of a local user, ordinals of the unmatched people who may be that user. */
export type Undecided = ReadonlyMap<number, readonly number[]>;

/** A linked member, and the entry with the identity of the link if there is exactly one. */
export interface Member {
  readonly userId: number;
  readonly link: UserLink;
  readonly ordinal: number | undefined;
  readonly entry: DirectoryUser | undefined;
}

/** Returns the ambiguous values that may mean the member's entry. */
export function ambiguousNames(member: Member, values: GroupValues, lookups: Lookups): Evidence[] {
  return candidatesOf(member, lookups)
    .filter(key => values.byKey.has(key) && !belongsToAnother(key, member, values, lookups))
    .map(key => {
      const proof = isMembersOwn(key, member, lookups) ? 'none' : 'reads';
      return { kind: 'ambiguous_user', key, dn: lookups.ambiguous.texts.get(key) ?? '', proof };
    });
}

/**
 * Whether an ambiguous value belongs to the member: it is a DN, the member's former username, or the username of the entry. If no
 * other person had that username, the group would name the member by it. A second username counts only until two complete reads
 * have shown it.
 */
function isMembersOwn(key: string, { link, entry }: Member, { nameAttribute }: Lookups): boolean {
  if (!key.startsWith('name:') || wasMembersOwn(key, link)) return true;
  const { username, dn = '' } = entry ?? {};
  return username === undefined
    ? usernamesIn(dn, nameAttribute).includes(key)
    : nameReference(username) === key;
}

/** Returns the reference keys of the usernames in the first part of a DN. */
export function usernamesIn(dn: string, nameAttribute: string): readonly string[] {
  const [rdn = []] = readDn(dn) ?? [];
  return rdn.flatMap(({ type, value }) => (typeName(type) === nameAttribute ? nameReference(value) : []));
}

/** A link by username without a stored username was made by a version that did not store it. */
function wasMembersOwn(key: string, { username, matchedBy }: UserLink): boolean {
  return username === undefined ? matchedBy === 'username' : nameReference(username) === key;
}

/**
 * Finds the keys of ambiguous values that may mean the entry with the identity of the link, an entry that shares this identity,
 * or an entry without identity at its last DN.
 */
function candidatesOf({ ordinal, link }: Member, { ambiguous }: Lookups): readonly string[] {
  const { byCandidate, byUnidentified } = ambiguous;
  if (byCandidate.size === 0) return [];
  const mine = ordinal === undefined ? [] : (byCandidate.get(ordinal) ?? []);
  const keys = [link.externalId, dnReference(link.dn)];
  return [...mine, ...keys.flatMap(key => [...(byUnidentified.get(key) ?? [])])];
}

/**
 * Whether an ambiguous username belongs to another entry: in the last read, another person or no local user had it, or a
 * disabled account has it. Without this rule, a person who leaves a group could stay in it by taking a username that the
 * group names.
 */
function belongsToAnother(
  key: string,
  { link, ordinal, userId, entry }: Member,
  { accessGroupId, formerlyUnmatched }: GroupValues,
  { current, doubts, hadOtherOwner, ambiguous, includeDisabled }: Lookups,
): boolean {
  if (!key.startsWith('name:')) return false;
  if (link.username !== undefined && nameReference(link.username) === key) return false;
  if (doubts.get(doubtKey(accessGroupId, userId))?.keys.includes(key)) return false;
  // A name that matched no entry before may be the new one of the member.
  const known = current.references.get(key);
  const isNew = known?.absent === true && nameReference(entry?.username ?? '') === key;
  if ((known !== undefined && !isNew) || hadOtherOwner(key.slice('name:'.length), link)) return true;
  const isOther = (ordinals: readonly number[] = []) => ordinals.some(each => each !== ordinal);
  const isDisabledOwner =
    !includeDisabled && !wasMembersOwn(key, link) && isOther(ambiguous.disabled.get(key));
  return isDisabledOwner || isOther(formerlyUnmatched.get(key));
}

/** Finds a value that is the last known DN or username of the member's entry. */
export function formerNames(member: Member, values: GroupValues, lookups: Lookups): Evidence[] {
  const { link } = member;
  const byDn = values.byKey.get(dnReference(link.dn));
  const byName = link.username === undefined ? undefined : values.byKey.get(nameReference(link.username));
  return [
    ...(byDn === undefined ? [] : atFormerDn(byDn, member, values, lookups)),
    ...(byName === undefined ? [] : atFormerName(byName, member, values, lookups)),
  ];
}

/** If an entry with another identity now has the last DN and is not a user, the member's own entry may be unreadable. */
function atFormerDn(
  reference: UnresolvedReference,
  member: Member,
  values: GroupValues,
  lookups: Lookups,
): Evidence[] {
  const { key, value: dn, reason, absent, identity, candidates } = reference;
  if (candidates.length > 0) return [];
  if (identity !== undefined) return member.ordinal === undefined ? [missing(member, values, lookups)] : [];
  return [{ kind: absent ? 'entry_absent' : kindOf(reason), key, dn, proof: absent ? 'absence' : 'none' }];
}

/**
 * If others have the username now, its former owner is one of them (`ambiguousNames`), was not read, or lost it: two complete
 * reads must show that.
 */
function atFormerName(
  reference: UnresolvedReference,
  member: Member,
  values: GroupValues,
  lookups: Lookups,
): Evidence[] {
  const { key, value: dn, absent, candidates } = reference;
  const { entry, ordinal = -1 } = member;
  const gone = entry === undefined ? [missing(member, values, lookups)] : [];
  if (entry !== undefined && entry.username === undefined)
    return [{ kind: 'username_unread', key, dn: entry.dn, proof: 'none' }];
  if (entry !== undefined && candidates.length > 0 && !candidates.includes(ordinal))
    return [{ kind: 'entry_absent', key, dn, proof: 'reads' }];
  if (candidates.length > 0 || gone.some(({ proof }) => proof === 'none')) return gone;
  return [{ kind: 'entry_absent', key, dn, proof: absent ? 'absence' : 'none' }];
}

/** Returns the kind of doubt for an unresolved value. */
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
    case 'user_and_group':
      return 'unreadable';
  }
}

/** Finds entries that the values name and that may belong to the member, although they do not show the identity. */
export function doubtfulEntries(
  member: Member,
  { unidentified }: GroupValues,
  lookups: Lookups,
  known: KnownDoubt | undefined,
): Evidence[] {
  return [...entriesLike(member, unidentified, known)].map(ordinal => {
    const { idIssue: kind = 'source_id_missing', dn = '' } = lookups.snapshot.users[ordinal] ?? {};
    return { kind, key: entryKey(dnReference(dn)), dn, proof: 'none' };
  });
}

/**
 * Returns a doubt if the member's entry is absent or not readable, and it may cause the membership or another entry replaced
 * it.
 */
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
  // A value that leads to an entry with this identity is not enough: another entry can show it.
  if (values.fromEntries || values.identities.has(link.externalId)) return [missing(member, values, lookups)];
  const others = [
    ...(values.named.byDn.get(dnReference(link.dn)) ?? []),
    ...calledAs(link, values),
    ...(undecided.get(userId) ?? []).filter(ordinal => values.users.has(ordinal)),
  ];
  const tookPlace = others.some(ordinal => {
    const person = lookups.snapshot.users[ordinal];
    // `doubtfulEntries` returns the entries without identity and those that share it. A disabled one causes no membership, and may
    // be another person's.
    return person === undefined || (!isNameless(person, lookups) && person.sharedId !== link.externalId);
  });
  return tookPlace ? [missing(member, values, lookups)] : [];
}

/** Ordinals of people whom a value names by the member's last known username. */
function calledAs({ username }: UserLink, values: GroupValues): readonly number[] {
  if (username === undefined) return [];
  return values.named.byName.get(nameReference(username)) ?? [];
}

/**
 * Returns the evidence for an entry that was not found. An absence is not proved if an entry may be the member's and hides
 * an attribute by which a value could name it, or if the server refers to another server for this DN.
 */
export function missing(
  member: Omit<Member, 'ordinal' | 'entry'>,
  values: GroupValues,
  lookups: Lookups,
): Evidence {
  const hidden = hiddenEntry(member, values, lookups);
  if (hidden !== undefined) return hidden;
  const { externalId, dn } = member.link;
  const { referredTo } = lookups;
  const key = dnKey(dn);
  const isElsewhere = referredTo.some(place => place === '' || (key !== undefined && isUnder(key, place)));
  return isElsewhere
    ? { kind: 'elsewhere', key: identityKey(externalId), dn, proof: 'none' }
    : { kind: 'entry_absent', key: identityKey(externalId), dn, proof: 'absence' };
}
