/** Loads the progress of a run. */
import { sql } from 'kysely';
import type { Run } from '../../model/run.ts';
import type { Database } from '../database/database.ts';
import { queryOne } from '../database/sql.ts';
import { getRun } from './request.ts';

/**
 * The current run, the database's current time, and the number of entries in the last complete read of its directory if
 * it is comparable. undefined if the run does not exist.
 */
export async function loadProgress(
  db: Database,
  id: number,
): Promise<
  { readonly run: Run; readonly at: Date; readonly expectedEntries: number | undefined } | undefined
> {
  const run = await getRun(db, id);
  if (run === undefined) return undefined;
  const row = await queryOne(
    db.orm.em.fork(),
    sql<{ at: number; entries: number | null }>`
      select extract(epoch from now())::float8 * 1000 as at, (
        select (counts #>> '{read,entries}')::float8 from sync_run
        where directory = ${run.directory} and id < ${id} and group_name is null and reverts is null and counts ? 'plan'
        order by id desc limit 1
      ) as entries`,
  );
  const entries = (run.group ?? run.user) === undefined ? row?.entries : undefined;
  return { run, at: new Date(row?.at ?? 0), expectedEntries: entries ?? undefined };
}
