/** If the answer of PostgreSQL is lost, Rollcall looks up the outcome before it reports one. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createFrames } from '../../../src/directory/protocol/ber/frames.ts';
import { closeDatabase, openDatabase } from '../../../src/store/database/database.ts';
import { requestRun } from '../../../src/store/runs/request.ts';
import { type Company, groupDn, jobsOver, openCompany, personDn } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { sample } from '../../support/observe/sampling.ts';
import { until } from '../../support/observe/until.ts';
import { type Protocol, startMessageProxy } from '../../support/proxies/message-proxy.ts';
import { startPostgresProxy } from '../../support/proxies/postgres-proxy.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const GROUPS = { devs: ['alice', 'bob'], ops: ['carol'] };
const { first: FIRST, step: STEP } = sample(18);
const MESSAGES = sample(20);

/** Moves bob from devs to ops, or back. */
function turn({ ldap }: Company, at: number): Record<string, string[]> {
  const [from, to] = at % 2 === 1 ? ['devs', 'ops'] : ['ops', 'devs'];
  ldap.modify(groupDn(from), { delete: { member: [personDn('bob')] } });
  ldap.modify(groupDn(to), { add: { member: [personDn('bob')] } });
  return at % 2 === 1
    ? { 'platform/devs': ['alice'], 'platform/ops': ['bob', 'carol'] }
    : { 'platform/devs': ['alice', 'bob'], 'platform/ops': ['carol'] };
}

/** Runs that report no change although they saved a plan. */
async function lies({ db }: Company): Promise<readonly unknown[]> {
  return rowsOf(
    db,
    sql`
      select id::int, error_code from sync_run r
      where status = 'failed' and exists (select from sync_run_group g where g.run_id = r.id)`,
  );
}

describe('a COMMIT whose answer is lost', () => {
  it('is looked up for every statement of a run: the run does what it reports (G20)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await company.sync();
    await using proxy = await startPostgresProxy(await settingsOf(company));
    const db = await openDatabase(proxy.settings);
    const jobs = jobsOver(db, company.settings);
    for (let at = 1; ; at++) {
      const truth = turn(company, at);
      proxy.arm({ is: 'loseCommit', at });
      const run = await jobs.sync({ trigger: 'schedule' });
      if (!proxy.struck()) break;
      expect(run, `COMMIT ${at}`).toMatchObject({ status: 'succeeded' });
      expect(await company.members(), `COMMIT ${at}`).toEqual(truth);
      expect(await company.sync({ trigger: 'schedule' })).toMatchObject({ counts: { unchanged: true } });
    }
    expect(await lies(company)).toEqual([]);
    await closeDatabase(db);
  });

  it('of a request stores one run, which is the answer to the request (G20)', async () => {
    await using fresh = await freshDatabase();
    await using proxy = await startPostgresProxy(fresh.settings);
    const db = await openDatabase(proxy.settings);
    proxy.arm({ is: 'loseCommit', at: 1 });
    const request = { directory: 'corp', trigger: 'manual', mode: 'apply' } as const;
    expect(await requestRun(db, request)).toMatchObject({ created: true, run: { id: 1, status: 'queued' } });
    expect(proxy.struck()).toBe(true);
    await closeDatabase(db);
  });
});

describe('a client that goes silent', () => {
  it('at any statement: another client completes the sync, and every run reports the truth (G21)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await company.sync();
    const bounds = { lockTimeoutMs: 2_000, idleTransactionTimeoutMs: 1_000, statementTimeoutMs: 5_000 };
    const settings = { ...(await settingsOf(company)), ...bounds };
    for (let at = FIRST; ; at += STEP) {
      await using proxy = await startPostgresProxy(settings);
      const silent = await openDatabase(proxy.settings);
      const truth = turn(company, (at - FIRST) / STEP + 1);
      proxy.arm({ is: 'freeze', at });
      const jobs = jobsOver(silent, company.settings);
      const never = work(jobs).catch(() => 'broken');
      await Promise.race([never, until('the client goes silent', () => proxy.struck(), 30_000)]);
      const struck = proxy.struck();
      await until(`statement ${at} is made good`, () => isTrue(company, truth), 60_000);
      await proxy[Symbol.asyncDispose]();
      await never;
      await closeDatabase(silent);
      if (!struck) break;
    }
    expect(await lies(company)).toEqual([]);
    await until('every run has ended', () => allEnded(company), 60_000);
  }, 600_000);
});

