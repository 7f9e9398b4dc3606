/** The readiness check names a server that does not answer, and the remedy. */
import { expect, it } from 'vitest';
import { failedFinding, readiness } from '../../../src/app/roles/readiness.ts';
import { UnavailableError } from '../../../src/errors.ts';
import { freshDatabase } from '../../support/servers/database.ts';

it('names the server that is silent before the probe times out (G33)', async () => {
  await using fresh = await freshDatabase();
  const queue = { ping: () => new Promise<void>(() => {}) };
  const findings = await readiness({ db: fresh.db, queue }, { limitMs: 500 });
  expect(findings.filter(({ level }) => level === 'fail')).toEqual([
    { subject: 'queue', level: 'fail', message: 'no answer within 500 ms', fix: undefined },
  ]);
});

it('gives the remedy of the error, else what to check (G33)', () => {
  const known = new UnavailableError('Redis is read-only', { fix: 'find the primary' });
  expect(failedFinding('redis', known, 'check redis.url').fix).toBe('find the primary');
  expect(failedFinding('redis', new UnavailableError('silent'), 'check redis.url').fix).toBe(
    'check redis.url',
  );
});
