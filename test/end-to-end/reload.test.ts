/** The service reloads its configuration while it works. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, serve } from '../../src/app/commands/serve.ts';
import { createLog } from '../../src/log.ts';
import { type Company, groupDn, openCompany, personDn } from '../support/given/company.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import { until } from '../support/observe/until.ts';
import { OPS, type ReloadingCompany, reloadingCompany } from '../support/reload/company.ts';

const PEOPLE = Array.from({ length: 20 }, (_, n) => `p${n}`);
let company: Company;
let files: ReloadingCompany;
let service: Service;

beforeAll(async () => {
  company = await openCompany({ people: PEOPLE, groups: { devs: ['p0'], ops: ['p1'] } });
  files = await reloadingCompany(company);
  const { configuration } = files;
  service = await serve(configuration.loaded.settings, {
    roles: ['http', 'scheduler', 'worker'],
    log: createLog({ level: 'silent' }),
    configuration,
  });
});
afterAll(async () => {
  await service.stop();
  await files[Symbol.asyncDispose]();
  await company[Symbol.asyncDispose]();
});

const reload = () => service.reload?.({ by: 'test' });

function ask(path: string, secret: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
  return fetch(`${service.url}${path}`, { headers, ...init });
}

/** Sockets of this process, and sessions of the database. */
async function opened() {
  const { length: sessions } = await rowsOf(
    company.db,
    sql`select from pg_stat_activity where datname = current_database()`,
  );
  const sockets = process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length;
  return { sessions, sockets };
}

async function devsAre(...expected: readonly string[]): Promise<void> {
  const wanted = [...expected].sort().join();
  await until(`the members are ${wanted}`, async () => {
    const members = (await company.members())['platform/devs'] ?? [];
    return members.toSorted().join() === wanted;
  });
}

// In order: each test continues with the configuration of the one before.
describe('a service that reloads its configuration', () => {
  it('begins to follow a directory, and its next run uses the new settings (G84)', async () => {
    await files.write({
      directory: { live: 'auto', groups: { baseDn: 'ou=groups,dc=test', exclude: ['ops'] } },
    });
    expect(await reload()).toMatchObject({ outcome: 'applied' });
    await devsAre('p0');
    company.ldap.modify(groupDn('devs'), { add: { member: [personDn('p2')] } });
    await devsAre('p0', 'p2');
    expect(Object.keys(await company.members())).toEqual(['platform/devs']);
  });

  it('refuses a token that was removed, and ends its streams', async () => {
    const stream = await ask('/api/changes', OPS, {
      headers: { authorization: `Bearer ${OPS}`, accept: 'text/event-stream' },
    });
    expect(stream.status).toBe(200);
    const tokens = [{ name: 'ops', role: 'admin', secret: 'rotated' }];
    await files.write({ http: { host: '127.0.0.1', port: 0, tokens }, directory: { live: 'auto' } });
    expect(await reload()).toMatchObject({ outcome: 'applied' });
    expect((await ask('/api/runs', OPS)).status).toBe(401);
    expect((await ask('/api/runs', 'rotated')).status).toBe(200);
    expect(await stream.text()).toContain('event: start');
  });

  it('loses nothing and leaves nothing open in a hundred reloads while the directory changes', async () => {
    const before = await opened();
    const devs = new Set(['p0', 'p2']);
    for (let n = 0; n < 100; n += 1) {
      const person = PEOPLE[n % PEOPLE.length] ?? '';
      const change = devs.delete(person) ? 'delete' : 'add';
      if (change === 'add') devs.add(person);
      company.ldap.modify(groupDn('devs'), { [change]: { member: [personDn(person)] } });
      const tenth = Math.floor(n / 10);
      const directory = { live: 'auto', pageSize: 100 + tenth, schedule: `${tenth} 3 1 1 *` };
      await files.write({ worker: { concurrency: 1 + (n % 4) }, directory });
      expect(await reload()).toMatchObject({ outcome: 'applied' });
    }
    await devsAre(...devs);
    const after = await opened();
    expect(after.sessions).toBeLessThanOrEqual(before.sessions + 10);
    await until(
      'as many sockets are open as before',
      async () => (await opened()).sockets <= before.sockets + 10,
    );
    expect(await company.status()).toMatchObject({ consecutiveFailures: 0 });
  }, 60_000);
});
