/** A worker that is killed with SIGKILL at an exact point, and restarted. */
import { type ChildProcess, fork } from 'node:child_process';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silenceAfterEntries } from '../../dev/fake-ldap/faults/answers.ts';
import { onSearch } from '../../dev/fake-ldap/server/fault.ts';
import type { Slapd } from '../../dev/servers/slapd.ts';
import { resumeWork } from '../../src/jobs/resume-work.ts';
import type { DirectorySettings } from '../../src/model/settings.ts';
import { openQueue, type TaskQueue } from '../../src/queue/task-queue.ts';
import type { Database } from '../../src/store/database/database.ts';
import { getRun, requestRun } from '../../src/store/runs/request.ts';
import { jobsOver, openCompany } from '../support/given/company.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import { until } from '../support/observe/until.ts';
import { freshDatabase } from '../support/servers/database.ts';
import { holdLock } from '../support/servers/lock.ts';
import { redisSettings } from '../support/servers/redis.ts';
import { auditGaps, log, seed, startDirectory, TRUTH } from './failing-installation.ts';
import type { Order } from './worker-process.ts';

let slapd: Slapd;
let directory: DirectorySettings;

beforeAll(async () => {
  ({ slapd, settings: directory } = await startDirectory());
});
afterAll(() => slapd[Symbol.asyncDispose]());

interface WorkerProcess extends AsyncDisposable {
  kill(): Promise<void>;
}

/** Moves the clock of a process. */
function clockAhead(ms: number): string[] {
  const module = `
    const Real = Date;
    globalThis.Date = class extends Real {
      constructor(...parts) { parts.length > 0 ? super(...parts) : super(Real.now() + ${ms}); }
      static now() { return Real.now() + ${ms}; }
    };`;
  return ['--import', `data:text/javascript,${encodeURIComponent(module)}`];
}

function startProcess(order: Order, execArgv: string[] = []): WorkerProcess {
  const child: ChildProcess = fork(new URL('./worker-process.ts', import.meta.url), { execArgv });
  const gone = new Promise<void>(resolve => child.once('exit', () => resolve()));
  child.send(order);
  const kill = () => {
    child.kill('SIGKILL');
    return gone;
  };
  return { kill, [Symbol.asyncDispose]: kill };
}

async function ask(db: Database, queue: TaskQueue): Promise<number> {
  const { run } = await requestRun(db, { directory: 'corp', trigger: 'manual', mode: 'apply' });
  await queue.enqueueRun(run.id);
  return run.id;
}

const ended = (db: Database, id: number) =>
  until(`run ${id} is over`, async () => {
    const run = await getRun(db, id);
    return run?.finishedAt !== undefined && run;
  });

