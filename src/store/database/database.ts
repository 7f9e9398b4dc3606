import { MikroORM } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { messageOf, UnavailableError } from '../../errors.ts';
import type { Settings } from '../../model/settings.ts';
import { entities } from '../entities/all.ts';
import { type LeaseKeeper, leaseKeeper } from './keep-lease.ts';
import { query, queryOne } from './sql.ts';
import { type Bounds, boundOptions, endSilent, within } from './timeouts.ts';

/** The open database. Every function of store/ works with an entity manager of its own. */
export interface Database {
  readonly orm: MikroORM;
  readonly leases: LeaseKeeper;
}

const connectTimeoutMs = 10_000;
/** For a sign of life. */
const pingMs = 3_000;

/** Where the settings name none. */
const DEFAULTS: Bounds = { statementMs: 120_000, lockMs: 45_000, idleTransactionMs: 30_000 };

/**
 * Opens a pool of at most `poolSize` connections and makes sure that the database answers. `statementMs` is for what takes
 * its time, as a migration does. Throws UnavailableError when the database does not answer; the message names host and
 * database, never the password.
 */
export async function openDatabase(
  settings: Settings['database'],
  { statementMs = settings.statementTimeoutMs ?? DEFAULTS.statementMs }: { statementMs?: number } = {},
): Promise<Database> {
  const { url } = settings;
  const { lockTimeoutMs: lockMs = DEFAULTS.lockMs } = settings;
  const { idleTransactionTimeoutMs: idleTransactionMs = DEFAULTS.idleTransactionMs } = settings;
  const bounds = { statementMs, lockMs, idleTransactionMs };
  const orm = new MikroORM({
    entities,
    clientUrl: url,
    pool: { min: 0, max: settings.poolSize },
    // The whole URL goes to pg, which knows more of it (sslmode, socket directories) than MikroORM does.
    driverOptions: {
      connectionString: url,
      application_name: 'rollcall',
      connectionTimeoutMillis: connectTimeoutMs,
      ...boundOptions(bounds),
      onPoolCreated: (pool: Pool) => {
        takeBackBroken(pool);
        endSilent(pool, bounds);
      },
    },
    // A pool that loses a connection is the caller's next error, not a line on somebody's terminal.
    logger: () => {},
  });
  const leases = leaseKeeper({ connectionString: url, connectTimeoutMs });
  const db = { orm, leases };
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
  await db.leases.close();
  await db.orm.close();
}

/** One round trip. Throws UnavailableError when the database does not answer. */
export async function pingDatabase(db: Database): Promise<void> {
  try {
    await within(pingMs, query(db.orm.em.fork(), sql`select 1`));
  } catch (error) {
    const { hostname, port, pathname } = new URL(db.orm.config.get('clientUrl') ?? 'postgres:');
    const where = `${hostname || 'the local socket'}${port ? `:${port}` : ''}${pathname}`;
    throw new UnavailableError(`PostgreSQL at ${where} does not answer: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Whether PostgreSQL takes changes: not where it is a standby or was made read-only. Throws UnavailableError as pingDatabase. */
export async function isWritable(db: Database): Promise<boolean> {
  const row = await within(
    pingMs,
    queryOne(
      db.orm.em.fork(),
      sql<{ readOnly: string }>`select current_setting('transaction_read_only') as "readOnly"`,
    ),
  );
  return row?.readOnly !== 'on';
}
