/** The unresolved values of one group, indexed for the judgement of its members. */
import type { IdSet, Members, Snapshot, UnresolvedReference } from '../../model/snapshot.ts';
import { each, filtered, grouped, type Steps } from '../../steps/steps.ts';
import { storable } from '../../text/storable.ts';
import { type Grace, isRepeated } from './evidence.ts';
import { dnReference, type Lookups, nameReference } from './lookups.ts';
import { type Unidentified, unidentifiedAmong } from './unidentified-entries.ts';

export interface GroupValues {
  readonly accessGroupId: number;
  /** Ordinals of the people whom the values name; `named` indexes them by DN and username, if a member needs that. */
  readonly users: ReadonlySet<number>;
  readonly named: NamedUsers;
  readonly fromEntries: boolean;
  readonly byKey: ReadonlyMap<string, UnresolvedReference>;
  /** By key of an ambiguous value, those whom it may name and who matched no local user in the last read. */
  readonly nobodies: ReadonlyMap<string, readonly number[]>;
  /**
   * Values that may have carried members in the last complete read, or in a partial read after it: values that were resolved
   * then, and entries that two complete reads have not missed yet. A value with the former DN or username of a linked person
   * belongs to that person and is not included.
   */
  readonly fresh: readonly UnresolvedReference[];
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

const NOBODY: NamedUsers = { byDn: new Map(), byName: new Map() };

/** The values of a group, and the current members whom no value is known to name. */
interface Values {
  readonly accessGroupId: number;
  readonly members: Pick<
    Extract<Members, { readonly kind: 'complete' }>,
    'users' | 'byUsername' | 'references' | 'fromEntries'
  >;
  readonly remove: IdSet;
}

/** Indexes the values of a group. Linear in their number. */
export function* arrangeValues(
  { accessGroupId, members, remove }: Values,
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
  const unread = yield* filtered(remove, userId => lacksEntryOrName(userId, lookups));
  return {
    accessGroupId,
    users: new Set(users),
    named: unread.length > 0 ? yield* index(members, lookups.snapshot) : NOBODY,
    fromEntries,
    byKey,
    nobodies: nobodiesAmong(byKey, lookups.nobodyBefore.get(accessGroupId), lookups),
    fresh: yield* filtered(byKey.values(), reference => isFresh(reference, lookups, grace)),
    identities,
    unidentified: yield* unidentifiedAmong(users, accessGroupId, lookups),
  };
}

function nobodiesAmong(
  byKey: ReadonlyMap<string, UnresolvedReference>,
  before: ReadonlySet<string> | undefined,
  { ambiguous: { byCandidate, byDn } }: Lookups,
): GroupValues['nobodies'] {
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

function isFresh(
  { key, absent }: UnresolvedReference,
  { current, formerDns, formerNames }: Lookups,
  grace: Grace,
): boolean {
  // names.ts handles the former DN and username of a person.
  if (formerDns.has(key) || formerNames.has(key)) return false;
  const known = current.references.get(key);
  return known === undefined || (absent && known.absent && !isRepeated(known, grace));
}

/** Only members whose entry or username was not read are searched for by name. */
function lacksEntryOrName(userId: number, { linkOf, ordinalOf, snapshot }: Lookups): boolean {
  const link = linkOf.get(userId);
  const ordinal = link === undefined ? undefined : ordinalOf.get(link.externalId);
  return link !== undefined && (ordinal === undefined || snapshot.users[ordinal]?.username === undefined);
}

function* index({ users, byUsername }: Values['members'], snapshot: Snapshot): Steps<NamedUsers> {
  const keyOf = (ordinal: number, key: (text: string) => string, of: 'dn' | 'username') => {
    const text = snapshot.users[ordinal]?.[of];
    return text === undefined ? '' : key(text);
  };
  return {
    byDn: yield* grouped(users, ordinal => keyOf(ordinal, dnReference, 'dn')),
    byName: yield* grouped(byUsername, ordinal => keyOf(ordinal, nameReference, 'username')),
  };
}
