import { sql } from 'kysely';
import type { Database } from '../../../src/store/database/database.ts';
import { rowsOf } from './saved-plan.ts';

/** The instant of the newest row of the audit, the epoch before the first. Whatever is written from now on is later. */
export async function moment(db: Database): Promise<Date> {
  const [row] = await rowsOf(
    db,
    sql<{
      ms: number | null;
    }>`select ceil(extract(epoch from max(at)) * 1000)::float8 as ms from membership_change`,
  );
  return new Date(row?.ms ?? 0);
}
