/** Starts the servers that all test files share. */
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
    /** Where the servers run that a test starts for itself. */
    servers: 'docker' | 'machine';
    /** The URL of the database `postgres`, as its owner. */
    postgres: string;
    redis: string;
  }
}

interface Servers {
  readonly kind: 'docker' | 'machine';
  readonly postgres: AsyncDisposable & { readonly url: string };
  readonly redis: AsyncDisposable & { readonly url: string };
}

/** Starts one PostgreSQL and one Redis for all test files; each file uses its own databases and key prefixes. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const run = randomUUID();
  // Passes the run to the workers, whose containers have it as a label.
  process.env['ROLLCALL_TEST_RUN'] = run;
  const { kind, postgres, redis } = (await onDocker()) ?? (await onMachine());
  project.provide('servers', kind);
  project.provide('postgres', postgres.url);
  project.provide('redis', redis.url);
  return async () => {
    await Promise.all([postgres[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()]);
    if (kind === 'docker') await removeContainers(run);
  };
}

async function onDocker(): Promise<Servers | undefined> {
  // Its reaper needs one more image; here each server is stopped by the test that started it.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  const wanted = process.env['ROLLCALL_TEST_SERVERS'];
  if (wanted === 'machine') return undefined;
  if (!(await dockerAnswers())) return without(wanted, 'no Docker engine answers');
  const making = await Promise.allSettled([postgresContainer(), redisContainer(), buildOpenldap()]);
  const [postgres, redis, openldap] = making;
  if (postgres.status === 'fulfilled' && redis.status === 'fulfilled' && openldap.status === 'fulfilled') {
    say('PostgreSQL, Redis and OpenLDAP run in containers');
    return { kind: 'docker', postgres: postgres.value, redis: redis.value };
  }
  if (postgres.status === 'fulfilled') await postgres.value[Symbol.asyncDispose]();
  if (redis.status === 'fulfilled') await redis.value[Symbol.asyncDispose]();
  const reasons = making.flatMap(part => (part.status === 'rejected' ? [String(part.reason)] : []));
  return without(wanted, `a Docker engine answers, but not every image can be had (${reasons.join('; ')})`);
}

/** The servers run on the machine instead, unless the caller insists on containers. */
function without(wanted: string | undefined, reason: string): undefined {
  if (wanted === 'docker') throw new Error(reason);
  say(reason);
}

async function onMachine(): Promise<Servers> {
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
