/** Asks the server whether an entry matches a filter or does not exist. Only its answer is a proof. */
import type { Filter } from 'ldapts';
import { DirectoryError } from '../../errors.ts';
import type { Connection } from '../connection/connect.ts';
import { lookUp } from '../search/entry-search.ts';
import { isolateFailure } from '../session/isolate-failure.ts';
import type { Session } from '../session/session.ts';
import { anyEntry } from './existence.ts';

/**
 * Whether the server finds the entry with this DN by the filter. A failed request confirms nothing.
 * @throws DirectoryError if the connection or the referral policy ends the read
 */
export async function confirms(
  session: Session,
  connection: Connection,
  dn: string,
  filter: Filter,
): Promise<boolean> {
  const found = await ask(session, connection, { base: dn, filter, attributes: ['1.1'] });
  return found !== undefined && found !== 'missing' && !(found instanceof DirectoryError);
}

/**
 * Whether the server answers that no entry has this DN. An entry that hides every attribute is not reported as absent.
 * A server that does not disclose an entry gives the same answer as for one that does not exist.
 * @throws DirectoryError if the connection or the referral policy ends the read
 */
export async function isMissing(session: Session, connection: Connection, dn: string): Promise<boolean> {
  const filter = anyEntry(session.collection.traits);
  return (await ask(session, connection, { base: dn, filter, attributes: ['1.1'] })) === 'missing';
}

function ask(session: Session, connection: Connection, search: Parameters<typeof lookUp>[1]) {
  return isolateFailure(session, connection, () => lookUp(connection, search, session.paging));
}
