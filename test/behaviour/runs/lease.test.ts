/** A run keeps its lease as long as its process lives, and its plan for 15 minutes; a user who requests a resync gets a read. */
import { createServer, type Socket } from 'node:net';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { closeDatabase, openDatabase } from '../../../src/store/database/database.ts';
import { expireLeases } from '../../../src/store/runs/lease.ts';
import { groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { listenLocally } from '../../support/proxies/tcp-proxy.ts';

const GROUPS = { devs: ['alice', 'bob'], ops: ['carol'] };

/** Blocks this thread. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** A server that accepts connections and never answers. */
async function silentServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const sockets = new Set<Socket>();
  const server = createServer(socket => void sockets.add(socket.on('error', () => {})));
  const port = await listenLocally(server);
  return {
    url: `ldap://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

describe('the plan of a run', () => {
  it('changes nothing after 15 minutes without a process that applies it; the next run reads the directory again (G98)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await company.sync();
    company.ldap.modify(groupDn('ops'), { delete: { member: [personDn('carol')] } });
    const run = await company.request();
    await company.begin(run);
    company.tasks.splice(0);
    company.ldap.modify(groupDn('ops'), { add: { member: [personDn('carol')] } });
    await rowsOf(
      company.db,
      sql`update sync_run set lease_until = lease_until - interval '15 minutes 1 second'`,
    );
    await company.resume();
    expect(await company.written(() => company.work())).toEqual(['directory_group']);
    expect(await company.run(run)).toMatchObject({ status: 'partial' });
    expect(await company.status()).toMatchObject({ problems: { total: 1 } });
    expect((await company.sync({ trigger: 'schedule' })).counts).toMatchObject({ plan: { update: 0 } });
    expect(await company.status()).toMatchObject({ problems: { total: 0 } });
    expect(await company.members()).toMatchObject({ 'platform/ops': ['carol'] });
  });
});

describe('the lease of a run', () => {
  it('outlasts a step that computes for longer than it lasts (G23)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    const other = await openDatabase({ url: company.db.orm.config.get('clientUrl') ?? '', poolSize: 2 });
    const expired: unknown[] = [];
    const run = await company.request();
    await company.begin(run, {
      leaseMs: 2_000,
      async readDirectory(...asked) {
        const snapshot = await readDirectory(...asked);
        block(2_500);
        expired.push(...(await expireLeases(other)));
        return snapshot;
      },
    });
    await company.work();
    await closeDatabase(other);
    expect(expired).toEqual([]);
    expect(await company.run(run)).toMatchObject({ status: 'succeeded' });
  });

  it('is renewed while a server does not answer the query for the change marker; then the second server is queried (G22)', async () => {
    await using silent = await silentServer();
    await using company = await openCompany({ groups: GROUPS });
    const urls = [silent.url, company.ldap.url];
    company.settings = { ...company.settings, urls, operationTimeoutMs: 1_000 };
    await company.sync();
    company.ldap.modify(groupDn('ops'), { add: { member: [personDn('bob')] } });
    const run = await company.request({ trigger: 'schedule' });
    const janitor = setInterval(() => void expireLeases(company.db), 100);
    await company.begin(run, { leaseMs: 600 });
    clearInterval(janitor);
    await company.work();
    expect(await company.run(run)).toMatchObject({ status: 'succeeded', counts: { applied: { added: 1 } } });
  });
});

describe('the status of a run', () => {
  it('is "reading" until the directory is read, and "planning" while the plan is made and confirmed', async () => {
    await using company = await openCompany({ groups: GROUPS, settings: { secondOpinion: true } });
    await company.sync();
    company.ldap.modify(groupDn('devs'), { delete: { member: [personDn('bob')] } });
    const run = await company.request();
    const seen: string[] = [];
    await company.begin(run, {
      async readDirectory(...asked) {
        seen.push((await company.run(run)).status);
        return readDirectory(...asked);
      },
    });
    expect(seen).toEqual(['reading', 'planning', 'planning']);
  });
});

describe('a resync that a user requests', () => {
  it('takes over the queued run of a schedule, which then reads (G25)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    await company.sync();
    const waiting = await company.request({ trigger: 'schedule' });
    expect(await company.request({ requestedBy: 'ada' })).toBe(waiting);
    await company.begin(waiting);
    const run = await company.run(waiting);
    expect(run).toMatchObject({ trigger: 'manual', requestedBy: 'ada', status: 'succeeded' });
    expect(run.counts.unchanged).toBeUndefined();
    expect(run.counts.read).toBeDefined();
  });

  it('keeps the run when a schedule comes later (G25)', async () => {
    await using company = await openCompany({ groups: GROUPS });
    const waiting = await company.request({ requestedBy: 'ada' });
    expect(await company.request({ trigger: 'schedule' })).toBe(waiting);
    expect(await company.run(waiting)).toMatchObject({ trigger: 'manual', requestedBy: 'ada' });
  });
});
