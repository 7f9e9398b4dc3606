/** One message between Rollcall and Redis is lost, delayed for ever or repeated, for every message of a run. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { resumeWork } from '../../src/jobs/resume-work.ts';
import type { QueueSettings } from '../../src/queue/broker.ts';
import { openQueue, type TaskQueue } from '../../src/queue/task-queue.ts';
import { listRuns } from '../../src/store/runs/request.ts';
import { type Company, groupDn, openCompany, personDn } from '../support/given/company.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import { sample } from '../support/observe/sampling.ts';
import { until } from '../support/observe/until.ts';
import { type MessageFault, type Protocol, startMessageProxy } from '../support/proxies/message-proxy.ts';
import { splitResp } from '../support/proxies/redis-wire.ts';
import { redisSettings } from '../support/servers/redis.ts';
import { auditGaps, log, portsOf, startWorkerOf } from './failing-installation.ts';

const RESP: Protocol = { client: splitResp, server: splitResp, answersInOrder: true };
const GROUPS = { devs: ['alice', 'bob'], ops: ['carol'] };
const TRUTH = { 'platform/devs': ['alice'], 'platform/ops': ['bob', 'carol'] };
/** The waiting, running and failed tasks. */
const NO_TASKS = { waiting: 0, active: 0, delayed: 0, failed: 0 };
/** At least as many as a run has. */
const MESSAGES = 48;
const { first: FIRST, step: STEP } = sample(24);
const PLACES = Array.from({ length: MESSAGES / STEP }, (_, n) => FIRST + n * STEP);
/** The number of concurrent installations of a kind, which mostly wait. */
const AT_ONCE = 3;

/** Bob moves from devs to ops. */
async function openChanged(): Promise<Company> {
  const company = await openCompany({ groups: GROUPS });
  await company.sync();
  company.ldap.modify(groupDn('devs'), { delete: { member: [personDn('bob')] } });
  company.ldap.modify(groupDn('ops'), { add: { member: [personDn('bob')] } });
  return company;
}

/** A run of an installation of one process, all of whose connections to Redis go through the proxy. */
async function play(fault: MessageFault): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const company = stack.use(await openChanged());
  const { db } = company;
  const redis = redisSettings();
  const { hostname, port } = new URL(redis.url);
  const proxy = stack.use(await startMessageProxy({ host: hostname, port: Number(port) }, RESP));
  const database = { url: db.orm.config.get('clientUrl') ?? '', poolSize: 2 };
  const straight = { database, redis, installation: 'one' };
  const settings = { ...straight, redis: { ...redis, url: `redis://127.0.0.1:${proxy.port}` } };
  const direct = stack.adopt(await openQueue(straight, log), queue => queue.close());
  const queue = stack.adopt(await openQueue(settings, log), opened => opened.close());
  await work(stack, company, queue, settings);
  proxy.arm(fault);
  const run = await company.request({ trigger: 'schedule' });
  // The run is stored, so a later check finds it.
  await queue.enqueueRun(run).catch(() => {});
  await until(`message ${fault.at} is made good`, () => isOver(company, queue, direct), 60_000);
  expect(await listRuns(db, { limit: 10 })).toMatchObject([
    { id: run, status: 'succeeded', counts: { applied: { added: 1, removed: 1, failed: 0 } } },
    { status: 'succeeded' },
  ]);
  expect(await company.members()).toEqual(TRUTH);
  expect(await auditGaps(db)).toEqual([]);
}

async function work(
  stack: AsyncDisposableStack,
  { db, settings }: Company,
  queue: TaskQueue,
  queueSettings: QueueSettings,
): Promise<void> {
  const worker = await startWorkerOf(portsOf(db, settings, queue, 'worker'), queueSettings);
  stack.adopt(worker, opened => opened.close(0));
}

/** The work of a scheduler, more often, and whether nothing is left to do. */
async function isOver({ db }: Company, queue: TaskQueue, direct: TaskQueue): Promise<boolean> {
  await resumeWork({ db, log, ...queue }, 1_000).catch(() => {});
  const active = sql`select from sync_run where finished_at is null`;
  if ((await rowsOf(db, active)).length > 0) return false;
  return JSON.stringify(await direct.counts()) === JSON.stringify(NO_TASKS);
}

describe.concurrent('a message between Rollcall and Redis', () => {
  it.each([
    ['a command that is lost', 'client', 'cut'],
    ['a reply that is lost', 'server', 'cut'],
    ['a command that is delayed for ever', 'client', 'freeze'],
    ['a reply that is delayed for ever', 'server', 'freeze'],
    ['a command that arrives twice', 'client', 'double'],
  ] as const)(
    '%s, for every message of a run: the run does what it reports, and no task is stuck (G22)',
    async (_, from, how) => {
      for (let start = 0; start < PLACES.length; start += AT_ONCE)
        await Promise.all(PLACES.slice(start, start + AT_ONCE).map(at => play({ from, how, at })));
    },
    600_000,
  );
});
