/** Failures of Redis and PostgreSQL, with the real queue and the real worker. */
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, startPostgres } from '../../dev/servers/postgres.ts';
import type { Slapd } from '../../dev/servers/slapd.ts';
import { resumeWork } from '../../src/jobs/resume-work.ts';
import { syncDirectory } from '../../src/jobs/sync-directory.ts';
import type { RunMode } from '../../src/model/run.ts';
import type { DirectorySettings } from '../../src/model/settings.ts';
import { openQueue } from '../../src/queue/task-queue.ts';
import { closeDatabase, type Database, openDatabase } from '../../src/store/database/database.ts';
import { migrateUp } from '../../src/store/database/migrate.ts';
import { getRun, listRuns, requestRun } from '../../src/store/runs/request.ts';
import { jobsOver } from '../support/given/company.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import { until } from '../support/observe/until.ts';
import { freshDatabase } from '../support/servers/database.ts';
import { holdLock } from '../support/servers/lock.ts';
import { redisSettings, startRedis } from '../support/servers/redis.ts';
import {
  auditGaps,
  log,
  portsOf,
  seed,
  startDirectory,
  startWorkerOf,
  TRUTH,
} from './failing-installation.ts';

let slapd: Slapd;
let directory: DirectorySettings;

beforeAll(async () => {
  ({ slapd, settings: directory } = await startDirectory());
});
afterAll(() => slapd[Symbol.asyncDispose]());

async function ask(db: Database, more: { mode?: RunMode; group?: string } = {}): Promise<number> {
  return (await requestRun(db, { directory: 'corp', trigger: 'manual', mode: 'apply', ...more })).run.id;
}

function ended(db: Database, id: number) {
  return until(
    `run ${id} is over`,
    // The database may be unavailable for a short time.
    () =>
      getRun(db, id).then(
        run => run?.finishedAt !== undefined && run,
        () => false as const,
      ),
    30_000,
  );
}

/** The database equals the directory, the audit explains it, and the next run changes nothing. */
async function isClean(db: Database) {
  const jobs = jobsOver(db, directory);
  expect(await jobs.members()).toEqual(TRUTH);
  expect(await auditGaps(db)).toEqual([]);
  expect(await jobs.written(() => jobs.sync())).toEqual([]);
}

describe('a sync when Redis', () => {
  it('is flushed with a run and with its batches: both are enqueued again and done once (D7)', async () => {
    await using fresh = await freshDatabase();
    await using server = await startRedis();
    const { db, settings: database } = fresh;
    await seed(db);
    const settings = { database, redis: { url: server.url, prefix: 'rollcall' }, installation: 'one' };
    await using stack = new AsyncDisposableStack();
    const redis = stack.adopt(new Redis(server.url), client => client.disconnect());
    const queue = stack.adopt(await openQueue(settings, log), open => open.close());
    const ports = portsOf(db, directory, queue, 'worker');
    const resume = () => resumeWork({ db, log, ...queue }, 0);

    const id = await ask(db);
    await queue.enqueueRun(id);
    await redis.flushall();
    await resume();
    expect(await queue.counts()).toMatchObject({ waiting: 1 });
    expect(await syncDirectory(ports, id, new AbortController().signal)).toBe('done');
    expect(await getRun(db, id)).toMatchObject({
      status: 'applying',
      counts: { tasks: { total: 600, done: 0 } },
    });
    await redis.flushall();
    await resume();
    expect(await queue.counts()).toMatchObject({ waiting: 3 });
    stack.adopt(await startWorkerOf(ports, settings), worker => worker.close(1_000));
    expect(await ended(db, id)).toMatchObject({
      status: 'succeeded',
      counts: { applied: { groups: 600, failed: 0 } },
    });
    await isClean(db);
  });
});

describe('a sync when PostgreSQL', () => {
  it('is restarted while a batch is being applied: the batch is repeated', async () => {
    await using server = await startPostgres({ durable: false });
    await createDatabase(server, 'app');
    const database = { url: server.urlOf('app'), poolSize: 5 };
    const settings = { database, redis: redisSettings(), installation: 'one' };
    await using stack = new AsyncDisposableStack();
    const db = stack.adopt(await openDatabase(database), closeDatabase);
    await migrateUp(db);
    await seed(db);
    const queue = stack.adopt(await openQueue(settings, log), open => open.close());
    const ports = portsOf(db, directory, queue, 'worker');
    const id = await ask(db);
    await syncDirectory({ ...ports, enqueueBatches: async () => {} }, id, new AbortController().signal);

    await using lock = await holdLock(database.url, 'lock table access_group in share mode');
    await queue.enqueueBatches(id, [0, 1, 2]);
    stack.adopt(await startWorkerOf(ports, settings), worker => worker.close(1_000));
    await lock.isWaitedFor();
    await server.restart();
    expect(await ended(db, id)).toMatchObject({
      status: 'succeeded',
      counts: { applied: { groups: 600, failed: 0 } },
    });
    await isClean(db);
  });
});

describe('concurrent requests', () => {
  it('to three workers: one run at a time, none fails, none is lost (F78)', async () => {
    await using fresh = await freshDatabase();
    const { db, settings: database } = fresh;
    await seed(db);
    const settings = { database, redis: redisSettings(), installation: 'one' };
    await using stack = new AsyncDisposableStack();
    const queue = stack.adopt(await openQueue(settings, log), open => open.close());
    const reading = { now: 0, most: 0 };
    for (const owner of ['one', 'two', 'three']) {
      const ports = portsOf(db, directory, queue, owner);
      const readDirectory: typeof ports.readDirectory = async (...args) => {
        reading.most = Math.max(reading.most, ++reading.now);
        return ports.readDirectory(...args).finally(() => reading.now--);
      };
      const worker = await startWorkerOf({ ...ports, readDirectory }, settings);
      stack.adopt(worker, open => open.close(1_000));
    }
    const wishes = [{}, {}, { mode: 'plan' }, { group: 'g1' }, { group: 'g1' }, { group: 'g2' }] as const;
    const ids = [...new Set(await Promise.all(wishes.map(wish => ask(db, wish))))];
    expect(ids).toHaveLength(4);
    await Promise.all(ids.flatMap(id => [queue.enqueueRun(id), queue.enqueueRun(id)]));
    await Promise.all(ids.map(id => ended(db, id)));
    expect((await listRuns(db, { limit: 10 })).map(run => run.status)).toEqual(ids.map(() => 'succeeded'));
    expect(reading.most).toBe(1);
    expect(await rowsOf(db, sql`select from sync_run_group where outcome = 'pending'`)).toEqual([]);
    await isClean(db);
  });
});
