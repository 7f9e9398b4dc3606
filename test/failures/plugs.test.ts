/** Every server of a running service is killed and restarted; no manual repair is needed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDatabase, type Postgres, startPostgres } from '../../dev/servers/postgres.ts';
import type { Redis } from '../../dev/servers/redis.ts';
import type { Server } from '../../dev/servers/server.ts';
import type { Slapd } from '../../dev/servers/slapd.ts';
import { closeDatabase, openDatabase } from '../../src/store/database/database.ts';
import { migrateUp } from '../../src/store/database/migrate.ts';
import { temporaryFolder } from '../support/config.ts';
import { jobsOver } from '../support/given/company.ts';
import { type Config, configOf, TOKEN } from '../support/given/installation.ts';
import { directory } from '../support/given/values.ts';
import { until } from '../support/observe/until.ts';
import { startRedis } from '../support/servers/redis.ts';
import { type Service, serve } from '../support/servers/rollcall.ts';
import { auditGaps, seed, startDirectory, TRUTH } from './failing-installation.ts';

const stack = new AsyncDisposableStack();
let plugs: { readonly postgres: Postgres; readonly redis: Redis; readonly slapd: Slapd };
let service: Service;
let databaseUrl: string;

beforeAll(async () => {
  const { slapd } = await startDirectory();
  stack.use(slapd);
  const redis = stack.use(await startRedis());
  const postgres = stack.use(await startPostgres({ durable: false }));
  plugs = { postgres, redis, slapd };
  await createDatabase(postgres, 'app');
  databaseUrl = postgres.urlOf('app');
  const db = await openDatabase({ url: databaseUrl, poolSize: 2 });
  await migrateUp(db);
  await seed(db);
  await closeDatabase(db);
  const folder = stack.use(await temporaryFolder());
  const config: Config = {
    ...configOf(slapd, {}),
    database: { url: databaseUrl },
    redis: { url: redis.url, prefix: 'plugs' },
  };
  service = stack.use(await serve(await folder.write('rollcall.yaml', JSON.stringify(config))));
});
afterAll(() => stack.disposeAsync());

const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
const runShape = z.object({ id: z.number(), status: z.string(), finishedAt: z.string().nullish() });

/** Requests a run and follows it to its end. */
async function syncNow(): Promise<string> {
  const body = JSON.stringify({ directory: 'corp' });
  const asked = await fetch(`${service.url}/api/runs`, { method: 'POST', headers, body });
  const { id } = runShape.parse(await asked.json());
  return until(`run ${id} is over`, async () => {
    const shown = await fetch(`${service.url}/api/runs/${id}`, { headers });
    const run = runShape.parse(await shown.json());
    return run.finishedAt ? run.status : undefined;
  });
}

const isReady = async () => (await fetch(`${service.url}/readyz`)).ok;

async function isTrue(): Promise<void> {
  const db = await openDatabase({ url: databaseUrl, poolSize: 2 });
  try {
    expect(await jobsOver(db, directory()).members()).toEqual(TRUTH);
    expect(await auditGaps(db)).toEqual([]);
  } finally {
    await closeDatabase(db);
  }
}

/** Killed for long enough to be detected, and restarted. */
async function pull(plug: Server, isNoticed: () => Promise<boolean>): Promise<void> {
  await plug.kill();
  await until('somebody notices', isNoticed);
  await plug.start();
  await until('the service is ready again', isReady);
}

describe('a running service', () => {
  it('syncs before any outage', async () => {
    expect(await syncNow()).toBe('succeeded');
    await isTrue();
  });

  it.each(['postgres', 'redis'] as const)(
    'continues without help when %s is back after a kill (F77)',
    async name => {
      await pull(plugs[name], async () => !(await isReady()));
      expect(await syncNow()).toBe('succeeded');
      await isTrue();
    },
  );

  it('reads again shortly after the directory is back (F04)', async () => {
    await pull(plugs.slapd, async () => (await syncNow()) === 'failed');
    // A failed server is skipped for a second, and runs fail meanwhile.
    await until('a run succeeds', async () => (await syncNow()) === 'succeeded');
    await isTrue();
  });

  it('continues without help after everything was killed at once', async () => {
    const all = Object.values(plugs);
    await Promise.all(all.map(plug => plug.kill()));
    await until('the service says so', async () => !(await isReady()));
    await Promise.all(all.map(plug => plug.start()));
    await until('the service is ready again', isReady);
    expect(await syncNow()).toBe('succeeded');
    await isTrue();
    expect(await service.end('SIGTERM')).toBe(0);
  });
});
