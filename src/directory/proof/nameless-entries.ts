/**
 * Finds entries that show no identity, and may be a person or group that a search by identity did not find: an access rule can
 * hide the identity of an entry together with an attribute of a filter. Each is at the last DN, or has the last name.
 */
import { type Filter, OrFilter } from 'ldapts';
import { DirectoryError } from '../../errors.ts';
import type { LastSeen } from '../../model/read-targets.ts';
import type { ExternalId } from '../../model/snapshot.ts';
import { usernameKey } from '../../text/loose-key.ts';
import { textsOf } from '../entry/entry.ts';
import { entryId } from '../entry/identity.ts';
import { lookUp } from '../search/entry-search.ts';
import { BATCH, equals } from '../search/equality-filter.ts';
import { isolateFailure } from '../session/isolate-failure.ts';
import { searchContexts } from '../session/naming-contexts.ts';
import type { Session } from '../session/session.ts';
import { confirms } from './confirms.ts';
import { anyEntry } from './existence.ts';

interface NamelessSearch {
  readonly lastSeen: ReadonlyMap<ExternalId, LastSeen>;
  /** The attribute that holds their names. */
  readonly attribute: string;
  /** Whether an entry with this DN can be one of them. */
  readonly isInScope: (dn: string) => boolean;
  /** Whether another search found an entry with this identity. */
  readonly wasFound: (id: ExternalId) => boolean;
  /** Matches entries that are certainly not of this kind. */
  readonly none: Filter;
}

/**
 * The DNs of such entries, for each person or group who may be one of them. Excludes entries that the server proves not
 * to be users, or groups, of the configuration.
 * @throws DirectoryError when the connection fails, or a search by name
 */
export async function findNameless(
  session: Session,
  search: NamelessSearch,
): Promise<ReadonlyMap<ExternalId, readonly string[]>> {
  const found = new Map<ExternalId, string[]>();
  const candidates = new Map<string, Set<ExternalId>>();
  const add = (dn: string, id: ExternalId) => {
    const ids = candidates.get(dn);
    if (ids) ids.add(id);
    else candidates.set(dn, new Set([id]));
  };
  for (const [id, { dn }] of search.lastSeen)
    if (search.isInScope(dn) && (await mayBeAt(session, dn, id, search))) add(dn, id);
  await findByName(session, search, add);
  for (const [dn, ids] of candidates) {
    if (await confirms(session, session.connection, dn, search.none)) continue;
    for (const id of ids) found.set(id, [...(found.get(id) ?? []), dn]);
  }
  return found;
}

/** Whether an entry exists that shows no identity, or one that a search does not find. True also if that is unknown. */
async function mayBeAt(
  session: Session,
  dn: string,
  id: ExternalId,
  { wasFound }: NamelessSearch,
): Promise<boolean> {
  const { traits } = session.collection;
  const search = { base: dn, filter: anyEntry(traits), attributes: [traits.idAttribute] };
  const entry = await lookUpIsolated(session, search);
  if (entry === 'missing') return false;
  if (entry === undefined || entry instanceof DirectoryError) return true;
  const shown = entryId(entry, traits.idAttribute);
  return shown === undefined || (shown === id && !wasFound(id));
}

async function findByName(
  session: Session,
  { lastSeen, attribute, isInScope }: NamelessSearch,
  add: (dn: string, id: ExternalId) => void,
): Promise<void> {
  const { idAttribute } = session.collection.traits;
  const named = [...lastSeen].filter(([, { name }]) => name !== undefined && name !== '');
  const byName = Map.groupBy(named, ([, { name = '' }]) => usernameKey(name));
  const names = [...byName.keys()];
  for (let at = 0; at < names.length; at += BATCH) {
    const filters = names.slice(at, at + BATCH).map(name => equals(attribute, name));
    const filter = new OrFilter({ filters });
    const search = { filter, attributes: [idAttribute, attribute], about: `for entries by ${attribute}` };
    await searchContexts(session, session.connection, search, entry => {
      if (!isInScope(entry.dn) || entryId(entry, idAttribute) !== undefined) return;
      for (const text of textsOf(entry, attribute))
        for (const [id] of byName.get(usernameKey(text)) ?? []) add(entry.dn, id);
    });
  }
}

function lookUpIsolated(session: Session, search: Parameters<typeof lookUp>[1]) {
  const { connection, paging } = session;
  return isolateFailure(session, connection, () => lookUp(connection, search, paging));
}
