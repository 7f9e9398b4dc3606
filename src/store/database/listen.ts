/** Listens for notifications of PostgreSQL on a connection of its own. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Database } from './database.ts';

const RETRY_MS = 5_000;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Calls `ring` for every notification of the channel, and after every connection, because notifications of the time
 * before are lost. It connects again after a failure. A notification is only a hint: a pooler in transaction mode
 * delivers none, so callers must also poll.
 */
export function listen(db: Database, channel: string, ring: () => void): AsyncDisposable {
  const stop = new AbortController();
  const connectionString = db.orm.config.get('clientUrl');
  const done = (async () => {
    while (!stop.signal.aborted) {
      await listenOnce({ connectionString, channel, ring }, stop.signal).catch(() => {});
      await delay(RETRY_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
    },
  };
}

interface Listening {
  readonly connectionString: string | undefined;
  readonly channel: string;
  readonly ring: () => void;
}

/** Resolves when the connection has ended or the signal aborts. */
async function listenOnce(
  { connectionString, channel, ring }: Listening,
  signal: AbortSignal,
): Promise<void> {
  const client = new pg.Client({
    connectionString,
    application_name: 'rollcall listen',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  client.on('error', () => end());
  client.on('end', () => end());
  client.on('notification', ring);
  signal.addEventListener('abort', () => end(), { once: true });
  try {
    await client.connect();
    await client.query(`listen ${client.escapeIdentifier(channel)}`);
    ring();
    await ended;
  } finally {
    // end() would wait for the server, which may no longer answer.
    client.connection.stream.destroy();
  }
}
