/** The configurations that the processes of the installation use, and their reloads. */
import { sql } from 'kysely';
import type { LastReload } from '../../model/status/health.ts';
import type { Database } from '../database/database.ts';
import { query } from '../database/sql.ts';
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
