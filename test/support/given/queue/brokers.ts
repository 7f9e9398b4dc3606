/** The two queue implementations, for tests that run on both. */
import { randomUUID } from 'node:crypto';
import { createPostgresBackend, Queue, runMigrations } from 'bullmq';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, inject } from 'vitest';
import { startRedis } from '../../../../dev/servers/redis.ts';
import type { QueueSettings } from '../../../../src/queue/broker.ts';
import type { QueueName } from '../../../../src/queue/tasks.ts';
import { type Gate, startGate } from './broker-gate.ts';

/** A separate task queue behind a gate that can make it unreachable. */
export interface TestBroker extends AsyncDisposable {
  readonly settings: QueueSettings;
  readonly gate: Gate;
  /** Deletes all tasks, as FLUSHALL does. */
  wipe(): Promise<void>;
  /** Reads a queued task directly, without the code under test. */
  peek(queue: QueueName, id: string): Promise<QueuedJob | undefined>;
  /** Enqueues a payload that the code under test would never enqueue. */
  smuggle(queue: QueueName, payload: unknown): Promise<void>;
}

export interface QueuedJob {
  readonly data: unknown;
  readonly bytes: number;
  readonly attemptsMade: number;
}

/** The same tests run on both. */
export const brokers = [
  { name: 'Redis', open: openRedisBroker },
  { name: 'PostgreSQL', open: openPostgresBroker },
] as const;

/** One broker for the tests of a `describe`; it is empty and reachable when each test begins. */
export function sharedBroker(open: () => Promise<TestBroker>): () => TestBroker {
  let broker: TestBroker | undefined;
  const get = () => {
    if (broker === undefined) throw new Error('the broker is opened before the first test, not earlier');
    return broker;
  };
  beforeAll(async () => {
    broker = await open();
  });
  beforeEach(async () => {
    get().gate.restore();
    await get().wipe();
  });
  afterAll(() => get()[Symbol.asyncDispose]());
  return get;
}

async function openRedisBroker(): Promise<TestBroker> {
  const server = await startRedis();
  const gate = await startGate({ host: '127.0.0.1', port: server.port });
  const prefix = 'rollcall';
  const redis = new Redis(server.url);
  const open = (name: QueueName) => new Queue(name, { connection: redis, prefix: `${prefix}:one` });
  return {
    settings: {
      redis: { url: `redis://127.0.0.1:${gate.port}`, prefix },
      database: { url: 'postgres://nobody@unused.invalid/none', poolSize: 1 },
      installation: 'one',
    },
    gate,
    async wipe() {
      await redis.flushall();
    },
    peek: (queue, id) => peek(open(queue), id),
    smuggle: (queue, payload) => smuggle(open(queue), payload),
    async [Symbol.asyncDispose]() {
      redis.disconnect();
      await gate[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function openPostgresBroker(): Promise<TestBroker> {
  const name = `queue_${randomUUID().replaceAll('-', '')}`;
  const direct = new URL(inject('postgres'));
  const owner = new Client({ connectionString: direct.href });
  await owner.connect();
  await owner.query(`create database ${name}`);
  direct.pathname = name;
  const gate = await startGate({ host: direct.hostname, port: Number(direct.port) });
  const gated = new URL(direct);
  gated.hostname = '127.0.0.1';
  gated.port = String(gate.port);
  await inDatabase(direct.href, client => runMigrations(client, 'rollcall_queue'));
  const connection = { connectionString: direct.href, schema: 'rollcall_queue', max: 1 };
  const open = (queue: QueueName) => new Queue(queue, { connection }, createPostgresBackend);
  return {
    settings: { database: { url: gated.href, poolSize: 5 }, installation: 'one' },
    gate,
    wipe: () => inDatabase(direct.href, client => client.query('truncate rollcall_queue.job cascade')),
    peek: (queue, id) => peek(open(queue), id),
    smuggle: (queue, payload) => smuggle(open(queue), payload),
    async [Symbol.asyncDispose]() {
      await gate[Symbol.asyncDispose]();
      await owner.query(`drop database ${name} with (force)`);
      await owner.end();
    },
  };
}

type AnyQueue = Pick<Queue, 'getJob' | 'add' | 'close'>;

async function peek(queue: AnyQueue, id: string): Promise<QueuedJob | undefined> {
  try {
    const job = await queue.getJob(id);
    if (job === undefined) return undefined;
    const bytes = Buffer.byteLength(JSON.stringify(job.asJSON()));
    return { data: job.data, bytes, attemptsMade: job.attemptsMade };
  } finally {
    await queue.close();
  }
}

async function smuggle(queue: AnyQueue, payload: unknown): Promise<void> {
  await queue.add('run', payload);
  await queue.close();
}

async function inDatabase(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await work(client);
  await client.end();
}
