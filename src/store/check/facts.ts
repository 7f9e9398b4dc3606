/** Reads the application's tables, Rollcall's own schema, and rights from the catalog of PostgreSQL. */
import { sql } from 'kysely';
import type { TheirTable } from '../../model/settings.ts';
import { quoted } from '../core/names.ts';
import type { Database } from '../database/database.ts';
import { query, queryOne } from '../database/sql.ts';

/** A column of one of the application's tables. */
export interface ColumnFacts {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  readonly mayRead: boolean;
  /** The role of the connection may read it, as in RETURNING. */
  readonly mayReturn: boolean;
  /** PostgreSQL computes or numbers it, so no statement may give it a value. */
  readonly isGenerated: boolean;
  /** The values of an enum type. */
  readonly labels: readonly string[];
  /** What the foreign keys of this column alone refer to. */
  readonly refersTo: readonly { readonly table: string; readonly column: string }[];
  /** The sequence of the default, if the role may not use it. */
  readonly sequence: string | null;
}

/** One table of the application. */
export interface TableFacts {
  readonly kind: 'table' | 'partitioned' | 'view';
  readonly columns: readonly ColumnFacts[];
  /** The columns or expressions of each unique index without a condition. */
  readonly uniques: readonly (readonly string[])[];
  /** Policies hide rows from the role. */
  readonly hidesRows: boolean;
  /** What the role may do with the table. `use`: with its schema. The last two are the rights of the connection. */
  readonly rights: Readonly<
    Record<'use' | 'select' | 'references' | 'trigger' | 'mayUse' | 'insert', boolean>
  >;
}

/** Rollcall's own schema. */
export interface SchemaFacts {
  /** The role whose rights count, which is the owner of the schema's tables once they exist. */
  readonly role: string;
  /** The role of the connection, which inserts rows. */
  readonly user: string;
  readonly exists: boolean;
  /** The role may create the schema if it is absent, and tables in it if it exists. */
  readonly mayCreate: boolean;
  /** Tables and views in it, with the comment of each. */
  readonly relations: ReadonlyMap<
    string,
    { readonly kind: 'table' | 'view'; readonly comment: string | null }
  >;
  /** What the foreign keys of the schema refer to, by name. */
  readonly keys: ReadonlyMap<string, { readonly table: string; readonly column: string }>;
  /** The triggers with Rollcall's prefix on tables of the application, of any installation. */
  readonly triggers: readonly { readonly name: string; readonly table: string; readonly schema: string }[];
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
    sql<{ oid: number } & Omit<TableFacts, 'columns'>>`
      select c.oid::integer as oid, case c.relkind when 'r' then 'table' when 'p' then 'partitioned' else 'view' end as kind,
        c.relrowsecurity and (c.relforcerowsecurity or not pg_has_role(${role}, c.relowner, 'usage'))
          and not exists (select from pg_roles where rolname = ${role} and (rolsuper or rolbypassrls))
          and (
            select coalesce(bool_and(polpermissive or not applies), true)
              and not coalesce(bool_or(polpermissive and applies and pg_get_expr(polqual, polrelid) = 'true'), false)
              or coalesce(bool_or(not polpermissive and applies), false)
            from (
              select p.*, polcmd in ('r', '*') and exists (
                select from unnest(polroles) as r where r = 0 or pg_has_role(${role}, r, 'usage')
              ) as applies
              from pg_policy p
              where polrelid = c.oid
            ) as policies
          ) as "hidesRows",
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
          'mayUse', has_schema_privilege(c.relnamespace, 'usage'),
          'insert', has_table_privilege(c.oid, 'insert')
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
      select attname as name, format_type(coalesce(nullif(y.typbasetype, 0), atttypid), null) as type,
        attnotnull as "notNull", atthasdef or attidentity <> '' as "hasDefault",
        has_column_privilege(${role}, attrelid, attnum, 'select') as "mayRead",
        has_column_privilege(attrelid, attnum, 'select') as "mayReturn",
        attgenerated <> '' or attidentity = 'a' as "isGenerated",
        array(select enumlabel::text from pg_enum where enumtypid = atttypid order by enumsortorder) as labels,
        coalesce((
          select json_agg(json_build_object('table', n.nspname || '.' || c.relname, 'column', target.attname))
          from pg_constraint k
          join pg_class c on c.oid = k.confrelid
          join pg_namespace n on n.oid = c.relnamespace
          join pg_attribute target on target.attrelid = k.confrelid and target.attnum = k.confkey[1]
          where k.contype = 'f' and k.conrelid = a.attrelid and k.conkey = array[a.attnum] and k.conparentid = 0
        ), '[]') as "refersTo",
        (
          select d.refobjid::regclass::text from pg_attrdef f
          join pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = f.oid
            and d.refclassid = 'pg_class'::regclass
          join pg_class s on s.oid = d.refobjid
          where f.adrelid = a.attrelid and f.adnum = a.attnum
            and case when s.relkind = 'S' then not has_sequence_privilege(s.oid, 'usage') else false end
          limit 1
        ) as sequence
      from pg_attribute a
      join pg_type y on y.oid = atttypid
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

export async function schemaFacts(db: Database): Promise<SchemaFacts> {
  const em = db.orm.em.fork();
  const own = sql`to_regnamespace(${quoted(db.schema)})`;
  const row = await queryOne(
    em,
    sql<{ role: string; user: string; exists: boolean; mayCreate: boolean }>`
      select current_user::text as "user", ${own} is not null as exists,
        case when ${own} is null then has_database_privilege(current_database(), 'create')
          else has_schema_privilege(${own}, 'create') end as "mayCreate",
        coalesce((
          select pg_get_userbyid(relowner)::text from pg_class
          where relnamespace = ${own} and relname = 'schema_migration'
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
  const keys = await query(
    em,
    sql<{ name: string; table: string; column: string }>`
      select conname as name, n.nspname || '.' || c.relname as "table", a.attname as "column"
      from pg_constraint k
      join pg_class c on c.oid = k.confrelid
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = k.confrelid and a.attnum = k.confkey[1]
      where k.connamespace = ${own} and k.contype = 'f'`,
  );
  const triggers = await query(
    em,
    sql<SchemaFacts['triggers'][number]>`
      select t.tgname as name, n.nspname || '.' || c.relname as "table", f.pronamespace::regnamespace::text as schema
      from pg_trigger t
      join pg_class c on c.oid = t.tgrelid
      join pg_namespace n on n.oid = c.relnamespace
      join pg_proc f on f.oid = t.tgfoid
      where t.tgname like 'rollcall\\_%' and not t.tgisinternal`,
  );
  return {
    role: row?.role ?? '',
    user: row?.user ?? '',
    exists: row?.exists ?? false,
    mayCreate: row?.mayCreate ?? false,
    relations: new Map(relations.map(({ name, ...relation }) => [name, relation])),
    keys: new Map(keys.map(({ name, ...key }) => [name, key])),
    triggers,
  };
}
