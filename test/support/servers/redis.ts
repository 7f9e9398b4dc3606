import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { type Redis, startRedis as startProgram } from '../../../dev/servers/redis.ts';
import type { Settings } from '../../../src/model/settings.ts';

/** The tests' Redis, under a key prefix that nobody else uses. */
export function redisSettings(): NonNullable<Settings['redis']> {
  return { url: inject('redis'), prefix: `test-${randomUUID()}` };
}

/** A Redis of the test's own, to be flushed, stopped and killed. Forgets everything when it ends. */
export async function startRedis(): Promise<Redis> {
  if (inject('ground') === 'machine') return startProgram();
  const { redisContainer } = await import('./containers.ts');
  return redisContainer();
}
