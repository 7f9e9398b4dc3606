/** Claims in PostgreSQL are removed after they expire. */
import { Pool } from 'pg';
import { expect, inject, it } from 'vitest';
import { claimInPostgres, prepareFireClaims } from '../../src/queue/claim-once.ts';

it('a queue leaves no expired claim in PostgreSQL', async () => {
  const pool = new Pool({ connectionString: inject('postgres'), max: 1 });
  const schema = 'fire_claims_test';
  const client = await pool.connect();
  await client.query(`drop schema if exists ${schema} cascade; create schema ${schema}`);
  await prepareFireClaims(client, schema);
  await prepareFireClaims(client, schema);
  client.release();

  expect(await claimInPostgres(pool, schema, 'corp:08:00', -1)).toBe(true);
  expect(await claimInPostgres(pool, schema, 'corp:09:00', 60_000)).toBe(true);
  expect(await claimInPostgres(pool, schema, 'corp:09:00', 60_000)).toBe(false);

  const { rows } = await pool.query(`select key from ${schema}.fire_claim`);
  expect(rows).toEqual([{ key: 'corp:09:00' }]);
  await pool.query(`drop schema ${schema} cascade`);
  await pool.end();
});
