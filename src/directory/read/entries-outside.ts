/**
 * Checks requested people that were not read as users: does their entry exist, and is it certain that they are not
 * users?
 */
import { AndFilter, type Filter, OrFilter } from 'ldapts';
import type { ReadTargets } from '../../model/read-targets.ts';
import type { ExternalId, Snapshot } from '../../model/snapshot.ts';
import type { Entry } from '../entry/entry.ts';
import { entryId } from '../entry/identity.ts';
import type { Traits } from '../entry/vendor.ts';
import { usersOf } from '../members/references.ts';
import { findHidden } from '../proof/hidden-entries.ts';
import { findNameless } from '../proof/nameless-entries.ts';
import { noUser } from '../proof/negation.ts';
import { equals, identified } from '../search/equality-filter.ts';
import { isBelow, searchContexts } from '../session/naming-contexts.ts';
import type { Session } from '../session/session.ts';

/**
 * Searches the whole directory for them, and collects those that are users after all. If other entries show the same
 * identity, it proves nothing about the person.
 * @throws DirectoryError if any search fails
 */
export async function findOutside(
  session: Session,
  people: readonly ExternalId[],
  lastSeen: ReadTargets['lastSeen'] = new Map(),
): Promise<Pick<Snapshot, 'outside' | 'unclear'>> {
  const { collection } = session;
  const { settings, traits, users } = collection;
  const isUnread = (id: ExternalId) => !users.ids.has(id);
  const isInScope = (dn: string) => settings.users.outside === 'lookup' || isBelow(dn, settings.users.baseDn);
  const attributes = [traits.idAttribute];
  const dnsOf = new Map<ExternalId, string[]>();
  await findByIdentity(session, people.filter(isUnread), { filter: undefined, attributes }, (id, { dn }) =>
    dnsOf.set(id, [...(dnsOf.get(id) ?? []), dn]),
  );
  const ours = usersOf(collection);
  const among = [...dnsOf.keys()].filter(id => dnsOf.get(id)?.some(isInScope));
  await findByIdentity(session, among, ours, (_, entry) => isInScope(entry.dn) && ours.collect(entry));
  const none = noUser(collection);
  const sure = new Set<string>();
  const unread = among.filter(isUnread);
  await findByIdentity(session, unread, { filter: none, attributes }, (_, { dn }) => sure.add(dn));
  const nameless = await findNameless(session, {
    lastSeen: new Map(people.flatMap(id => pairOf(lastSeen, id))),
    attribute: settings.users.username,
    isInScope,
    wasFound: id => dnsOf.has(id) || users.ids.has(id),
    none,
  });
  const isSought = (id: ExternalId) => lastSeen.has(id) && isUnread(id) && !dnsOf.has(id);
  const hidden = await findHidden(session, people.filter(isSought));
  const outside = new Map<ExternalId, { readonly dn: string }>();
  const unclear = new Map<ExternalId, readonly string[]>(
    hidden.map(id => [id, [lastSeen.get(id)?.dn ?? '']]),
  );
  for (const id of new Set([...dnsOf.keys(), ...nameless.keys()])) {
    const dns = isUnread(id) ? (dnsOf.get(id) ?? []) : [];
    const unproved = dns.filter(dn => isInScope(dn) && !sure.has(dn));
    const all = [...unproved, ...(nameless.get(id) ?? [])];
    const [dn] = dns;
    if (all.length > 0) unclear.set(id, all);
    else if (dn !== undefined && dns.length === 1) outside.set(id, { dn });
  }
  return { outside, unclear };
}

/** The entry of a map, if it has one. */
export function pairOf<K, V>(map: ReadonlyMap<K, V>, key: K): [K, V][] {
  const value = map.get(key);
  return value === undefined ? [] : [[key, value]];
}

/**
 * Entries with these identities that match the filter, anywhere in the directory. Without a filter, all of them, also
 * those that lost a replication conflict: a presence filter on objectClass would hide those whose objectClass the account
 * may not read.
 * @throws DirectoryError when any search fails
 */
export async function findByIdentity(
  session: Session,
  ids: readonly ExternalId[],
  { filter, attributes }: { readonly filter: Filter | undefined; readonly attributes: readonly string[] },
  onFound: (id: ExternalId, entry: Entry) => void,
): Promise<void> {
  const { traits } = session.collection;
  const { idAttribute } = traits;
  for (const each of identified(idAttribute, ids)) {
    const wanted = filter ? new AndFilter({ filters: [filter, each] }) : alsoHidden(each, traits);
    const search = { filter: wanted, attributes, about: `for entries by ${idAttribute}` };
    await searchContexts(session, session.connection, search, entry => {
      const id = entryId(entry, idAttribute);
      if (id !== undefined) onFound(id, entry);
    });
  }
}

function alsoHidden(filter: Filter, { hiddenClass }: Traits): Filter {
  if (hiddenClass === undefined) return filter;
  const hidden = new AndFilter({ filters: [equals('objectClass', hiddenClass), filter] });
  return new OrFilter({ filters: [filter, hidden] });
}
