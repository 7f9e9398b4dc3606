/** The configurations that the processes of the installation use, and their reloads. */
import { sql } from 'kysely';
import type { LastReload } from '../../model/status/health.ts';
import type { Database } from '../database/database.ts';
import { query, queryOne } from '../database/sql.ts';
import { execute } from '../database/transaction.ts';
import { isRecent } from './processes.ts';

/** Values by key, with secrets masked. */
type Shown = Readonly<Record<string, unknown>>;

/** Records the configuration with which the process began. */
export async function recordConfiguration(db: Database, process: string, config: Shown): Promise<void> {
  await execute(db, updateOf(process, config));
}

/** Records a reload of the process. `config`: the configuration that it uses from now on; undefined: that of before. */
export async function recordReload(
  db: Database,
  process: string,
  { by, changed, problems }: Omit<LastReload, 'at'>,
  config: Shown | undefined,
): Promise<void> {
  const noted = sql`
    insert into config_change (process, by, changed, problems)
    values (${process}::uuid, ${by}, ${[...changed]}::text[], ${[...problems]}::text[])`;
  await execute(
    db,
    config === undefined ? noted : sql`with noted as (${noted}) ${updateOf(process, config)}`,
  );
}

function updateOf(process: string, config: Shown) {
  return sql`
    update service_process set config = ${JSON.stringify(config)}::jsonb, loaded_at = now()
    where id = ${process}::uuid`;
}

/** The configuration of one process. */
export interface RunningConfiguration {
  /** Host and process id. */
  readonly name: string;
  readonly config: Shown;
}

/** The configurations of the processes that are alive. */
export function runningConfigurations(db: Database): Promise<readonly RunningConfiguration[]> {
  return query(
    db.orm.em.fork(),
    sql<RunningConfiguration>`
      select name, config from service_process
      where config is not null and ended_at is null and ${isRecent}
      order by name`,
  );
}

/** A reload that a command requested. */
export interface ReloadRequest {
  readonly by: string;
  /** The processes that were asked. */
  readonly processes: readonly { readonly id: string; readonly name: string }[];
  /** The newest reload before the request. */
  readonly after: number;
}

/** Asks all processes that are alive to reload their configurations. */
export async function requestReloads(db: Database, by: string): Promise<ReloadRequest> {
  const rows = await query(
    db.orm.em.fork(),
    sql<{ id: string; name: string; after: number }>`
      update service_process set reload_by = ${by}
      where config is not null and ended_at is null and ${isRecent}
      returning id, name, (select coalesce(max(id), 0)::float8 from config_change) as after`,
  );
  return { by, processes: rows.map(({ id, name }) => ({ id, name })), after: rows[0]?.after ?? 0 };
}

/** The user who asked the process to reload its configuration; undefined: no user did since the last call. */
export async function takeReloadRequest(db: Database, process: string): Promise<string | undefined> {
  const row = await queryOne(
    db.orm.em.fork(),
    sql<{ by: string }>`
      with asked as (
        select id, reload_by from service_process where id = ${process}::uuid and reload_by is not null for update
      )
      update service_process p set reload_by = null from asked where p.id = asked.id
      returning asked.reload_by as by`,
  );
  return row?.by;
}

/** What a process answered to the request. Without problems, the configuration is applied. */
export interface ReloadAnswer {
  readonly process: string;
  readonly changed: readonly string[];
  readonly problems: readonly string[];
}

/** The answers so far. */
export function reloadAnswers(
  db: Database,
  { by, processes, after }: ReloadRequest,
): Promise<readonly ReloadAnswer[]> {
  return query(
    db.orm.em.fork(),
    sql<ReloadAnswer>`
      select distinct on (c.process) p.name as process, c.changed, c.problems
      from config_change c join service_process p on p.id = c.process
      where c.id > ${after} and c.by = ${by} and c.process = any(${processes.map(({ id }) => id)}::uuid[])
      order by c.process, c.id`,
  );
}
