/** The processes of the installation, which report to the database that they are alive. */
import { sql } from 'kysely';
import type { Role } from '../../model/settings.ts';
import type { LastReload, ServiceProcess } from '../../model/status/health.ts';
import type { Database } from '../database/database.ts';
import { query } from '../database/sql.ts';
import { execute } from '../database/transaction.ts';

/** How often a process reports. */
export const REPORT_MS = 10_000;
/** Longer than two late reports. */
const SILENT_MS = 35_000;
/** The process reported lately. */
export const isRecent = sql`seen_at >= now() - ${SILENT_MS} * interval '1 millisecond'`;
const SHOWN = sql`interval '1 day'`;
/** Keys that concern the whole installation. The others may differ, because each process may have its own port or log level. */
const SHARED = '^(directories|notify|retention)';

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

interface ProcessRow extends Omit<LastReload, 'at'> {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly version: string;
  readonly state: ServiceProcess['state'];
  /** In milliseconds since 1970, as are the others. */
  readonly started: number;
  readonly seen: number;
  readonly loaded: number | null;
  readonly configDigest: string | null;
  readonly reloadAt: number | null;
}

/** The processes that reported within the last day: alive ones first. */
export async function listProcesses(db: Database): Promise<ServiceProcess[]> {
  const rows = await query(
    db.orm.em.fork(),
    sql<ProcessRow>`
      select p.name, p.roles, p.version, extract(epoch from p.loaded_at)::float8 * 1000 as loaded,
        (select left(md5(jsonb_object_agg(key, value)::text), 12) from jsonb_each(p.config) where key ~ ${SHARED}) as "configDigest",
        extract(epoch from c.at)::float8 * 1000 as "reloadAt", c.by, c.changed, c.problems, extract(epoch from p.started_at)::float8 * 1000 as started,
        extract(epoch from p.seen_at)::float8 * 1000 as seen,
        case when p.ended_at is not null then 'stopped'
          when p.seen_at < now() - ${SILENT_MS} * interval '1 millisecond' then 'silent'
          else 'alive' end as state
      from service_process p
        left join lateral (select * from config_change where process = p.id order by id desc limit 1) c on true
      where p.seen_at >= now() - ${SHOWN}
      order by state, p.name`,
  );
  return rows.map(({ name, roles, version, state, ...row }) => ({
    name,
    roles,
    version,
    state,
    startedAt: new Date(row.started),
    seenAt: new Date(row.seen),
    configDigest: row.configDigest ?? undefined,
    loadedAt: row.loaded === null ? undefined : new Date(row.loaded),
    lastReload:
      row.reloadAt === null
        ? undefined
        : { at: new Date(row.reloadAt), by: row.by, changed: row.changed, problems: row.problems },
  }));
}
