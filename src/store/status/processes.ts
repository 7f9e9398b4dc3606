/** The processes of the installation, which report to the database that they are alive. */
import { sql } from 'kysely';
import type { Role } from '../../model/settings.ts';
import type { ServiceProcess } from '../../model/status/health.ts';
import type { Database } from '../database/database.ts';
import { query } from '../database/sql.ts';
import { execute } from '../database/transaction.ts';

/** How often a process reports. */
export const REPORT_MS = 10_000;
/** Longer than two late reports. */
const SILENT_MS = 35_000;
const SHOWN = sql`interval '1 day'`;

/** One process of the service. `id` is random, because host names and process ids are reused. */
export interface Reporter {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly version: string;
}

/** Records that the process is alive, and forgets those that have not reported for a day. */
export async function reportProcess(db: Database, { id, name, roles, version }: Reporter): Promise<void> {
  await execute(
    db,
    sql`
      with old as (delete from service_process where seen_at < now() - ${SHOWN} and id <> ${id}::uuid)
      insert into service_process (id, name, roles, version)
      values (${id}::uuid, ${name}, ${[...roles]}::text[], ${version})
      on conflict (id) do update set seen_at = now(), ended_at = null`,
  );
}

/** Records that the process was stopped. */
export async function endProcess(db: Database, { id }: Pick<Reporter, 'id'>): Promise<void> {
  await execute(db, sql`update service_process set seen_at = now(), ended_at = now() where id = ${id}::uuid`);
}

/** The processes that reported within the last day: alive ones first. */
export async function listProcesses(db: Database): Promise<ServiceProcess[]> {
  const rows = await query(
    db.orm.em.fork(),
    sql<Omit<ServiceProcess, 'startedAt' | 'seenAt'> & { started: number; seen: number }>`
      select name, roles, version, extract(epoch from started_at)::float8 * 1000 as started,
        extract(epoch from seen_at)::float8 * 1000 as seen,
        case when ended_at is not null then 'stopped'
          when seen_at < now() - ${SILENT_MS} * interval '1 millisecond' then 'silent'
          else 'alive' end as state
      from service_process where seen_at >= now() - ${SHOWN}
      order by state, name`,
  );
  return rows.map(({ started, seen, ...row }) => ({
    ...row,
    startedAt: new Date(started),
    seenAt: new Date(seen),
  }));
}
