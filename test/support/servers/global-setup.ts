import { randomUUID } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { installPrograms } from '../../../dev/install/servers.ts';
import { startPostgres } from '../../../dev/servers/postgres.ts';
import { startRedis } from '../../../dev/servers/redis.ts';
import {
  buildOpenldap,
  dockerAnswers,
  postgresContainer,
  redisContainer,
  removeContainers,
} from './containers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where servers run that a test starts for itself. */
    ground: 'docker' | 'machine';
    /** Connection URL of the database `postgres`, as its owner. */
    postgres: string;
    redis: string;
  }
}

interface Ground {
  readonly kind: 'docker' | 'machine';
  readonly postgres: AsyncDisposable & { readonly url: string };
  readonly redis: AsyncDisposable & { readonly url: string };
}

/** One PostgreSQL and one Redis for all test files; each file takes its own databases and key prefixes there. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const run = randomUUID();
  // The way to the workers: containers carry it as a label.
  process.env['ROLLCALL_TEST_RUN'] = run;
  const { kind, postgres, redis } = (await onDocker()) ?? (await onMachine());
  project.provide('ground', kind);
  project.provide('postgres', postgres.url);
  project.provide('redis', redis.url);
  return async () => {
    await Promise.all([postgres[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()]);
    if (kind === 'docker') await removeContainers(run);
  };
}

async function onDocker(): Promise<Ground | undefined> {
  // Its reaper is one more image that must be had; here every server ends with the test that started it.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  if (process.env['ROLLCALL_TEST_SERVERS'] === 'machine' || !(await dockerAnswers())) return undefined;
  const making = await Promise.allSettled([postgresContainer(), redisContainer(), buildOpenldap()]);
  const [postgres, redis, openldap] = making;
  if (postgres.status === 'fulfilled' && redis.status === 'fulfilled' && openldap.status === 'fulfilled') {
    say('PostgreSQL, Redis and OpenLDAP run in containers');
    return { kind: 'docker', postgres: postgres.value, redis: redis.value };
  }
  if (postgres.status === 'fulfilled') await postgres.value[Symbol.asyncDispose]();
  if (redis.status === 'fulfilled') await redis.value[Symbol.asyncDispose]();
  const reasons = making.flatMap(part => (part.status === 'rejected' ? [String(part.reason)] : []));
  say(`a Docker engine answers, but not every image can be had (${reasons.join('; ')})`);
  return undefined;
}

async function onMachine(): Promise<Ground> {
  await installPrograms(say);
  const [postgres, redis] = await Promise.all([startPostgres({ durable: false }), startRedis()]);
  say('PostgreSQL, Redis and OpenLDAP run as programs of this machine');
  return {
    kind: 'machine',
    postgres: Object.assign(postgres, { url: postgres.urlOf('postgres') }),
    redis,
  };
}

function say(line: string): void {
  console.error(`rollcall: ${line}`);
}
