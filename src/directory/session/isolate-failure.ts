/** Separates failures of one group or member from failures of the whole read. */
import { PresenceFilter } from 'ldapts';
import { DirectoryError } from '../../errors.ts';
import type { Connection } from '../connection/connect.ts';
import { searchEntry } from '../search/entry-search.ts';
import type { Session } from './session.ts';

/** Failures of the connection, the server or the policy, and reads that became too large; they do not depend on the request. */
const CONNECTION_WIDE: readonly string[] = [
  'malformed',
  'paging_refused',
  'bind_refused',
  'whole_read_needed',
];
/** Failures after which the same question may have an answer. */
const TRANSIENT: readonly string[] = ['time_limit', 'busy'];

/**
 * Runs a request for one group or member. Returns the failure if it affects only that one, including a timeout. Counts
 * a referral.
 * @throws DirectoryError if the connection is lost or the server answers no other request, or if a referral must end
 * the read
 */
export async function isolateFailure<T>(
  { collection, paging }: Pick<Session, 'collection' | 'paging'>,
  connection: Connection,
  read: () => Promise<T>,
): Promise<T | DirectoryError> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DirectoryError) || CONNECTION_WIDE.includes(error.code)) throw error;
    if (error.code === 'referral' && paging.referrals === 'fail') throw error;
    connection.assertBound();
    if (error.code === 'time_limit') await requireResponsiveServer(connection);
    if (error.code === 'referral') collection.counts.references += 1;
    if (TRANSIENT.includes(error.code)) collection.unanswered = true;
    return error;
  }
}

/** The doubt that a failure for one member causes. */
export function doubtOf({ code }: DirectoryError): 'elsewhere' | 'unreadable' {
  return code === 'referral' ? 'elsewhere' : 'unreadable';
}

/** After a timeout, checks that the server still answers: every server has a root DSE. */
async function requireResponsiveServer(connection: Connection): Promise<void> {
  const filter = new PresenceFilter({ attribute: 'objectClass' });
  await searchEntry(connection, { base: '', filter, attributes: ['1.1'] });
}
