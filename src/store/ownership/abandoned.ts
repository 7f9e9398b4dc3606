/** Finds directories that own groups but are no longer configured. */
import { sql } from 'kysely';
import type { Abandoned } from '../../model/ownership.ts';
import type { Database } from '../database/database.ts';
import { query } from '../database/sql.ts';

/**
 * The directories that manage groups but are not configured, with the number of their groups and
 * memberships and the last successful run (case B13).
 */
export async function abandonedDirectories(
  db: Database,
  configured: readonly string[],
): Promise<readonly Abandoned[]> {
  const rows = await query(
    db.orm.em.fork(),
    sql<{ name: string; groups: number; memberships: number; success: number | null }>`
      select d.directory as name, count(*)::int as groups,
        sum((select count(*) from access_group_members m where m.access_group_id = d.id))::int as memberships,
        (select extract(epoch from r.finished_at)::float8 * 1000 from sync_run r
          where r.directory = d.directory and r.mode = 'apply' and r.reverts is null and r.status = 'succeeded'
          order by r.id desc limit 1) as success
      from (
        select distinct directory, access_group_id as id from directory_group
        where access_group_id is not null and directory <> all(${configured}::text[])
      ) as d
      group by d.directory
      order by d.directory`,
  );
  return rows.map(({ success, ...row }) => ({
    ...row,
    lastSuccessAt: success === null ? undefined : new Date(success),
  }));
}
