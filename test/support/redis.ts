import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import type { Settings } from '../../src/settings.ts';

/** The tests' Redis, under a key prefix that nobody else uses. */
export function redisSettings(): NonNullable<Settings['redis']> {
  return { url: inject('redis'), prefix: `test-${randomUUID()}` };
}
