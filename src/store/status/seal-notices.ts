/** Seals the audit together with the notices about the new head. */

import type { Anchor } from '../../model/audit.ts';
import type { NewNotice } from '../../model/status/alarm.ts';
import { sealNext } from '../audit/seal.ts';
import type { Database } from '../database/database.ts';
import { sqlState } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { insertNotices } from './alarms.ts';

export interface Sealed {
  readonly anchor: Anchor;
  readonly transactions: number;
  /** Ids of the notices to deliver. */
  readonly notices: readonly string[];
}

const UNIQUE_VIOLATION = '23505';

/** Seals some of the rows that have no seal. undefined: there are none, or another process is sealing them. */
export async function sealSome(
  db: Database,
  build: (anchor: Anchor) => readonly NewNotice[],
): Promise<Sealed | undefined> {
  try {
    return await transact(
      db,
      async em => {
        const sealed = await sealNext(em);
        return sealed && { ...sealed, notices: await insertNotices(em, undefined, build(sealed.anchor)) };
      },
      { isolationLevel: 'repeatable read' },
    );
  } catch (error) {
    if (sqlState(error) === UNIQUE_VIOLATION) return undefined;
    throw error;
  }
}
