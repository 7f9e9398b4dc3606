/** The schema that the migrations create. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { closeDatabase, type Database, openDatabase } from '../../../src/store/database/database.ts';
import { migrateDown, migrateUp, migrationStatus } from '../../../src/store/database/migrate.ts';
import { creation, ids, planOf, rowsOf, seed, sync } from '../../support/given/saved-plan.ts';
import { emptyDatabase, freshDatabase } from '../../support/servers/database.ts';

const MIGRATIONS = ['20261122_first', '20261123_ownership', '20261130_certainty'];
const GROUP_TABLES = ['access_group', 'access_group_members', 'access_group_projects'];

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly nullable: boolean;
}

async function columns(db: Database, tables: readonly string[]): Promise<readonly Column[]> {
  return rowsOf(
    db,
    sql<Column>`
      select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
        not a.attnotnull as nullable
      from pg_attribute a join pg_class c on c.oid = a.attrelid
      where c.relname = any(${tables}::text[]) and a.attnum > 0 and not a.attisdropped
      order by c.relname, a.attnum`,
  );
}

/** All objects that a migration can create: relations, columns, constraints, indexes, triggers, functions, views. */
async function dump(db: Database): Promise<readonly string[]> {
  const rows = await rowsOf(
    db,
    sql<{ line: string }>`
      select line from (
        select concat_ws(' ', c.relkind, c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
          a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)) as line
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where c.relnamespace = 'public'::regnamespace
        union all
        select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint
        where connamespace = 'public'::regnamespace
        union all
        select pg_get_indexdef(indexrelid) from pg_index join pg_class c on c.oid = indexrelid
        where c.relnamespace = 'public'::regnamespace
        union all
        select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
        union all
        select pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
        union all
        select definition from pg_views where schemaname = 'public'
      ) as lines order by line`,
  );
  return rows.map(row => row.line).filter(line => !line.includes('schema_migration'));
}