describe('a worker that is killed', () => {
  it('while it applies: no reader sees half of a batch, and another process does the rest once (F77, D4)', async () => {
    await using fresh = await freshDatabase();
    const { db, settings: database } = fresh;
    await seed(db);
    const settings = { database, redis: redisSettings(), installation: 'one' };
    await using queue = disposable(await openQueue(settings, log));
    // One of the batches waits for this name when half of its work is done.
    await using lock = await holdLock(
      database.url,
      `insert into access_group (team_id, name) select id, 'g300' from team`,
    );
    await using first = startProcess({ directory, settings });
    const id = await ask(db, queue.value);
    await lock.isWaitedFor();
    await until('the other batches are done', async () => {
      const [row] = await rowsOf(
        db,
        sql<{ left: number }>`
          select count(distinct batch)::int as left from sync_run_group where run_id = ${id} and outcome = 'pending'`,
      );
      return row?.left === 1;
    });
    await first.kill();
    await lock.release();
    const halfway = await jobsOver(db, directory).members();
    expect(Object.keys(halfway).length).toBeLessThan(600);
    for (const [group, members] of Object.entries(halfway))
      expect({ group, members }).toEqual({ group, members: TRUTH[group] });
    expect(await auditGaps(db)).toEqual([]);

    await using _ = startProcess({ directory, settings });
    expect(await ended(db, id)).toMatchObject({
      status: 'succeeded',
      counts: { applied: { groups: 600, failed: 0, added: Object.values(TRUTH).flat().length } },
    });
    const jobs = jobsOver(db, directory);
    expect(await jobs.members()).toEqual(TRUTH);
    expect(await auditGaps(db)).toEqual([]);
    expect(await jobs.written(() => jobs.sync())).toEqual([]);
  });

  it('during a read: the run ends as lease_expired, and another process does the next one (F77, D6)', async () => {
    await using company = await openCompany({ groups: { devs: ['alice', 'bob'] } });
    await using fresh = await freshDatabase();
    const { db, settings: database } = fresh;
    await seedCompany(db);
    const settings = { database, redis: redisSettings(), installation: 'one' };
    await using queue = disposable(await openQueue(settings, log));
    company.ldap.inject(onSearch({ filter: /groupOfNames/ }, silenceAfterEntries(0)));
    await using first = startProcess({ directory: company.settings, settings });
    const id = await ask(db, queue.value);
    await until('the groups are being read', () =>
      company.ldap.requests.some(({ filter }) => /groupOfNames/.test(filter ?? '')),
    );
    await first.kill();
    company.ldap.heal();

    await using _ = startProcess({ directory: company.settings, settings });
    const failed = await until('the lease runs out', async () => {
      await resumeWork({ db, log, ...queue.value }, 60_000);
      const run = await getRun(db, id);
      return run?.finishedAt !== undefined && run;
    });
    expect(failed).toMatchObject({ status: 'failed', errorCode: 'lease_expired' });
    const next = await ask(db, queue.value);
    expect(await ended(db, next)).toMatchObject({ status: 'succeeded', counts: { applied: { added: 2 } } });
    const jobs = jobsOver(db, company.settings);
    expect(await jobs.members()).toEqual({ 'platform/devs': ['alice', 'bob'] });
    expect(await jobs.written(() => jobs.sync())).toEqual([]);
  });

  it.each([
    ['an hour ahead', 3_600_000],
    ['an hour behind', -3_600_000],
  ])(
    'with its clock %s: it keeps its run while it lives, and its lease expires after its death (F77, D6)',
    async (_, ms) => {
      await using company = await openCompany({ groups: { devs: ['alice', 'bob'] } });
      await using fresh = await freshDatabase();
      const { db, settings: database } = fresh;
      await seedCompany(db);
      const settings = { database, redis: redisSettings(), installation: 'one' };
      await using queue = disposable(await openQueue(settings, log));
      company.ldap.inject(onSearch({ filter: /groupOfNames/ }, silenceAfterEntries(0)));
      await using first = startProcess({ directory: company.settings, settings }, clockAhead(ms));
      const id = await ask(db, queue.value);
      await until('the groups are being read', () =>
        company.ldap.requests.some(({ filter }) => /groupOfNames/.test(filter ?? '')),
      );
      const leases = new Set<string>();
      await until(
        'the lease was renewed, and ends within its time by the clock of the database',
        async () => {
          await resumeWork({ db, log, ...queue.value }, 60_000);
          const [run] = await rowsOf(
            db,
            sql<{ status: string; until: string; soon: boolean }>`
          select status, lease_until::text as until,
            lease_until <= now() + interval '2 seconds' as soon
          from sync_run where id = ${id}`,
          );
          expect(run).toMatchObject({ status: 'reading', soon: true });
          return leases.add(run?.until ?? '').size >= 3;
        },
      );
      await first.kill();
      company.ldap.heal();
      const next = await ask(db, queue.value);
      await using other = startProcess({ directory: company.settings, settings }, clockAhead(-ms));
      expect(await ended(db, next)).toMatchObject({ status: 'succeeded', counts: { applied: { added: 2 } } });
      expect(await getRun(db, id)).toMatchObject({ status: 'failed', errorCode: 'lease_expired' });
      expect(await jobsOver(db, company.settings).members()).toEqual({ 'platform/devs': ['alice', 'bob'] });
      await other.kill();
    },
  );
});

async function seedCompany(db: Database): Promise<void> {
  await rowsOf(db, sql`insert into auth_user (username) values ('alice'), ('bob'), ('carol')`);
  await rowsOf(db, sql`insert into team (slug, name) values ('platform', 'Platform')`);
}

function disposable(value: TaskQueue): AsyncDisposable & { readonly value: TaskQueue } {
  return { value, [Symbol.asyncDispose]: () => value.close() };
}