const LDAP: Protocol = { client: splitLdap, server: splitLdap };

function splitLdap() {
  const frames = createFrames();
  return (chunk: Buffer) => frames(chunk).map(bytes => ({ bytes, counts: true }));
}

describe('a message between Rollcall and the directory', () => {
  it.each([
    ['a request that is lost', 'client', 'cut'],
    ['an answer that is lost', 'server', 'cut'],
    ['a request that is delayed for ever', 'client', 'freeze'],
    ['an answer that is delayed for ever', 'server', 'freeze'],
    ['a request that arrives twice', 'client', 'double'],
    ['an answer that arrives twice', 'server', 'double'],
    ['a request that is missing among others', 'client', 'drop'],
    ['an answer that is missing among others', 'server', 'drop'],
  ] as const)(
    '%s, for every message of a run: no other member is removed, and the next schedule corrects the rest (F13, G22)',
    async (_, from, how) => {
      await using company = await openCompany({ groups: GROUPS, settings: { pageSize: 2 } });
      const target = { host: '127.0.0.1', port: Number(new URL(company.ldap.url).port) };
      await using proxy = await startMessageProxy(target, LDAP);
      const urls = [`ldap://127.0.0.1:${proxy.port}`];
      company.settings = { ...company.settings, urls, operationTimeoutMs: 400 };
      await company.sync();
      for (let at = MESSAGES.first, turns = 0; ; at += MESSAGES.step, turns += 1) {
        const devs = leaveOrJoin(company, turns);
        const before = await company.members();
        proxy.arm({ from, how, at });
        const run = await company.sync({ trigger: 'schedule' });
        if (!proxy.struck()) break;
        const after = await company.members();
        if (run.status === 'failed') expect(after, `message ${at}`).toEqual(before);
        expect(after, `message ${at}`).toMatchObject({ 'platform/ops': ['carol'] });
        expect(after['platform/devs'], `message ${at}`).toContain('alice');
        await company.sync({ trigger: 'schedule' });
        const truth = { 'platform/devs': devs, 'platform/ops': ['carol'] };
        expect(await company.members(), `message ${at}`).toEqual(truth);
      }
    },
    600_000,
  );
});

/** bob leaves devs, or comes back. */
function leaveOrJoin({ ldap }: Company, turns: number): string[] {
  const bob = { member: [personDn('bob')] };
  ldap.modify(groupDn('devs'), turns % 2 === 0 ? { delete: bob } : { add: bob });
  return turns % 2 === 0 ? ['alice'] : ['alice', 'bob'];
}

async function work(jobs: ReturnType<typeof jobsOver>): Promise<void> {
  const run = await jobs.request({ trigger: 'schedule' });
  await jobs.begin(run, { owner: 'silent', leaseMs: 1_000 });
  await jobs.work();
}

/** The regular work of a second instance: recovery and schedule. */
async function isTrue(company: Company, truth: Record<string, string[]>): Promise<boolean> {
  await company.resume();
  await company.begin(await company.request({ trigger: 'schedule' }));
  await company.work();
  return JSON.stringify(await company.members()) === JSON.stringify(truth);
}

async function allEnded(company: Company): Promise<boolean> {
  await company.resume();
  await company.work();
  const active = sql`select id from sync_run where status in ('queued', 'reading', 'planning', 'applying')`;
  return (await rowsOf(company.db, active)).length === 0;
}

async function settingsOf({ db }: Company) {
  const url = new URL(db.orm.config.get('clientUrl') ?? '');
  return { url: url.href, poolSize: 5 };
}
