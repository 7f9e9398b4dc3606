/** The unresolved values of one group, indexed for the judgement of its members. */
import type { ExternalId, IdSet, Members, Snapshot, UnresolvedReference } from '../../model/snapshot.ts';
import { each, filtered, grouped, type Steps } from '../../steps/steps.ts';
import { storable } from '../../text/storable.ts';
import { type Grace, isRepeated } from './evidence.ts';
import { dnReference, doubtKey, type Lookups, nameReference } from './lookups.ts';
import { type Unidentified, unidentifiedAmong } from './unidentified-entries.ts';

export interface GroupValues {
  readonly accessGroupId: number;
  /** Ordinals of the people whom the values name; `named` indexes them by DN and username, if a member needs that. */
  readonly users: ReadonlySet<number>;
  readonly named: NamedUsers;
  /** The DNs of the nested groups, by reference key, if a member needs that. */
  readonly nested: ReadonlyMap<string, string>;
  readonly fromEntries: boolean;
  readonly byKey: ReadonlyMap<string, UnresolvedReference>;
  /** By key of an ambiguous value, those whom it may name and who matched no local user in the last read. */
  readonly formerlyUnmatched: ReadonlyMap<string, readonly number[]>;
  /**
   * Values that may have caused memberships in the last complete read, or in a later partial read: values that were resolved or
   * that only another group had, and values whose entries two complete reads have not missed yet.
   */
  readonly fresh: readonly UnresolvedReference[];
  /** Values that became unresolved, or were added, while the group had members, and whose entries exist but are still unreadable. */
  readonly lasting: readonly UnresolvedReference[];
  /** Identities of the entries behind values that are not configured users, with their DNs. */
  readonly identities: ReadonlyMap<string, string>;
  /** Entries that the values name, or may name, and that show no unique identity. */
  readonly unidentified: Unidentified;
}

/** Ordinals by the reference key of their DN, and by that of the username by which a value names them. */
export interface NamedUsers {
  readonly byDn: ReadonlyMap<string, readonly number[]>;
  readonly byName: ReadonlyMap<string, readonly number[]>;
}

const NOT_INDEXED: NamedUsers = { byDn: new Map(), byName: new Map() };

/** A group whose values are judged. */
export interface Source {
  readonly accessGroupId: number;
  /** The directory groups that feed it. */
  readonly sources: readonly ExternalId[];
  /** The DNs of these directory groups. */
  readonly dns: readonly string[];
  readonly present: IdSet;
  /** Current members whom no value is known to name. */
  readonly remove: IdSet;
  readonly members: Extract<Members, { readonly kind: 'complete' }>;
}

/** Indexes the values of a group. Linear in their number. */
export function* arrangeValues(
  { accessGroupId, sources, dns, present, remove, members }: Source,
  { lookups, ...grace }: Grace & { readonly lookups: Lookups },
): Steps<GroupValues> {
  const { users, references, fromEntries } = members;
  const byKey = new Map<string, UnresolvedReference>();
  const identities = new Map<string, string>();
  yield* each(references, index => {
    const read = lookups.snapshot.references[index];
    if (read === undefined) return;
    const key = storable(read.key);
    byKey.set(key, { ...read, key });
    if (read.identity !== undefined) identities.set(read.identity, read.value);
  });
  const unread = yield* filtered(remove, userId => hasOtherNames(userId, accessGroupId, lookups));
  return {
    accessGroupId,
    users: new Set(users),
    named: unread.length > 0 ? yield* index(members, lookups.snapshot) : NOT_INDEXED,
    nested: unread.length > 0 ? nestedIn(dns, lookups) : new Map(),
    fromEntries,
    byKey,
    formerlyUnmatched: formerlyUnmatchedAmong(byKey, lookups.unmatchedBefore.get(accessGroupId), lookups),
    fresh: yield* filtered(byKey.values(), reference => isFresh(reference, sources, lookups, grace)),
    lasting: yield* filtered(byKey.values(), reference => isLasting(reference, sources, lookups)),
    identities,
    unidentified: yield* unidentifiedAmong(users, { accessGroupId, present: new Set(present) }, lookups),
  };
}

