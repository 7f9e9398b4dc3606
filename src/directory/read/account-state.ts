/**
 * Checks the accounts of people who would be added. If the bind account may not read the attribute of a disabled
 * account, the account looks enabled. So the entry must show the attribute, or the server must confirm that it has
 * none.
 */
import { AndFilter, type Filter, OrFilter, PresenceFilter } from 'ldapts';
import type { ExternalId, Snapshot } from '../../model/snapshot.ts';
import { type Entry, firstText } from '../entry/entry.ts';
import { entryId } from '../entry/identity.ts';
import { knownAttributes } from '../proof/attribute-types.ts';
import { noValue } from '../proof/negation.ts';
import { searchSome } from '../search/paged-search.ts';
import { searchContexts } from '../session/naming-contexts.ts';
import type { Session } from '../session/session.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import { findByIdentity } from './entries-outside.ts';

/** For more people than this, searches for all people cost less. */
const MAX_BY_IDENTITY = 5_000;

/**
 * Returns the people whose accounts may be disabled. An attribute that the server shows for no account is left out,
 * because it distinguishes none (`unshownStates`).
 * @throws DirectoryError when any search fails
 */
export async function findHiddenStates(
  session: Session,
  people: readonly ExternalId[],
): Promise<Pick<Snapshot, 'hiddenStates' | 'unshownStates'>> {
  const { collection, connection } = session;
  const { traits } = collection;
  const hiddenStates = new Set<ExternalId>();
  const unshownStates: string[] = [];
  if (people.length === 0) return { hiddenStates, unshownStates };
  const known = await knownAttributes(session, connection, traits.accountAttributes);
  const plain = await withNone(session, people, known);
  const others = people.filter(id => !plain.has(id));
  for (const attribute of others.length === 0 ? [] : known) {
    const open = await openBy(session, others, attribute);
    const closed = others.filter(id => !open.has(id));
    if (closed.length === 0) continue;
    if (await isVisible(session, attribute)) for (const id of closed) hiddenStates.add(id);
    else unshownStates.push(attribute);
  }
  return { hiddenStates, unshownStates };
}

/**
 * People for whom the server confirms that they have none of these attributes: in most directories all people, with one
 * search. Every account of Active Directory has them.
 */
async function withNone(
  session: Session,
  people: readonly ExternalId[],
  attributes: readonly string[],
): Promise<ReadonlySet<ExternalId>> {
  const plain = new Set<ExternalId>();
  const { collection } = session;
  const isOnAll = attributes.some(name => collection.traits.always.user.includes(name));
  if (attributes.length === 0 || isOnAll) return plain;
  await find(session, people, noValue(attributes, collection), [], id => plain.add(id));
  return plain;
}

/** People who show the attribute, and people for whom the server confirms that they have none. */
async function openBy(
  session: Session,
  people: readonly ExternalId[],
  attribute: string,
): Promise<ReadonlySet<ExternalId>> {
  const open = new Set<ExternalId>();
  await find(session, people, new PresenceFilter({ attribute }), [attribute], (id, entry) => {
    if (firstText(entry, attribute) !== undefined) open.add(id);
  });
  const others = people.filter(id => !open.has(id));
  if (others.length === 0) return open;
  await find(session, others, noValue([attribute], session.collection), [], id => open.add(id));
  return open;
}

async function find(
  session: Session,
  people: readonly ExternalId[],
  filter: Filter,
  shown: readonly string[],
  onFound: (id: ExternalId, entry: Entry) => void,
): Promise<void> {
  const { settings, traits } = session.collection;
  const attributes = [traits.idAttribute, ...shown];
  if (people.length <= MAX_BY_IDENTITY)
    return await findByIdentity(session, people, { filter, attributes }, onFound);
  const both = new AndFilter({ filters: [parseFilter(settings.users.filter), filter] });
  const search = { filter: both, attributes, about: 'for people by the state of their accounts' };
  await searchContexts(session, session.connection, search, entry => {
    const id = entryId(entry, traits.idAttribute);
    if (id !== undefined) onFound(id, entry);
  });
}

/** Whether the server shows the attribute, or confirms its absence, for at least one person. */
async function isVisible({ collection, connection, paging }: Session, attribute: string): Promise<boolean> {
  const { settings, traits } = collection;
  const has = new PresenceFilter({ attribute });
  const isAlways = traits.always.user.includes(attribute);
  const says = isAlways ? has : new OrFilter({ filters: [has, noValue([attribute], collection)] });
  const filter = new AndFilter({ filters: [parseFilter(settings.users.filter), says] });
  const search = { base: settings.users.baseDn, scope: 'sub', filter, attributes: ['1.1'] } as const;
  const { entries } = await searchSome(connection, search, { ...paging, pageSize: 1 });
  return entries.length > 0;
}
