/** Reads from the catalog of PostgreSQL what is there: the application's tables, Rollcall's own schema, and rights. */
import { sql } from 'kysely';
import type { TheirTable } from '../../model/settings.ts';
import { CORE_TABLES, type CoreTableKey, quoted } from '../core/names.ts';
import type { Database } from '../database/database.ts';
import { query, queryOne } from '../database/sql.ts';

/** A column of one of the application's tables. */
export interface ColumnFacts {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  readonly mayRead: boolean;
}

/** One table of the application. */
export interface TableFacts {
  readonly kind: 'table' | 'view';
  readonly columns: readonly ColumnFacts[];
  /** The columns or expressions of each unique index without a condition. */
  readonly uniques: readonly (readonly string[])[];
  /** Policies hide rows from the role. */
  readonly hidesRows: boolean;
  /** What the role may do with the table. `use`: with its schema. */
  readonly rights: Readonly<Record<'use' | 'select' | 'references' | 'trigger' | 'insert', boolean>>;
}

/** Rollcall's own schema. */
export interface SchemaFacts {
  readonly role: string;
  readonly exists: boolean;
  /** The role may create the schema if it is absent, and tables in it if it exists. */
  readonly mayCreate: boolean;
  /** Tables and views in it, with the comment of each. */
  readonly relations: ReadonlyMap<
    string,
    { readonly kind: 'table' | 'view'; readonly comment: string | null }
  >;
  /** The tables that the foreign keys to the core tables refer to. */
  readonly targets: Readonly<Partial<Record<CoreTableKey, string>>>;
}

/** undefined: there is no such table or view. */
export async function tableFacts(
  db: Database,
  table: TheirTable,
  role: string,
): Promise<TableFacts | undefined> {
  const em = db.orm.em.fork();
  const found = await queryOne(
    em,
    sql<{ oid: number; kind: 'table' | 'view' } & Omit<TableFacts, 'kind' | 'columns'>>`
      select c.oid::integer as oid, case when c.relkind in ('r', 'p') then 'table' else 'view' end as kind,
        row_security_active(c.oid) as "hidesRows",
        coalesce((
          select json_agg((
            select json_agg(pg_get_indexdef(i.indexrelid, at, true) order by at)
            from generate_series(1, i.indnkeyatts) as at
          ))
          from pg_index i
          where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indpred is null
        ), '[]') as uniques,
        json_build_object(
          'use', has_schema_privilege(${role}, c.relnamespace, 'usage'),
          'select', has_table_privilege(${role}, c.oid, 'select'),
          'references', has_any_column_privilege(${role}, c.oid, 'references'),
          'trigger', has_table_privilege(${role}, c.oid, 'trigger'),
          'insert', has_table_privilege(current_user, c.oid, 'insert')
        ) as rights
      from pg_class c
      where c.relnamespace = to_regnamespace(${quoted(table.schema)}) and c.relname = ${table.table}
        and c.relkind in ('r', 'p', 'v', 'm', 'f')`,
  );
  if (found === undefined) return undefined;
  const { oid, ...facts } = found;
  return { ...facts, columns: await columnFacts(db, oid, role) };
}

async function columnFacts(db: Database, table: number, role: string): Promise<readonly ColumnFacts[]> {
  return query(
    db.orm.em.fork(),
    sql<ColumnFacts>`
      select attname as name, format_type(atttypid, null) as type, attnotnull as "notNull",
        atthasdef or attidentity <> '' as "hasDefault",
        has_column_privilege(${role}, attrelid, attnum, 'select') as "mayRead"
      from pg_attribute
      where attrelid = ${table}::integer::oid and attnum > 0 and not attisdropped
      order by attnum`,
  );
}

/** The largest id of the table; undefined if it is empty. */
export async function largestId(
  db: Database,
  { schema, table }: TheirTable,
  column: string,
): Promise<number | undefined> {
  const row = await queryOne(
    db.orm.em.fork(),
    sql<{ largest: number | null }>`
      select max(${sql.id(column)})::float8 as largest from ${sql.id(schema, table)}`,
  );
  return row?.largest ?? undefined;
}

const REFERRING: Readonly<Partial<Record<CoreTableKey, string>>> = {
  users: 'access_group_members_user_id_foreign',
  teams: 'access_group_team_id_foreign',
  projects: 'access_group_projects_project_id_foreign',
};

/** `role`: the role whose rights count, which is the owner of the views once they exist. */
export async function schemaFacts(db: Database): Promise<SchemaFacts> {
  const em = db.orm.em.fork();
  const own = sql`to_regnamespace(${quoted(db.schema)})`;
  const row = await queryOne(
    em,
    sql<{ role: string; exists: boolean; mayCreate: boolean }>`
      select ${own} is not null as exists,
        case when ${own} is null then has_database_privilege(current_database(), 'create')
          else has_schema_privilege(${own}, 'create') end as "mayCreate",
        coalesce((
          select pg_get_userbyid(relowner)::text from pg_class
          where relnamespace = ${own} and relname = ${CORE_TABLES.users} and relkind = 'v'
        ), current_user::text) as role`,
  );
  const relations = await query(
    em,
    sql<{ name: string; kind: 'table' | 'view'; comment: string | null }>`
      select relname as name, case relkind when 'v' then 'view' else 'table' end as kind,
        obj_description(oid, 'pg_class') as comment
      from pg_class
      where relnamespace = ${own} and relkind in ('r', 'p', 'v', 'm', 'f')`,
  );
  const targets = await query(
    em,
    sql<{ constraint: string; target: string }>`
      select conname as constraint, n.nspname || '.' || c.relname as target
      from pg_constraint k
      join pg_class c on c.oid = k.confrelid
      join pg_namespace n on n.oid = c.relnamespace
      where k.connamespace = ${own} and conname = any(${Object.values(REFERRING)}::text[])`,
  );
  const targetOf = new Map(targets.map(({ constraint, target }) => [constraint, target]));
  return {
    role: row?.role ?? '',
    exists: row?.exists ?? false,
    mayCreate: row?.mayCreate ?? false,
    relations: new Map(relations.map(({ name, ...relation }) => [name, relation])),
    targets: Object.fromEntries(
      Object.entries(REFERRING).map(([key, constraint]) => [key, targetOf.get(constraint)]),
    ),
  };
}
