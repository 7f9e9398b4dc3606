/** The queue server on Redis. */
import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import { Queue, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { messageOf, UnavailableError } from '../errors.ts';
import type { Settings, TlsSettings } from '../model/settings.ts';
import { type Broker, UNKNOWN_INSTALLATION, type Use } from './broker.ts';
import { claimInRedis } from './claim-once.ts';
import type { Outage } from './outage-log.ts';
import { whenReady } from './when-ready.ts';

type RedisSettings = NonNullable<Settings['redis']> & { readonly installation: string };

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
  const redis = new Redis(withPassword(settings), {
    ...connections[use],
    ...(settings.tls && { tls: await trustOf(settings.tls) }),
    connectTimeout: 5_000,
    // A primary that became a replica keeps its connections. The address may lead to the new primary.
    reconnectOnError: error => error.message.startsWith('READONLY'),
    lazyConnect: true,
  });
  try {
    await connect(redis);
    await requirePrimary(redis, server);
    await tryCommands(redis, settings);
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  // A worker copies this connection and its options. A lazy copy never connects if its first attempt fails.
  redis.options.lazyConnect = false;
  redis.on('error', outage.seen);
  redis.on('ready', outage.over);
  return redisBroker(redis, settings, outage, server);
}

/** The URL with the password. ioredis ignores a separate password if the URL names a user. */
function withPassword({ url, password }: RedisSettings): string {
  const login = new URL(url);
  if (password !== undefined && login.password === '') login.password = encodeURIComponent(password);
  return login.href;
}

async function trustOf({ caFile, certFile, keyFile, serverName }: TlsSettings): Promise<ConnectionOptions> {
  const read = async (file: string | undefined) => (file === undefined ? undefined : readFile(file));
  const [ca, cert, key] = await Promise.all([read(caFile), read(certFile), read(keyFile)]);
  return {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(serverName !== undefined && { servername: serverName }),
  };
}

/** Refuses servers that accept a connection, but cannot hold the keys of a queue. */
async function requirePrimary(redis: Redis, server: string): Promise<void> {
  const mode = /^redis_mode:(\w+)/m.exec(await redis.info('server'))?.[1];
  const problem = UNSUITABLE.get(mode ?? '');
  if (problem !== undefined) throw new UnavailableError(`${server} ${problem}`);
}

const UNSUITABLE: ReadonlyMap<string, string> = new Map([
  [
    'cluster',
    'is in cluster mode, where the keys of a queue are on several servers: use a Redis without cluster mode, or omit redis for the queue in PostgreSQL',
  ],
  [
    'sentinel',
    'is a Sentinel, which stores no keys: set redis.url to the primary, or to a name or proxy that leads to it',
  ],
]);

/** Throws the error of the preceding event, because the error of `connect` only says that the connection is closed. */
async function connect(redis: Redis): Promise<void> {
  const errors: unknown[] = [];
  const remember = (error: unknown) => errors.push(error);
  redis.on('error', remember);
  try {
    await redis.connect();
    redis.off('error', remember);
  } catch (error) {
    throw errors[0] ?? error;
  }
}

function redisBroker(redis: Redis, settings: RedisSettings, outage: Outage, server: string): Broker {
  const prefix = ownPrefix(settings);
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
    ping: () => tryCommands(redis, settings),
    async neighbours() {
      if (settings.installation === UNKNOWN_INSTALLATION) return [];
      const used = await redis.zrangebyscore(registryOf(settings), Date.now() - NEIGHBOUR_MS, '+inf');
      return used.filter(id => id !== settings.installation);
    },
    async close() {
      redis.disconnect();
    },
  };
}

/** Writes several keys of each type that a queue has, as the scripts of BullMQ do. The keys expire. */
const PROBE = `
redis.call('HSET', KEYS[1], 'probe', 1)
redis.call('LPUSH', KEYS[2], 1)
redis.call('XADD', KEYS[3], 'MAXLEN', 1, '*', 'probe', 1)
redis.call('ZADD', KEYS[4], 0, 1)
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 1000) end`;

/**
 * Tries the commands that the queue needs. A replica, a server without memory or disk space, and a user without rights
 * answer a PING, but refuse these.
 */
async function tryCommands(redis: Redis, settings: RedisSettings): Promise<void> {
  const key = (name: string) => `${ownPrefix(settings)}:probe:${name}`;
  await redis.set(key('text'), '1', 'PX', 1_000);
  await redis.eval(PROBE, 4, key('hash'), key('list'), key('stream'), key('set'));
  await redis.bzpopmin(key('set'), 0.001);
  // BullMQ calls its scripts by their digest. No script has this one.
  await redis.evalsha('0'.repeat(40), 0).catch(error => {
    if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
  });
  const { installation } = settings;
  if (installation !== UNKNOWN_INSTALLATION) await redis.zadd(registryOf(settings), Date.now(), installation);
}

const NEIGHBOUR_MS = 7 * 24 * 3_600_000;

/** The start of all keys of one installation. */
function ownPrefix({ prefix, installation }: RedisSettings): string {
  return `${prefix}:${installation}`;
}

/** The key of the installations that use this prefix, each with the time of its last use. */
function registryOf({ prefix }: RedisSettings): string {
  return `${prefix}:installations`;
}
