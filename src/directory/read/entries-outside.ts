/**
 * Checks requested people that were not read as users: does their entry exist, and is it certain that they are not
 * users?
 */
import { AndFilter, type Filter, OrFilter } from 'ldapts';
import type { ExternalId, Snapshot } from '../../model/snapshot.ts';
import type { Entry } from '../entry/entry.ts';
import { entryId, identityValue } from '../entry/identity.ts';
import { usersOf } from '../members/references.ts';
import { noUser } from '../proof/negation.ts';
import { BATCH, equals } from '../search/equality-filter.ts';
import { isBelow, searchContexts } from '../session/naming-contexts.ts';
import type { Session } from '../session/session.ts';

/**
 * Searches the whole directory for them, and collects those that are users after all.
 * @throws DirectoryError if any search fails
 */
export async function findOutside(
  session: Session,
  people: readonly ExternalId[],
): Promise<Pick<Snapshot, 'outside' | 'unclear'>> {
  const { collection } = session;
  const { settings, traits, users } = collection;
  const outside = new Map<ExternalId, { readonly dn: string }>();
  const unread = (ids: Iterable<ExternalId>) => [...ids].filter(id => !users.ids.has(id));
  const isSought = (dn: string) => settings.users.outside === 'lookup' || isBelow(dn, settings.users.baseDn);
  const attributes = [traits.idAttribute];
  const all = { filter: undefined, attributes };
  await findByIdentity(session, unread(people), all, (id, { dn }) => outside.set(id, { dn }));
  const sought = () => unread(outside.keys()).filter(id => isSought(outside.get(id)?.dn ?? ''));
  const ours = usersOf(collection);
  await findByIdentity(session, sought(), ours, (_, entry) => isSought(entry.dn) && ours.collect(entry));
  const unclear = new Set(sought());
  const none = { filter: noUser(collection), attributes };
  await findByIdentity(session, sought(), none, id => unclear.delete(id));
  for (const id of outside.keys()) if (users.ids.has(id) || unclear.has(id)) outside.delete(id);
  return { outside, unclear };
}

/**
 * Entries with these identities that match the filter, anywhere in the directory. Without a filter, all of them: a
 * presence filter on objectClass would hide those whose objectClass the account may not read.
 * @throws DirectoryError when any search fails
 */
export async function findByIdentity(
  session: Session,
  ids: readonly ExternalId[],
  { filter, attributes }: { readonly filter: Filter | undefined; readonly attributes: readonly string[] },
  onFound: (id: ExternalId, entry: Entry) => void,
): Promise<void> {
  const { idAttribute } = session.collection.traits;
  for (const each of identified(idAttribute, ids)) {
    const wanted = filter ? new AndFilter({ filters: [filter, each] }) : each;
    const search = { filter: wanted, attributes, about: `for entries by ${idAttribute}` };
    await searchContexts(session, session.connection, search, entry => {
      const id = entryId(entry, idAttribute);
      if (id !== undefined) onFound(id, entry);
    });
  }
}

/** Filters for these identities, in batches. */
export function identified(attribute: string, ids: readonly ExternalId[]): Filter[] {
  const filters: Filter[] = [];
  for (let at = 0; at < ids.length; at += BATCH) {
    const some = ids.slice(at, at + BATCH).map(id => equals(attribute, identityValue(id, attribute)));
    filters.push(new OrFilter({ filters: some }));
  }
  return filters;
}
