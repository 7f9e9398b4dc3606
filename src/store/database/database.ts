/** Opens, checks and closes the pool of PostgreSQL connections. */
import { type EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { type Pool, type PoolClient, types } from 'pg';
import { messageOf, UnavailableError } from '../../errors.ts';
import type { CoreSettings, Settings } from '../../model/settings.ts';
import type { Obstacle } from '../../model/status/status.ts';
import { entities } from '../entities/all.ts';
import { type LeaseKeeper, leaseKeeper } from './keep-lease.ts';
import { inSchema, schemaOf } from './schema.ts';
import { FULL, query, queryOne, sqlState } from './sql.ts';
import { closeSilentConnections, type Timeouts, timeoutOptions, withTimeout } from './timeouts.ts';

/** The open database. Each function in store/ forks its own entity manager. */
export interface Database {
  readonly orm: MikroORM;
  /** The schema of all of Rollcall's tables. */
  readonly schema: string;
  /** The application's own tables; undefined if all tables are Rollcall's. */
  readonly core: CoreSettings | undefined;
  readonly leases: LeaseKeeper;
  /** `fineUntil`: the disk is not tried again before that time of `performance.now()`. */
  readonly disk: { fineUntil: number };
}

const connectTimeoutMs = 10_000;
/** Timeout of a health check. */
const pingMs = 3_000;
/** Probes are frequent, and a server that logs temporary files would log each. */
const diskFineMs = 30_000;

/** Used for settings that are not given. */
const DEFAULTS: Timeouts = { statementMs: 120_000, lockMs: 45_000, idleTransactionMs: 30_000 };

/**
 * Opens a pool of at most `poolSize` connections and verifies that the database answers. `statementMs` is for callers
 * with slow statements, such as migrations. Throws UnavailableError if the database does not answer; the message
 * contains host and database but never the password.
 */
export async function openDatabase(
  settings: Settings['database'],
  { statementMs = settings.statementTimeoutMs ?? DEFAULTS.statementMs }: { statementMs?: number } = {},
): Promise<Database> {
  const url = inSchema(settings);
  const { lockTimeoutMs: lockMs = DEFAULTS.lockMs } = settings;
  const { idleTransactionTimeoutMs: idleTransactionMs = DEFAULTS.idleTransactionMs } = settings;
  const bounds = { statementMs, lockMs, idleTransactionMs };
  const orm = new MikroORM({
    entities,
    clientUrl: settings.url,
    pool: { min: 0, max: settings.poolSize },
    // pg parses the whole URL, because it supports more options than MikroORM (sslmode, socket directories).
    driverOptions: {
      connectionString: url,
      application_name: 'rollcall',
      connectionTimeoutMillis: connectTimeoutMs,
      ...timeoutOptions(bounds),
      onPoolCreated: (pool: Pool) => {
        discardBrokenClients(pool);
        closeSilentConnections(pool, bounds);
        readBigintsAsNumbers(pool);
      },
    },
    // The next query reports a lost connection as its error; logging it here would only print it on a terminal.
    logger: () => {},
  });
  const leases = leaseKeeper({ connectionString: url, connectTimeoutMs });
  const disk = { fineUntil: 0 };
  const db = { orm, leases, disk, schema: settings.schema ?? 'public', core: settings.core };
  try {
    await pingDatabase(db);
    return { ...db, schema: await schemaOf(db, settings) };
  } catch (error) {
    await orm.close(true);
    throw error;
  }
}

/**
 * Kysely releases a connection after its rollback, but not if the rollback fails because the connection is broken. Each
 * such connection would keep its slot in the pool, until no slot is left and closing the pool hangs.
 */
function discardBrokenClients(pool: Pool): void {
  const borrowed = new Set<PoolClient>();
  pool.on('acquire', client => borrowed.add(client));
  pool.on('release', (_, client) => borrowed.delete(client));
  pool.on('connect', client => {
    client.once('end', () => {
      if (!borrowed.has(client)) return;
      client.release(true);
      // The holder may still release it, and a second release throws.
      client.release = () => {};
    });
  });
}

/** Ids of the application may be bigint. Rollcall sees only those that fit into an integer. */
function readBigintsAsNumbers(pool: Pool): void {
  const { INT4, INT8 } = types.builtins;
  pool.on('connect', client => client.setTypeParser(INT8, types.getTypeParser(INT4)));
}

/** Closes the pool after the running queries have ended. */
export async function closeDatabase(db: Database): Promise<void> {
  await db.leases.close();
  await db.orm.close();
}

/** Runs one trivial query. Throws UnavailableError if the database does not answer. */
export async function pingDatabase(db: Database): Promise<void> {
  try {
    await withTimeout(pingMs, query(db.orm.em.fork(), sql`select 1`));
  } catch (error) {
    const { hostname, port, pathname } = new URL(db.orm.config.get('clientUrl') ?? 'postgres:');
    const where = `${hostname || 'the local socket'}${port ? `:${port}` : ''}${pathname}`;
    throw new UnavailableError(`PostgreSQL at ${where} does not answer: ${messageOf(error)}`, {
      cause: error,
      fix: error instanceof UnavailableError ? error.fix : undefined,
    });
  }
}

/**
 * What prevents PostgreSQL from accepting writes; undefined if it accepts them. Throws UnavailableError as pingDatabase
 * does.
 */
export function writeObstacle(db: Database): Promise<Obstacle | undefined> {
  return withTimeout(pingMs, obstacleOf(db));
}

async function obstacleOf({ orm, disk }: Database): Promise<Obstacle | undefined> {
  const em = orm.em.fork();
  const row = await queryOne(
    em,
    sql<{ readOnly: string }>`select current_setting('transaction_read_only') as "readOnly"`,
  );
  if (row?.readOnly === 'on') return 'read_only';
  if (performance.now() < disk.fineUntil) return undefined;
  try {
    await em.transactional(fillTemporaryFile);
  } catch (error) {
    if (sqlState(error) === FULL) return 'disk_full';
    throw error;
  }
  disk.fineUntil = performance.now() + diskFineMs;
  return undefined;
}

/** Small writes succeed on a full disk while a page of a table has space. A temporary file always needs new space. */
async function fillTemporaryFile(em: EntityManager): Promise<void> {
  await query(em, sql`set local work_mem = '64kB'`);
  await query(em, sql`select count(*) from generate_series(1, 10000)`);
}
