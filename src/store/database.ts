import { MikroORM } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { messageOf, UnavailableError } from '../errors.ts';
import type { Settings } from '../settings.ts';
import { entities } from './entities.ts';
import { query } from './sql.ts';

/** The open database. Every function of store/ works with an entity manager of its own. */
export interface Database {
  readonly orm: MikroORM;
}

const connectTimeoutMs = 10_000;

/**
 * Opens a pool of at most `poolSize` connections and makes sure that the database answers.
 * Throws UnavailableError when it does not; the message names host and database, never the password.
 */
export async function openDatabase(settings: Settings['database']): Promise<Database> {
  const url = withPassword(settings.url, settings.password);
  const orm = new MikroORM({
    entities,
    clientUrl: url,
    pool: { min: 0, max: settings.poolSize },
    // The whole URL goes to pg, which knows more of it (sslmode, socket directories) than MikroORM does.
    driverOptions: {
      connectionString: url,
      application_name: 'rollcall',
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      onPoolCreated: takeBackBroken,
    },
    // A pool that loses a connection is the caller's next error, not a line on somebody's terminal.
    logger: () => {},
  });
  const db = { orm };
  try {
    await pingDatabase(db);
  } catch (error) {
    await orm.close(true);
    throw error;
  }
  return db;
}

/**
 * Kysely gives a connection back after its rollback, and never when that fails because the connection is broken: each
 * one would take its place in the pool with it, until nothing is left and closing waits for ever.
 */
function takeBackBroken(pool: Pool): void {
  const borrowed = new Set<PoolClient>();
  pool.on('acquire', client => borrowed.add(client));
  pool.on('release', (_, client) => borrowed.delete(client));
  pool.on('connect', client => {
    client.once('end', () => {
      if (!borrowed.has(client)) return;
      client.release(true);
      // Whoever held it may still give it back, and twice is an error.
      client.release = () => {};
    });
  });
}

/** Ends the pool after the queries in flight. */
export async function closeDatabase(db: Database): Promise<void> {
  await db.orm.close();
}

/** One round trip. Throws UnavailableError when the database does not answer. */
export async function pingDatabase(db: Database): Promise<void> {
  try {
    await query(db.orm.em.fork(), sql`select 1`);
  } catch (error) {
    const { hostname, port, pathname } = new URL(db.orm.config.get('clientUrl') ?? 'postgres:');
    const where = `${hostname || 'the local socket'}${port ? `:${port}` : ''}${pathname}`;
    throw new UnavailableError(`PostgreSQL at ${where} does not answer: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function withPassword(url: string, password: string | undefined): string {
  if (password === undefined) return url;
  const parsed = new URL(url);
  parsed.password = encodeURIComponent(password);
  return parsed.href;
}
