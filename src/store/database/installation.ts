/** The identity of an installation: its place in PostgreSQL. */
import { sql } from 'kysely';
import type { Database } from './database.ts';
import { query, queryOne } from './sql.ts';

/**
 * An identity of this cluster, database and schema. A dump that was restored elsewhere is another installation, and a
 * standby that was promoted is the same one. Without the right to read the identifier of the cluster, it is that of the
 * database alone.
 */
export async function installationId({ orm, schema }: Pick<Database, 'orm' | 'schema'>): Promise<string> {
  const em = orm.em.fork();
  const allowed = await queryOne(
    em,
    sql<{ allowed: boolean }>`
      select has_function_privilege('pg_catalog.pg_control_system()', 'execute') as allowed`,
  );
  const cluster = allowed?.allowed
    ? sql`(select system_identifier::text from pg_catalog.pg_control_system())`
    : sql`''`;
  const [row] = await query(
    em,
    sql<{ id: string }>`
      select substr(md5(concat_ws('/', ${cluster}, d.oid::text, d.datname, ${schema}::text)), 1, 12) as id
      from pg_database d where d.datname = current_database()`,
  );
  if (row === undefined) throw new Error('the current database is not in pg_database');
  return row.id;
}