function formerlyUnmatchedAmong(
  byKey: ReadonlyMap<string, UnresolvedReference>,
  before: ReadonlySet<string> | undefined,
  { ambiguous: { byCandidate, byDn } }: Lookups,
): GroupValues['formerlyUnmatched'] {
  const found = new Map<string, number[]>();
  if (byCandidate.size === 0) return found;
  for (const dn of before ?? [])
    for (const ordinal of byDn.get(dn) ?? [])
      for (const key of byCandidate.get(ordinal) ?? []) {
        const others = found.get(key);
        if (others !== undefined) others.push(ordinal);
        else if (byKey.has(key)) found.set(key, [ordinal]);
      }
  return found;
}

/** Whether no complete read found the value so in this group before, or whether it ends by reading and has not yet. */
function isFresh(
  reference: UnresolvedReference,
  sources: readonly ExternalId[],
  lookups: Lookups,
  grace: Grace,
): boolean {
  const { key, absent } = reference;
  const known = lookups.current.references.get(key);
  if (known?.absent !== absent || !sources.some(source => known.groups[source] !== undefined)) return true;
  return endsByReads(reference, lookups) && !isRepeated(known, grace);
}

/**
 * Whether the entry may have caused memberships in every read since the value was added or became unresolved. A value that
 * leads to another server is no such value: groups of a forest have such values permanently.
 */
function isLasting(
  reference: UnresolvedReference,
  sources: readonly ExternalId[],
  lookups: Lookups,
): boolean {
  const { key, absent, reason } = reference;
  const known = lookups.current.references.get(key);
  if (known?.absent !== absent || reason === 'elsewhere' || endsByReads(reference, lookups)) return false;
  return sources.some(source => known.groups[source] === true);
}

function endsByReads(reference: UnresolvedReference, lookups: Lookups): boolean {
  return reference.absent || reference.reason === 'out_of_scope' || wasNested(reference, lookups);
}

/** Whether the entry was a nested group that caused memberships, and is not a group of the configuration now. */
export function wasNested({ identity }: UnresolvedReference, { nestedBefore }: Lookups): boolean {
  return identity !== undefined && nestedBefore.has(identity);
}

/** Only members whose entry, DN or username is not the one of the last read are searched for by name. */
function hasOtherNames(
  userId: number,
  accessGroupId: number,
  { linkOf, ordinalOf, snapshot, doubts }: Lookups,
): boolean {
  const link = linkOf.get(userId);
  if (link === undefined) return false;
  const entry = snapshot.users[ordinalOf.get(link.externalId) ?? -1];
  const isSame = entry?.dn === link.dn && entry.username !== undefined && entry.username === link.username;
  return !isSame || doubts.has(doubtKey(accessGroupId, userId));
}

function nestedIn(dns: readonly string[], { snapshot }: Lookups): Map<string, string> {
  const all = new Set(dns);
  for (const dn of all) for (const nested of snapshot.causes?.get(dn)?.nested ?? []) all.add(nested);
  return new Map([...all].map(dn => [dnReference(dn), dn]));
}

function* index({ users, byUsername }: Source['members'], snapshot: Snapshot): Steps<NamedUsers> {
  const keyOf = (ordinal: number, key: (text: string) => string, of: 'dn' | 'username') => {
    const text = snapshot.users[ordinal]?.[of];
    return text === undefined ? '' : key(text);
  };
  return {
    byDn: yield* grouped(users, ordinal => keyOf(ordinal, dnReference, 'dn')),
    byName: yield* grouped(byUsername, ordinal => keyOf(ordinal, nameReference, 'username')),
  };
}
