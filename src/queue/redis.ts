import { Queue, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { Settings } from '../settings.ts';
import type { Broker, Use } from './broker.ts';
import { claimInRedis } from './fire-claims.ts';
import type { Outage } from './outage.ts';
import { whenReady } from './ready.ts';

type RedisSettings = NonNullable<Settings['redis']>;

const connections = {
  // Somebody waits for the answer: say no at once rather than when Redis is back.
  add: { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 5_000 },
  // Nobody waits, and a blocking read has no end: go on when Redis is back.
  work: { maxRetriesPerRequest: null },
} satisfies Record<Use, RedisOptions>;

/** Connects to Redis; throws what the connection met when it is away, and leaves nothing open then. */
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

/** The promise of `connect` only says that the connection is closed; why stands in the event before it. */
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
    async worker(name, { perform, failed }, options) {
      const worker = new Worker(name, perform, { ...options, connection: redis, prefix });
      worker.on('error', outage.seen);
      worker.on('failed', failed);
      // Not awaited: it has connections of its own and makes them when it can.
      return worker;
    },
    claim: (key, ttlMs) => claimInRedis(redis, `${prefix}:fire:${key}`, ttlMs),
    async ping() {
      // A replica, a full memory or a full disk answers a ping as well, and takes no task.
      await redis.set(`${prefix}:writable`, '1', 'PX', 1_000);
    },
    async close() {
      redis.disconnect();
    },
  };
}
