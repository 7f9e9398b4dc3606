/** Claims a key for one of several processes, on Redis or PostgreSQL. */
import type { Redis } from 'ioredis';
import type { Pool, PoolClient } from 'pg';

/** True for the first caller with this key. The key expires after `ttlMs`. */
export async function claimInRedis(redis: Redis, key: string, ttlMs: number): Promise<boolean> {
  return (await redis.set(key, '1', 'PX', ttlMs, 'NX')) === 'OK';
}

/** Creates the table of claims. Takes a lock, because two concurrent `create … if not exists` can still fail. */
export async function prepareFireClaims(client: PoolClient, schema: string): Promise<void> {
  await client.query(`
    begin;
    select pg_advisory_xact_lock(hashtext('${schema}.fire_claim'));
    create table if not exists ${schema}.fire_claim (key text primary key, expires_at timestamptz not null);
    commit`);
}

/** Like {@link claimInRedis}, in a table, by the clock of the database. Also deletes expired claims. */
export async function claimInPostgres(
  pool: Pool,
  schema: string,
  key: string,
  ttlMs: number,
): Promise<boolean> {
  await pool.query(`delete from ${schema}.fire_claim where expires_at <= now()`);
  const claimed = await pool.query(
    `insert into ${schema}.fire_claim (key, expires_at) values ($1, now() + $2 * interval '1 millisecond')
     on conflict do nothing`,
    [key, ttlMs],
  );
  return claimed.rowCount === 1;
}
