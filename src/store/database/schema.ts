/** The schema of Rollcall's tables: every session finds them through its search path. */
import { sql } from 'kysely';
import { UnavailableError } from '../../errors.ts';
import type { DatabaseSettings } from '../../model/settings.ts';
import type { Database } from './database.ts';
import { query, queryOne } from './sql.ts';

/**
 * The URL whose sessions search only the configured schema. It is part of the URL, because node-postgres prefers the
 * options of the URL to those that the program gives.
 */
export function inSchema({ url, schema }: DatabaseSettings): string {
  if (schema === undefined) return url;
  const [address = '', parameters] = url.split(/\?(.*)/s);
  const search = new URLSearchParams(parameters);
  search.set('options', `${search.get('options') ?? ''} -c search_path="${schema}"`.trim());
  return `${address}?${search.toString()}`;
}

/** The schema that new tables get. Throws UnavailableError if the sessions do not search the configured schema. */
export async function schemaOf(db: Database, { schema }: DatabaseSettings): Promise<string> {
  const session = await queryOne(
    db.orm.em.fork(),
    sql<{ current: string | null; path: string }>`
      select current_schema() as current, current_setting('search_path') as path`,
  );
  if (schema === undefined) return session?.current ?? db.schema;
  if (session?.path === `"${schema}"`) return schema;
  throw new UnavailableError(
    `the connection ignores database.schema: its search_path is ${session?.path}. A pooler drops the parameter ` +
      `"options": let it pass, or connect to PostgreSQL directly`,
  );
}

/** Creates the schema if it is absent. The check comes first, because CREATE SCHEMA needs a right that the role may lack. */
export async function createSchema(db: Database): Promise<void> {
  const em = db.orm.em.fork();
  const found = await queryOne(em, sql`select from pg_namespace where nspname = ${db.schema}`);
  if (found === undefined) await query(em, sql`create schema if not exists ${sql.id(db.schema)}`);
}
