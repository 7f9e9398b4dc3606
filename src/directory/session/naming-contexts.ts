/** Searches the naming contexts of a server that contain the configured bases. */
import { dnKey, isUnder } from '../../text/dn-key.ts';
import type { Connection } from '../connection/connect.ts';
import { textsOf } from '../entry/entry.ts';
import type { OnEntry } from '../search/on-entry.ts';
import { type PagingOptions, searchAll } from '../search/paged-search.ts';
import type { Search } from '../search/search.ts';
import type { Session } from './session.ts';

/**
 * Searches all these contexts. A referral outside the configured bases is ignored: it does not make their members
 * uncertain.
 * @throws DirectoryError if any search fails
 */
export async function searchContexts(
  session: Session,
  connection: Connection,
  { about, ...search }: Pick<Search, 'filter' | 'attributes'> & { readonly about: string },
  onEntry: OnEntry,
): Promise<void> {
  const { onPage, ...others } = session.paging;
  const paging: PagingOptions = {
    ...others,
    referrals: 'ignore',
    onPage: counts => onPage?.({ ...counts, references: 0, uris: [] }),
  };
  for (const base of contexts(session)) {
    const below = { ...search, base, scope: 'sub', about: `below "${base}" ${about}` } as const;
    await searchAll(connection, below, paging, onEntry);
  }
}

/** The contexts to search: an entry can only move within its naming context. */
export function contexts({
  root,
  collection: { settings },
}: Pick<Session, 'root' | 'collection'>): readonly string[] {
  const bases = [settings.users.baseDn, settings.groups.baseDn];
  const own = textsOf(root, 'namingContexts').filter(
    context => dnKey(context) !== '' && bases.some(base => isBelow(base, context)),
  );
  return own.length > 0 ? own : bases;
}

/** Whether an entry is the ancestor itself or lies below it. */
export function isBelow(dn: string, ancestor: string): boolean {
  const [key, ancestorKey] = [dnKey(dn), dnKey(ancestor)];
  return key !== undefined && ancestorKey !== undefined && isUnder(key, ancestorKey);
}
