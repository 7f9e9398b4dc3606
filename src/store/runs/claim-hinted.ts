/** Claims and drops hinted runs, which are not queued: they exist only while they read, and afterwards if they change anything. */
import { sql } from 'kysely';
import type { Run } from '../../model/run.ts';
import { ACTIVE, LEASED } from '../../model/run-status.ts';
import type { Database } from '../database/database.ts';
import { statusList } from '../database/in-status.ts';
import { sqlState } from '../database/sql.ts';
import { execute, readFrom } from '../database/transaction.ts';
import { findRun } from './run-record.ts';

/** undefined: another run of the directory is active or queued. A queued run goes first, because it may read everything. */
export async function claimHinted(
  db: Database,
  directory: string,
  { owner, leaseMs }: { readonly owner: string; readonly leaseMs: number },
): Promise<Run | undefined> {
  try {
    const [claimed] = await execute(
      db,
      sql<{ id: number }>`
        insert into sync_run (directory, trigger, mode, status, owner, lease_until, started_at, forgotten_before)
        select ${directory}, 'change', 'apply', 'reading', ${owner}, now() + ${leaseMs} * interval '1 millisecond', now(),
          coalesce((select forgotten from directory_state s where s.directory = ${directory}), 0)
        where not exists (
          select from sync_run o where o.directory = ${directory} and o.status in (${statusList(['queued', ...ACTIVE])})
        )
        returning id::float8 as id`,
    );
    return claimed === undefined ? undefined : await readFrom(db, em => findRun(em, claimed.id));
  } catch (error) {
    if (sqlState(error) === '23505') return undefined;
    throw error;
  }
}

/** Deletes a run that changes nothing. false: its plan is saved, or this owner no longer has it. */
export async function dropRun(
  db: Database,
  id: number,
  { owner }: { readonly owner: string },
): Promise<boolean> {
  const dropped = await execute(
    db,
    sql`
      delete from sync_run
      where id = ${id} and owner = ${owner} and status in (${statusList(LEASED)})
      returning id`,
  );
  return dropped.length > 0;
}
