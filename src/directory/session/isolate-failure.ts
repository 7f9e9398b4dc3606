/** Failures that concern one group or one member, and no other. */
import { PresenceFilter } from 'ldapts';
import { DirectoryError } from '../../errors.ts';
import type { Connection } from '../connection/connect.ts';
import { searchEntry } from '../search/entry-search.ts';
import type { Session } from './session.ts';

/** What says something about the connection, the server or the policy, whatever was asked. */
const EVERYBODYS: readonly string[] = ['malformed', 'paging_refused', 'bind_refused'];

/**
 * Does what concerns one group or member, and answers with what the server said against it, also when it took too long.
 * A reference to another server is counted.
 * @throws DirectoryError when the connection is gone or answers no other question either, or a referral is to end the read
 */
export async function isolateFailure<T>(
  { collection, paging }: Pick<Session, 'collection' | 'paging'>,
  connection: Connection,
  read: () => Promise<T>,
): Promise<T | DirectoryError> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DirectoryError) || EVERYBODYS.includes(error.code)) throw error;
    if (error.code === 'referral' && paging.referrals === 'fail') throw error;
    connection.assertBound();
    if (error.code === 'time_limit') await requireAnswer(connection);
    if (error.code === 'referral') collection.counts.references += 1;
    return error;
  }
}

/** What a failure for one member says of it. */
export function doubtOf({ code }: DirectoryError): 'elsewhere' | 'unreadable' {
  return code === 'referral' ? 'elsewhere' : 'unreadable';
}

/** A search was given up. Was it that search, or does the server say nothing any more? Every server has a root DSE. */
async function requireAnswer(connection: Connection): Promise<void> {
  const filter = new PresenceFilter({ attribute: 'objectClass' });
  await searchEntry(connection, { base: '', filter, attributes: ['1.1'] });
}
