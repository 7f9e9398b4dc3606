/** The queue server on PostgreSQL. */
import { createPostgresBackend, type PostgresPoolConfig, Queue, runMigrations, Worker } from 'bullmq';
import { type ClientBase, Pool, type PoolClient, type QueryResultRow } from 'pg';
import type { Settings } from '../model/settings.ts';
import type { Broker, Use } from './broker.ts';
import { claimInPostgres, prepareFireClaims } from './claim-once.ts';
import type { Outage } from './outage-log.ts';
import { refuseTransactionPooler } from './pooler.ts';
import { whenReady } from './when-ready.ts';

/** The schema of the queue, if `database.schema` is not set. */
const DEFAULT_SCHEMA = 'rollcall_queue';

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
  await refuseTransactionPooler(config, server);
  const pool = new Pool({ ...config, max: 1 });
  pool.on('error', outage.seen);
  try {
    const schema = await schemaOfQueue(pool, settings.schema);
    await prepareSchema(await pool.connect(), schema);
    return postgresBroker(pool, schema, { ...config, schema }, outage, server);
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/**
 * With `database.schema`, all tables are in that one schema, unless deploy/roles.sql has made a schema for the queue: a
 * runtime that may not create tables next to the audit has its own schema.
 */
async function schemaOfQueue(pool: Pool, home: string | undefined): Promise<string> {
  if (home === undefined) return DEFAULT_SCHEMA;
  const own = `${home}_tasks`;
  const found = await pool.query('select from pg_namespace where nspname = $1', [own]);
  return found.rowCount === 0 ? home : own;
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

async function prepareSchema(client: PoolClient, schema: string): Promise<void> {
  try {
    const found = await client.query('select from pg_namespace where nspname = $1', [schema]);
    await runMigrations(found.rowCount === 0 ? client : inExistingSchema(client), schema);
    await prepareFireClaims(client, schema);
  } finally {
    client.release();
  }
}

/** Skips CREATE SCHEMA IF NOT EXISTS, which needs the right to create schemas also if the schema exists. */
function inExistingSchema(client: PoolClient): Parameters<typeof runMigrations>[0] {
  return {
    query: <Row>(text: string, values: readonly unknown[] = []) =>
      client.query<Row & QueryResultRow>(
        text.startsWith('CREATE SCHEMA') ? '' : text,
        ...(values.length === 0 ? [] : [[...values]]),
      ),
  };
}

function postgresBroker(
  pool: Pool,
  schema: string,
  connection: PostgresPoolConfig,
  outage: Outage,
  server: string,
): Broker {
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
    claim: (key, ttlMs) => claimInPostgres(pool, schema, key, ttlMs),
    // The queue is in the schema of the installation.
    neighbours: async () => [],
    async ping() {
      await pool.query(`delete from ${schema}.fire_claim where false`);
    },
    async close() {
      if (!pool.ending) await pool.end();
    },
  };
}
