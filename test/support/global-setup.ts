import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../dev/embedded/postgres.ts';
import { startRedis } from '../../dev/embedded/redis.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection URL of the database `postgres`, as its owner. */
    postgres: string;
    redis: string;
  }
}

/** One PostgreSQL and one Redis for all test files; each file takes its own databases and key prefixes there. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [postgres, redis] = await Promise.all([startPostgres({ durable: false }), startRedis()]);
  project.provide('postgres', postgres.url('postgres'));
  project.provide('redis', redis.url);
  return async () => {
    await Promise.all([postgres[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()]);
  };
}
