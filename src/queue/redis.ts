/** The queue server on Redis. */
import { Queue, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { Settings } from '../model/settings.ts';
import type { Broker, Use } from './broker.ts';
import { claimInRedis } from './claim-once.ts';
import type { Outage } from './outage-log.ts';
import { whenReady } from './when-ready.ts';

type RedisSettings = NonNullable<Settings['redis']>;

/** `socketTimeout`: a connection without an answer for that long is replaced; otherwise a lost one stays in use for ever. */
const connections = {
  // A caller waits for the answer: fail at once instead of waiting until Redis is back.
  add: { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 5_000, socketTimeout: 5_000 },
  // No caller waits: continue when Redis is back. A blocking read of BullMQ waits up to 10 s for a task.
  work: { maxRetriesPerRequest: null, socketTimeout: 15_000 },
} satisfies Record<Use, RedisOptions>;

/** Connects to Redis. If the connection fails, throws the error and leaves nothing open. */
export async function openRedis(
  settings: RedisSettings,
  use: Use,
  outage: Outage,
  server: string,
): Promise<Broker> {
  const redis = new Redis(settings.url, {
    ...connections[use],
    ...(settings.password === undefined ? {} : { password: settings.password }),
    connectTimeout: 5_000,
    lazyConnect: true,
  });
  await connect(redis);
  // A worker copies this connection and its options. A copy that is lazy fails for good where its first attempt fails.
  redis.options.lazyConnect = false;
  redis.on('error', outage.seen);
  redis.on('ready', outage.over);
  return redisBroker(redis, settings.prefix, outage, server);
}

/** Throws the error of the preceding event, because the error of `connect` only says that the connection is closed. */
async function connect(redis: Redis): Promise<void> {
  const met: unknown[] = [];
  const remember = (error: unknown) => met.push(error);
  redis.on('error', remember);
  try {
    await redis.connect();
    redis.off('error', remember);
  } catch (error) {
    redis.disconnect();
    throw met[0] ?? error;
  }
}

function redisBroker(redis: Redis, prefix: string, outage: Outage, server: string): Broker {
  return {
    server,
    outage,
    async queue(name) {
      const queue = new Queue(name, { connection: redis, prefix, skipWaitingForReady: true });
      queue.on('error', outage.seen);
      return whenReady(queue);
    },
    async worker(name, { runTask, failed }, options) {
      const worker = new Worker(name, runTask, { ...options, connection: redis, prefix });
      worker.on('error', outage.seen);
      worker.on('failed', failed);
      // Not awaited: a worker has its own connections and opens them when Redis is available.
      return worker;
    },
    claim: (key, ttlMs) => claimInRedis(redis, `${prefix}:fire:${key}`, ttlMs),
    async ping() {
      // A replica, or a server without memory or disk space, answers a ping but refuses writes.
      await redis.set(`${prefix}:writable`, '1', 'PX', 1_000);
    },
    async close() {
      redis.disconnect();
    },
  };
}
