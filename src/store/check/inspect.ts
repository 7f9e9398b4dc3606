/** The inspection before the first write: does the database have what the configuration says, and what Rollcall needs? */
import { sql } from 'kysely';
import type { Finding } from '../../model/run.ts';
import { columnsOfNewRow } from '../core/new-rows.ts';
import { viewsOf } from '../core/views.ts';
import type { Database } from '../database/database.ts';
import { migrationStatus } from '../database/migrate.ts';
import { query } from '../database/sql.ts';
import { largestId, type SchemaFacts, schemaFacts, type TableFacts, tableFacts } from './facts.ts';
import { needsOf, type TableNeeds } from './needs.ts';
import { outdatedViews, schemaFindings } from './schema-findings.ts';
import { rangeFinding, type Targets, tableFindings } from './table-findings.ts';

/** What the directories create. */
export interface Creates {
  readonly users: boolean;
  readonly teams: boolean;
}

/**
 * Compares the schema and the application's tables with the configuration: types, null values, keys, rights and ids.
 * Each problem says what to do. It only reads.
 * `migrates`: `migrate up` follows, which also updates the views.
 */
export async function inspectDatabase(
  db: Database,
  creates: Creates,
  { migrates = false } = {},
): Promise<Finding[]> {
  const facts = await schemaFacts(db);
  const { applied, pending } = await migrationStatus(db);
  const isMigrated = applied.length > 0;
  const tables = [...db.orm.getMetadata().getAll().values()].map(({ tableName }) => tableName);
  const wanted = { schema: db.schema, core: db.core, tables, isMigrated, isNewest: pending.length === 0 };
  const findings = schemaFindings(wanted, facts);
  if (db.core === undefined) return findings;
  const found: Inspected[] = [];
  for (const needs of needsOf(db.core)) {
    found.push({ needs, facts: await tableFacts(db, needs.table, facts.role) });
  }
  const targets = targetsOf(found);
  for (const table of found)
    findings.push(...(await inspectTable(db, table, facts, { creates, targets, migrates, isMigrated })));
  if (migrates || findings.length > 0 || !isMigrated) return findings;
  return outdatedViews(wanted, facts).map(name => ({
    subject: 'database.schema',
    level: 'fail',
    message: `the view ${db.schema}.${name} is missing or differs from the configuration`,
    fix: 'run "rollcall migrate up"',
  }));
}

/** The views of the application's tables that were dropped since `migrate up`. */
export async function missingViews(db: Database): Promise<string[]> {
  const { applied } = await migrationStatus(db);
  if (db.core === undefined || applied.length === 0) return [];
  const names = [...viewsOf(db.core).keys()];
  const rows = await query(
    db.orm.em.fork(),
    sql<{ name: string }>`select name from unnest(${names}::text[]) as name where to_regclass(name) is null`,
  );
  return rows.map(({ name }) => name);
}

interface Inspected {
  readonly needs: TableNeeds;
  /** undefined: there is no such table. */
  readonly facts: TableFacts | undefined;
}

interface Options {
  readonly creates: Creates;
  readonly targets: Targets;
  readonly migrates: boolean;
  readonly isMigrated: boolean;
}

async function inspectTable(
  db: Database,
  { needs, facts }: Inspected,
  schema: SchemaFacts,
  { creates, targets, migrates, isMigrated }: Options,
): Promise<Finding[]> {
  const { key } = needs;
  const inserts = (key === 'users' && creates.users) || (key === 'teams' && creates.teams);
  const findings = tableFindings(needs, facts, {
    role: schema.role,
    // The role that migrates need not be that of the service.
    user: migrates ? undefined : schema.user,
    joins: !isMigrated,
    fills: inserts && db.core !== undefined ? columnsOfNewRow(key, db.core) : undefined,
    targets,
  });
  if (findings.length > 0 || facts === undefined) return findings;
  return rangeFindings(db, needs, facts);
}

/** The columns that the other tables must refer to. */
function targetsOf(tables: readonly Inspected[]): Targets {
  return Object.fromEntries(
    tables.map(({ needs: { key, table }, facts }) => {
      const meaning = table.columns['key'] === undefined ? 'id' : 'key';
      const column = table.columns[meaning] ?? meaning;
      const type = facts?.columns.find(({ name }) => name === column)?.type;
      return [key, { key, table, meaning, column, type }];
    }),
  );
}

/** Only a bigint can be out of range. A role that only reads the views cannot ask: the owner has asked at `migrate up`. */
async function rangeFindings(db: Database, needs: TableNeeds, facts: TableFacts): Promise<Finding[]> {
  const id = needs.table.columns['id'];
  const column = facts.columns.find(({ name }) => name === id);
  if (id === undefined || column?.type !== 'bigint' || !column.mayReturn || !facts.rights.mayUse) return [];
  const finding = rangeFinding(needs, await largestId(db, needs.table, id));
  return finding === undefined ? [] : [finding];
}