describe('schema', () => {
  it('the three tables have the original columns and no others (R1)', async () => {
    await using fresh = await freshDatabase();
    const found = Map.groupBy(await columns(fresh.db, GROUP_TABLES), column => column.table);
    const names = [...found].map(([table, list]) => [table, list.map(column => column.column)]);
    expect(Object.fromEntries(names)).toEqual({
      access_group: ['id', 'team_id', 'name', 'type', 'managed', 'data', 'date_added'],
      access_group_members: ['id', 'access_group_id', 'user_id'],
      access_group_projects: ['id', 'access_group_id', 'project_id'],
    });
  });

  it('of their columns only data may be null (R2)', async () => {
    await using fresh = await freshDatabase();
    const nullable = (await columns(fresh.db, GROUP_TABLES)).filter(column => column.nullable);
    expect(nullable.map(({ table, column }) => `${table}.${column}`)).toEqual(['access_group.data']);
  });

  it('names and slugs keep their length limits, data is jsonb (R3)', async () => {
    await using fresh = await freshDatabase();
    const all = await columns(fresh.db, ['auth_user', 'team', 'project', 'access_group']);
    const types = Object.fromEntries(all.map(({ table, column, type }) => [`${table}.${column}`, type]));
    expect(types).toMatchObject({
      'auth_user.username': 'character varying(30)',
      'team.slug': 'character varying(50)',
      'team.name': 'character varying(64)',
      'project.slug': 'character varying(50)',
      'project.name': 'character varying(200)',
      'access_group.name': 'character varying(64)',
      'access_group.data': 'jsonb',
    });
  });

  it('a row made of team and name alone gets type 50, managed false, no data and its date (R4, R9)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 0);
    const rows = await rowsOf(
      fresh.db,
      sql`
        insert into access_group (team_id, name) values (1, 'API Team')
        returning type, managed, data, date_added <= now() and date_added > now() - interval '1 minute' as dated`,
    );
    expect(rows).toEqual([{ type: 50, managed: false, data: null, dated: true }]);
  });

  it('a name is unique within its team only, a member and a project within their group (R5)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1, ['red', 'blue']);
    await rowsOf(fresh.db, sql`insert into access_group (team_id, name) values (1, 'dev'), (2, 'dev')`);
    await rowsOf(fresh.db, sql`insert into access_group_members (access_group_id, user_id) values (1, 1)`);
    await rowsOf(
      fresh.db,
      sql`insert into access_group_projects (access_group_id, project_id) values (1, 1)`,
    );
    const again = [
      sql`insert into access_group (team_id, name) values (2, 'dev')`,
      sql`insert into access_group_members (access_group_id, user_id) values (1, 1)`,
      sql`insert into access_group_projects (access_group_id, project_id) values (1, 1)`,
    ];
    for (const statement of again) {
      await expect(rowsOf(fresh.db, statement)).rejects.toMatchObject({ code: '23505' });
    }
  });

  it('the join tables keep an id column as primary key (R6)', async () => {
    await using fresh = await freshDatabase();
    const keys = await rowsOf(
      fresh.db,
      sql<{ table: string; key: string }>`
        select conrelid::regclass::text as table, pg_get_constraintdef(oid) as key from pg_constraint
        where contype = 'p' and conrelid::regclass::text = any(${GROUP_TABLES.slice(1)}::text[]) order by 1`,
    );
    expect(keys).toEqual([
      { table: 'access_group_members', key: 'PRIMARY KEY (id)' },
      { table: 'access_group_projects', key: 'PRIMARY KEY (id)' },
    ]);
  });

  it('up, down and up again gives the same schema, and down leaves nothing (R7, B20)', async () => {
    const settings = await emptyDatabase();
    const db = await openDatabase(settings);
    try {
      expect(await migrateUp(db)).toEqual(MIGRATIONS);
      const whole = await dump(db);
      expect(await migrateDown(db)).toEqual(['20261130_certainty']);
      expect(await migrateDown(db)).toEqual(['20261123_ownership']);
      const first = await dump(db);
      expect(await migrateDown(db)).toEqual(['20261122_first']);
      expect(await dump(db)).toEqual([]);
      expect(await migrateUp(db)).toEqual(MIGRATIONS);
      expect(await dump(db)).toEqual(whole);
      expect(await migrateDown(db)).toEqual(['20261130_certainty']);
      expect(await migrateDown(db)).toEqual(['20261123_ownership']);
      expect(await dump(db)).toEqual(first);
      expect(await migrationStatus(db)).toEqual({
        applied: ['20261122_first'],
        pending: ['20261123_ownership', '20261130_certainty'],
        newer: [],
      });
    } finally {
      await closeDatabase(db);
    }
  });

  it('down releases the managed groups before it drops their links (B20)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await sync(fresh.db, planOf([creation(1, ids(1))]));
    await rowsOf(fresh.db, sql`create table witness (managed boolean)`);
    await rowsOf(
      fresh.db,
      sql`create rule witness as on update to access_group do also insert into witness values (new.managed)`,
    );
    for (const _ of MIGRATIONS) await migrateDown(fresh.db);
    expect(await rowsOf(fresh.db, sql`select managed from witness`)).toEqual([{ managed: false }]);
  });

  it('concurrent instances migrate once', async () => {
    const settings = await emptyDatabase();
    const databases = await Promise.all([1, 2, 3].map(() => openDatabase(settings)));
    try {
      const applied = await Promise.all(databases.map(db => migrateUp(db)));
      expect(applied.flat()).toEqual(MIGRATIONS);
    } finally {
      await Promise.all(databases.map(db => closeDatabase(db)));
    }
  });

  it.each([0, 25, 50, 100])('type %i is valid (R8)', async type => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 0);
    const insert = sql`insert into access_group (team_id, name, type) values (1, 'dev', ${type}) returning type`;
    expect(await rowsOf(fresh.db, insert)).toEqual([{ type }]);
  });

  it('any other type is refused (R8)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    const wrong = [
      sql`insert into access_group (team_id, name, type) values (1, 'dev', 10)`,
      sql`insert into team_member (team_id, user_id, type) values (1, 1, -1)`,
    ];
    for (const statement of wrong) {
      await expect(rowsOf(fresh.db, statement)).rejects.toMatchObject({ code: '23514' });
    }
  });
});
