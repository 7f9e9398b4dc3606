/**
 * Finds entries that may belong to a member who was not found by identity, and that hide an attribute by which the values of a
 * group could name them. Entries that show all these attributes are judged by them.
 *
 *   the entry                                                           may belong to
 *   is one of several that show the identity of the member              that member
 *   shows no identity, and is at the member's last DN                   that member
 *   shows no identity, and has the member's last username               that member
 *   shows no identity since a read that did not find the member either  that member, unless it is at the last DN of
 *                                                                       another person who was not found
 *   showed no identity in a read that found the member                  another person
 */
import type { UserLink } from '../../model/current.ts';
import type { DirectoryUser } from '../../model/snapshot.ts';
import { type Evidence, entryKey, identityKey } from './evidence.ts';
import type { GroupValues } from './group-values.ts';
import { dnReference, doubtKey, type Lookups, type Newest, nameReference } from './lookups.ts';

/** Returns the doubt about a member who was not found and who may be such an entry. */
export function hiddenEntry(
  { userId, link }: { readonly userId: number; readonly link: UserLink },
  values: GroupValues,
  lookups: Lookups,
): Evidence | undefined {
  const { snapshot, hiding, doubts, ambiguous } = lookups;
  const name = link.username === undefined ? '' : nameReference(link.username);
  const known = (doubts.get(doubtKey(values.accessGroupId, userId))?.keys ?? []).filter(isEntryKey);
  const since = sinceOf(link, lookups);
  const isNew = (one: Newest | undefined): one is Newest =>
    one !== undefined && (one.ageMs < 0 || one.ageMs <= since);
  const candidates = [
    ...[dnReference(link.dn), ...known.map(keyOf)].flatMap(key => hiding.byDn.get(key) ?? []),
    ...(hiding.byName.get(name) ?? []),
    ...(hiding.byShared.get(link.externalId) ?? []),
    ...Object.values(hiding.newest)
      .filter(isNew)
      .map(({ ordinal }) => ordinal),
  ];
  const isCalled = values.byKey.has(name) || values.named.byName.has(name);
  const mayBeNamed = (ordinal: number) => {
    const { primaryGroupUnread, username }: Partial<DirectoryUser> = snapshot.users[ordinal] ?? {};
    if (values.fromEntries && primaryGroupUnread === true) return true;
    const isOneOfThem = ambiguous.byCandidate.get(ordinal)?.has(name) === true && values.byKey.has(name);
    return isOneOfThem || (isCalled && username === undefined);
  };
  const found = candidates.find(mayBeNamed);
  const { dn, idIssue: kind } = (found === undefined ? undefined : snapshot.users[found]) ?? {};
  if (dn !== undefined && kind !== undefined)
    return { kind, key: entryKey(dnReference(dn)), dn, proof: 'none' };
  // A read of some groups does not read such an entry, unless it is named.
  const [unread] = snapshot.whole ? [] : known.filter(key => !hiding.byDn.has(keyOf(key)));
  return unread === undefined
    ? undefined
    : { kind: 'source_id_missing', key: unread, dn: link.dn, proof: 'none' };
}

/** Returns for how long complete reads have not found the member; below -1 if the last one did. */
function sinceOf({ externalId, dn, username }: UserLink, { current }: Lookups): number {
  const keys = [
    identityKey(externalId),
    dnReference(dn),
    username === undefined ? '' : nameReference(username),
  ];
  const ages = keys.map(key => {
    const known = current.references.get(key);
    return known?.absent === true ? known.ageMs : -2;
  });
  return Math.max(...ages);
}

const PREFIX = entryKey('');

function isEntryKey(key: string): boolean {
  return key.startsWith(PREFIX);
}

/** Returns the reference key of the DN. */
function keyOf(key: string): string {
  return key.slice(PREFIX.length);
}
