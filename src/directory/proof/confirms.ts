/** Asks the server whether an entry matches a filter, where only its own statement is a proof. */
import type { Filter } from 'ldapts';
import { DirectoryError } from '../../errors.ts';
import type { Connection } from '../connection/connect.ts';
import { lookUp } from '../search/entry-search.ts';
import { isolateFailure } from '../session/isolate-failure.ts';
import type { Session } from '../session/session.ts';

/**
 * Whether the server finds the entry with this DN by the filter. No statement, such as after a failure of this request, is no
 * confirmation.
 * @throws DirectoryError if the connection or the referral policy ends the read
 */
export async function confirms(
  session: Session,
  connection: Connection,
  dn: string,
  filter: Filter,
): Promise<boolean> {
  const search = { base: dn, filter, attributes: ['1.1'] };
  const found = await isolateFailure(session, connection, () => lookUp(connection, search, session.paging));
  return found !== undefined && found !== 'missing' && !(found instanceof DirectoryError);
}
