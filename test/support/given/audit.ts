/** The current time of the audit, for tests about earlier times. */
import { sql } from 'kysely';
import type { Database } from '../../../src/store/database/database.ts';
import { rowsOf } from './saved-plan.ts';

/** The time of the newest audit row, or the epoch if there is none. Rows written from now on are later. */
export async function moment(db: Database): Promise<Date> {
  const [row] = await rowsOf(
    db,
    sql<{
      ms: number | null;
    }>`select ceil(extract(epoch from max(at)) * 1000)::float8 as ms from membership_change`,
  );
  return new Date(row?.ms ?? 0);
}
