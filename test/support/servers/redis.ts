/** The Redis servers of the tests. */
import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { type Redis, startRedis as startProgram } from '../../../dev/servers/redis.ts';
import type { Settings } from '../../../src/model/settings.ts';

/** The shared Redis of the tests, with a unique key prefix. */
export function redisSettings(): NonNullable<Settings['redis']> {
  return { url: inject('redis'), prefix: `test-${randomUUID()}` };
}

/** A separate Redis that the test may flush, stop and kill. It loses all data when it ends. */
export async function startRedis(): Promise<Redis> {
  if (inject('servers') === 'machine') return startProgram();
  const { redisContainer } = await import('./containers.ts');
  return redisContainer();
}
