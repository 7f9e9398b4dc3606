/** Recognises a connection pooler that gives each transaction another session, such as PgBouncer in transaction mode. */
import { Client, type ClientConfig } from 'pg';
import { UnavailableError } from '../errors.ts';

/**
 * Throws UnavailableError if two connections share a session of PostgreSQL. The queue in PostgreSQL depends on the
 * settings of its session, on LISTEN and on locks, which such a pooler loses.
 */
export async function refuseTransactionPooler(config: ClientConfig, server: string): Promise<void> {
  const [one, other] = [new Client(config), new Client(config)];
  for (const client of [one, other]) client.on('error', () => {});
  try {
    await Promise.all([one.connect(), other.connect()]);
    const before = await sessionOf(one);
    await other.query('begin');
    const between = await sessionOf(other);
    const after = await sessionOf(one);
    await other.query('rollback');
    if (before === after && before !== between) return;
  } finally {
    await Promise.all([one.end(), other.end()]);
  }
  throw new UnavailableError(
    `${server} is a pooler in transaction mode, which the queue in PostgreSQL cannot use: set redis.url, ` +
      'connect to PostgreSQL directly, or use the session mode of the pooler',
  );
}

async function sessionOf(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid;
}
