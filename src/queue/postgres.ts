import { createPostgresBackend, type PostgresPoolConfig, Queue, runMigrations, Worker } from 'bullmq';
import { type ClientBase, Pool, type PoolClient } from 'pg';
import type { Settings } from '../model/settings.ts';
import type { Broker, Use } from './broker.ts';
import { claimInPostgres, prepareFireClaims } from './claim-once.ts';
import type { Outage } from './outage-log.ts';
import { whenReady } from './when-ready.ts';

/** The schema of the queue, separate from the tables and migrations of rollcall. */
const queueSchema = 'rollcall_queue';

/**
 * Opens the queue in PostgreSQL and migrates its schema; several processes can do this at once. Throws the error of
 * PostgreSQL.
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
    // Statements of the queue are short. More than one connection, so that a slow one does not delay lock renewals.
    max: 3,
    keepAlive: true,
    // A client that disappeared must not block others, and no client waits forever.
    idle_in_transaction_session_timeout: settings.idleTransactionTimeoutMs ?? 30_000,
    lock_timeout: settings.lockTimeoutMs ?? 45_000,
    statement_timeout: settings.statementTimeoutMs ?? 120_000,
    // Without this listener, a broken connection outside the pool would end the process.
    onConnect: (client: ClientBase) => void client.on('error', outage.seen),
    connectionTimeoutMillis: 5_000,
    // A caller that adds a task waits, so treat a server that hangs as unavailable.
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
    async worker(name, { runTask, failed }, options) {
      const worker = new Worker(name, runTask, { ...options, connection }, createPostgresBackend);
      worker.on('error', outage.seen);
      worker.on('failed', failed);
      // No event reports a reconnect. Receiving a task proves it.
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
