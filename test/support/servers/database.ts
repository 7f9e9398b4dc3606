/** Databases for tests, copied from a migrated template. */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import { createDatabase, startPostgres } from '../../../dev/servers/postgres.ts';
import type { Settings } from '../../../src/model/settings.ts';
import { closeDatabase, type Database, openDatabase } from '../../../src/store/database/database.ts';
import { migrateUp } from '../../../src/store/database/migrate.ts';

const template = 'rollcall_template';

export interface FreshDatabase extends AsyncDisposable {
  readonly settings: Settings['database'];
  readonly db: Database;
}

/**
 * A migrated, empty and open database of its own. It is dropped at the end of the test (`await using`) or with the
 * server.
 */
export async function freshDatabase(): Promise<FreshDatabase> {
  const settings = await emptyDatabase(template);
  const db = await openDatabase(settings);
  return {
    settings,
    db,
    [Symbol.asyncDispose]: async () => {
      await closeDatabase(db);
      const name = new URL(settings.url).pathname.slice(1);
      await asOwner(owner => owner.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** A migrated and open database in a PostgreSQL server of its own, where no other test has transactions. */
export async function databaseOfOwnServer(): Promise<FreshDatabase> {
  const server = await startPostgres({ durable: false });
  await createDatabase(server, 'own');
  const settings = { url: server.urlOf('own'), poolSize: 5 };
  const db = await openDatabase(settings);
  await migrateUp(db);
  return {
    settings,
    db,
    [Symbol.asyncDispose]: async () => {
      await closeDatabase(db);
      await server[Symbol.asyncDispose]();
    },
  };
}

/**
 * The settings of a new database: a copy of the migrated template, or without tables (`template0`). `locale`: the
 * clause for its locale.
 */
export async function emptyDatabase(
  source: typeof template | 'template0' = 'template0',
  locale = '',
): Promise<Settings['database']> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asOwner(async owner => {
    if (source === template) await makeTemplate(owner);
    await owner.query(`create database ${name} template ${source} strategy file_copy ${locale}`);
  });
  return settingsOf(name);
}

/** The first process migrates the template; the others wait for the lock. */
async function makeTemplate(owner: Client): Promise<void> {
  await owner.query('select pg_advisory_lock(1)');
  const found = await owner.query('select from pg_database where datname = $1', [template]);
  if (found.rowCount === 0) {
    await owner.query(`drop database if exists ${template}_draft with (force)`);
    await owner.query(`create database ${template}_draft`);
    const db = await openDatabase(settingsOf(`${template}_draft`));
    await migrateUp(db).finally(() => closeDatabase(db));
    await owner.query(`alter database ${template}_draft rename to ${template}`);
  }
  await owner.query('select pg_advisory_unlock(1)');
}

function settingsOf(database: string): Settings['database'] {
  const url = new URL(inject('postgres'));
  url.pathname = database;
  return { url: url.href, poolSize: 5 };
}

async function asOwner<T>(work: (owner: Client) => Promise<T>): Promise<T> {
  const owner = new Client({ connectionString: inject('postgres') });
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}
