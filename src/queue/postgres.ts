import { createPostgresBackend, type PostgresPoolConfig, Queue, runMigrations, Worker } from 'bullmq';
import { type ClientBase, Pool, type PoolClient } from 'pg';
import type { Settings } from '../settings.ts';
import type { Broker, Use } from './broker.ts';
import { claimInPostgres, prepareFireClaims } from './fire-claims.ts';
import type { Outage } from './outage.ts';
import { whenReady } from './ready.ts';

/** The queue's own corner of the database, apart from the tables and migrations of the product. */
const queueSchema = 'rollcall_queue';

/**
 * Opens the queue that lives in PostgreSQL and brings its schema up to date (safe to do from several processes at
 * once). Throws what PostgreSQL answered when that cannot be done.
 */
export async function openPostgres(
  settings: Settings['database'],
  use: Use,
  outage: Outage,
  server: string,
): Promise<Broker> {
  const config = poolConfig(settings, use, outage);
  const pool = new Pool({ ...config, max: 1 });
  pool.on('error', outage.seen);
  try {
    await prepareSchema(await pool.connect());
  } catch (error) {
    await pool.end();
    throw error;
  }
  return postgresBroker(pool, { ...config, schema: queueSchema }, outage, server);
}

function poolConfig(settings: Settings['database'], use: Use, outage: Outage): PostgresPoolConfig {
  return {
    connectionString: settings.url,
    application_name: 'rollcall queue',
    // A queue's statements are short; what matters is that one slow one does not stop the renewal of locks.
    max: 3,
    keepAlive: true,
    // Whoever is gone without a word holds nobody up, and nobody waits for ever.
    idle_in_transaction_session_timeout: settings.idleTransactionTimeoutMs ?? 30_000,
    lock_timeout: settings.lockTimeoutMs ?? 45_000,
    statement_timeout: settings.statementTimeoutMs ?? 120_000,
    // A connection that breaks while it is borrowed has no listener of its own and would end the process.
    onConnect: (client: ClientBase) => void client.on('error', outage.seen),
    connectionTimeoutMillis: 5_000,
    // Whoever adds a task waits for the answer, so a server that hangs counts as one that is away.
    query_timeout: use === 'add' ? 10_000 : 60_000,
  };
}

async function prepareSchema(client: PoolClient): Promise<void> {
  try {
    await runMigrations(client, queueSchema);
    await prepareFireClaims(client, queueSchema);
  } finally {
    client.release();
  }
}

function postgresBroker(pool: Pool, connection: PostgresPoolConfig, outage: Outage, server: string): Broker {
  return {
    server,
    outage,
    async queue(name) {
      const queue = new Queue(name, { connection }, createPostgresBackend);
      queue.on('error', outage.seen);
      return whenReady(queue);
    },
    async worker(name, { perform, failed }, options) {
      const worker = new Worker(name, perform, { ...options, connection }, createPostgresBackend);
      worker.on('error', outage.seen);
      worker.on('failed', failed);
      // There is no event for "connected again"; being handed a task is proof enough.
      worker.on('active', outage.over);
      return whenReady(worker);
    },
    claim: (key, ttlMs) => claimInPostgres(pool, queueSchema, key, ttlMs),
    async ping() {
      await pool.query(`delete from ${queueSchema}.fire_claim where false`);
    },
    async close() {
      if (!pool.ending) await pool.end();
    },
  };
}
