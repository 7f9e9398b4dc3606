/** Opens the configured queue server and names it in the errors. */
import type { Log } from '../log.ts';
import type { Broker, QueueSettings, Use } from './broker.ts';
import { watchOutage } from './outage-log.ts';
import { openPostgres } from './postgres.ts';
import { openRedis } from './redis.ts';
import { reach, serverName } from './unavailable.ts';

/**
 * Connects to the server of the queue: Redis if it is configured, otherwise PostgreSQL. Throws UnavailableError if the
 * server does not answer. A later outage is logged once, and the connection recovers by itself.
 */
export async function openBroker(settings: QueueSettings, use: Use, log: Log): Promise<Broker> {
  const { redis, database, installation } = settings;
  const server = redis ? serverName('Redis', redis.url) : serverName('PostgreSQL', database.url);
  const outage = watchOutage(server, use === 'add' ? 'nothing can be queued' : 'tasks wait', log);
  const ask = <T>(work: () => Promise<T>) => reach(server, 'the queue cannot be opened', work);
  const broker = await ask(() =>
    redis
      ? openRedis({ ...redis, installation }, use, outage, server)
      : openPostgres(database, use, outage, server),
  );
  return {
    ...broker,
    queue: name => ask(() => broker.queue(name)),
    worker: (name, work, options) => ask(() => broker.worker(name, work, options)),
  };
}
