/** Applies, reverts and lists the migrations of the schema. */
import type { Migrator } from '@mikro-orm/migrations';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import { query } from './sql.ts';

const table = 'schema_migration';

/**
 * Applies all pending migrations in one transaction and returns their names. Several instances may call it at the same
 * time: one migrates, and the others wait and find nothing to do.
 */
export async function migrateUp(db: Database): Promise<string[]> {
  const migrator = await openMigrator(db);
  return db.orm.em.fork().transactional(async em => {
    // Another instance may hold the lock for as long as its migration takes.
    await query(em, sql`select set_config('lock_timeout', '0', true)`);
    await query(em, sql`select pg_advisory_xact_lock(hashtextextended('rollcall.migrate', 0))`);
    const transaction = em.getTransactionContext();
    return namesOf(await migrator.up(transaction === undefined ? {} : { transaction }));
  });
}

/**
 * Reverts the newest migration and returns its name. Stop the workers first. Reverting the last migration also drops
 * the migrations table.
 */
export async function migrateDown(db: Database): Promise<string[]> {
  const migrator = await openMigrator(db);
  const names = namesOf(await migrator.down());
  const left = await migrator.getExecuted();
  if (left.length === 0) await query(db.orm.em.fork(), sql`drop table if exists ${sql.table(table)}`);
  return names;
}

/** Names of the applied and pending migrations, oldest first. */
export async function migrationStatus(db: Database): Promise<{ applied: string[]; pending: string[] }> {
  const migrator = await openMigrator(db);
  const applied = namesOf(await migrator.getExecuted());
  const pending = namesOf(await migrator.getPending());
  return { applied, pending };
}

/** Imported on demand, because the package takes a quarter of a second to load and most commands need no migration. */
async function openMigrator(db: Database): Promise<Migrator> {
  const [{ Migrator }, { FirstMigration }, { OwnershipMigration }, { CertaintyMigration }] =
    await Promise.all([
      import('@mikro-orm/migrations'),
      import('../migrations/first.ts'),
      import('../migrations/ownership.ts'),
      import('../migrations/certainty.ts'),
    ]);
  db.orm.config.set('migrations', {
    ...db.orm.config.get('migrations'),
    tableName: table,
    snapshot: false,
    transactional: true,
    allOrNothing: true,
    migrationsList: [
      { name: '20261122_first', class: FirstMigration },
      { name: '20261123_ownership', class: OwnershipMigration },
      { name: '20261130_certainty', class: CertaintyMigration },
    ],
  });
  return new Migrator(db.orm.em);
}

function namesOf(migrations: readonly { readonly name: string }[]): string[] {
  return migrations.map(migration => migration.name);
}
