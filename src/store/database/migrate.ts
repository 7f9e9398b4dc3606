/** Applies, reverts and lists the migrations of the schema. */
import type { Migration, Migrator } from '@mikro-orm/migrations';
import { sql } from 'kysely';
import { UnavailableError } from '../../errors.ts';
import type { CoreSettings } from '../../model/settings.ts';
import { coreOf } from '../core/names.ts';
import type { Database } from './database.ts';
import { createSchema } from './schema.ts';
import { asUnavailable, isRetryable, query, queryOne, sqlState } from './sql.ts';

const table = 'schema_migration';

const LOCK = sql`hashtextextended('rollcall.migrate', 0)`;

/** How often to try while other transactions use the tables. A failed attempt lets the waiting transactions pass. */
const ATTEMPTS = 6;
/** How long to wait for the migration of another process. */
const OTHER_MIGRATION_MS = 600_000;

/**
 * Applies all pending migrations in one transaction and returns their names. Several instances may call it at the same
 * time: one migrates, and the others wait and find nothing to do. Older instances may be at work: after a deadlock with
 * them, or when they hold a lock for longer than the lock timeout, the transaction is repeated. Throws UnavailableError if
 * another process migrates for longer than `waitMs`.
 */
export async function migrateUp(
  db: Database,
  { waitMs = OTHER_MIGRATION_MS }: { readonly waitMs?: number } = {},
): Promise<string[]> {
  await createSchema(db);
  const migrator = await openMigrator(db);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await migrateOnce(db, migrator, waitMs);
    } catch (error) {
      if (attempt === ATTEMPTS || !isRetryable(error)) throw asUnavailable(error);
    }
  }
}

async function migrateOnce(db: Database, migrator: Migrator, waitMs: number): Promise<string[]> {
  let isAlone = false;
  try {
    return await db.orm.em.fork().transactional(async em => {
      await query(em, sql`select set_config('lock_timeout', ${`${waitMs}ms`}, true)`);
      await query(em, sql`select pg_advisory_xact_lock(${LOCK})`);
      isAlone = true;
      await query(em, sql`set local lock_timeout to default`);
      const transaction = em.getTransactionContext();
      const applied = namesOf(await migrator.up(transaction === undefined ? {} : { transaction }));
      if (db.core !== undefined) {
        const { updateViews } = await import('../migrations/views.ts');
        await query(em, sql.raw(updateViews(db.core)));
      }
      return applied;
    });
  } catch (error) {
    if (isAlone || sqlState(error) !== '55P03') throw error;
    throw await stillMigrating(db, waitMs);
  }
}

/** Names the session, because only an operator can decide whether it still works. */
async function stillMigrating(db: Database, waitMs: number): Promise<UnavailableError> {
  const holder = await queryOne(
    db.orm.em.fork(),
    sql<{ pid: number }>`
      select pid from pg_locks
      where locktype = 'advisory' and granted and objsubid = 1
        and database = (select oid from pg_database where datname = current_database())
        and (classid::bigint << 32) + objid::bigint = ${LOCK}`,
  );
  const who = holder === undefined ? 'another session' : `session ${holder.pid}`;
  const end = `select pg_terminate_backend(${holder?.pid ?? 'PID'})`;
  return new UnavailableError(
    `${who} of PostgreSQL has been migrating this database for more than ${waitMs / 1_000} s; ` +
      `wait until it has finished (pg_stat_activity shows it), or end it with "${end}", and run migrate up again`,
  );
}

/**
 * Reverts the newest migration and returns its name. Stop the workers first. Reverting the last migration also drops
 * the migrations table.
 */
export async function migrateDown(db: Database): Promise<string[]> {
  const migrator = await openMigrator(db);
  const names = namesOf(await migrator.down());
  const left = await migrator.getExecuted();
  if (left.length === 0) await query(db.orm.em.fork(), sql`drop table if exists ${tableOf(db)}`);
  return names;
}

/** Names of migrations, oldest first. `newer`: those of the applied ones that this version does not know. */
export interface MigrationStatus {
  readonly applied: string[];
  readonly pending: string[];
  readonly newer: string[];
}

/** The applied, pending and unknown migrations. */
export async function migrationStatus(db: Database): Promise<MigrationStatus> {
  if (!(await isMigrated(db))) return { applied: [], pending: MIGRATIONS.map(({ name }) => name), newer: [] };
  const migrator = await openMigrator(db);
  const applied = namesOf(await migrator.getExecuted());
  const pending = namesOf(await migrator.getPending());
  const known = new Set(MIGRATIONS.map(({ name }) => name));
  return { applied, pending, newer: applied.filter(name => !known.has(name)) };
}

/** Whether the table of applied migrations exists. The migrator would create it, but a question must write nothing. */
async function isMigrated(db: Database): Promise<boolean> {
  const row = await queryOne(
    db.orm.em.fork(),
    sql<{ found: boolean }>`
      select exists (
        select from pg_class where relname = ${table} and relnamespace = to_regnamespace(quote_ident(${db.schema}))
      ) as found`,
  );
  return row?.found ?? false;
}

function tableOf(db: Database) {
  return sql.id(db.schema, table);
}

type ConcreteMigration = new (...given: ConstructorParameters<typeof Migration>) => Migration;

/** Oldest first. Loaded on demand, because the package takes a quarter of a second and most commands need no migration. */
const MIGRATIONS: readonly {
  readonly name: string;
  readonly load: (core: CoreSettings | undefined) => Promise<ConcreteMigration>;
}[] = [
  {
    name: '20261122_first',
    load: async core => (await import('../migrations/first.ts')).firstMigration(core),
  },
  {
    name: '20261123_ownership',
    load: async core => (await import('../migrations/ownership.ts')).ownershipMigration(coreOf(core)),
  },
  {
    name: '20261130_certainty',
    load: async core => (await import('../migrations/certainty.ts')).certaintyMigration(coreOf(core)),
  },
];

async function openMigrator(db: Database): Promise<Migrator> {
  const { Migrator } = await import('@mikro-orm/migrations');
  const migrationsList = await Promise.all(
    MIGRATIONS.map(async ({ name, load }) => ({ name, class: await load(db.core) })),
  );
  db.orm.config.set('migrations', {
    ...db.orm.config.get('migrations'),
    tableName: `${db.schema}.${table}`,
    snapshot: false,
    transactional: true,
    allOrNothing: true,
    migrationsList,
  });
  return new Migrator(db.orm.em);
}

function namesOf(migrations: readonly { readonly name: string }[]): string[] {
  return migrations.map(migration => migration.name);
}
