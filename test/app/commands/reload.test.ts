/** What a reload of the configuration refuses: then nothing changes. */
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { reloaderOf } from '../../../src/app/commands/reload.ts';
import { currentSettings } from '../../../src/app/current-settings.ts';
import { rememberServers } from '../../../src/directory/connection/failover.ts';
import { createLog } from '../../../src/log.ts';
import { closeDatabase, type Database, openDatabase } from '../../../src/store/database/database.ts';
import { listProcesses, reportProcess } from '../../../src/store/status/processes.ts';
import { type Company, openCompany } from '../../support/given/company.ts';
import { startTcpProxy } from '../../support/proxies/tcp-proxy.ts';
import { type ReloadingCompany, reloadingCompany } from '../../support/reload/company.ts';

const PROCESS = {
  id: '00000000-0000-4000-8000-000000000001',
  name: 'a:1',
  roles: ['worker'],
  version: '1',
} as const;

let company: Company;
let files: ReloadingCompany;

beforeAll(async () => {
  company = await openCompany({ groups: { devs: ['alice'] } });
  files = await reloadingCompany(company);
  await reportProcess(company.db, PROCESS);
  return async () => {
    await files[Symbol.asyncDispose]();
    await company[Symbol.asyncDispose]();
  };
});

/** A process with the configuration of the file, of which only the settings matter here. */
function processWith(db: Database = company.db) {
  const lines: string[] = [];
  const log = createLog({ level: 'info', stream: { write: line => void lines.push(line) } });
  const { configuration } = files;
  const current = currentSettings(configuration.loaded.settings);
  const reloader = reloaderOf({ current, db, log, servers: rememberServers() }, configuration, PROCESS.id);
  onTestFinished(async () => {
    await files.write();
    await reloader[Symbol.asyncDispose]();
  });
  return { current, lines, reload: () => reloader.reload({ by: 'SIGHUP' }), reloader };
}

const refused = (...problems: string[]) => ({
  outcome: 'refused',
  problems: problems.map(problem => expect.stringContaining(problem)),
});

describe('a reload of the configuration', () => {
  it.each([
    ['a text that is not YAML', { text: 'database: [' }, 'is not valid YAML'],
    ['an unknown key', { htp: {} }, 'did you mean http?'],
    [
      'the connections to PostgreSQL',
      { database: { url: 'postgres://other/db' } },
      'database.url: restart needed',
    ],
    ['the queue', { redis: { url: 'redis://other:6379' } }, 'redis.url: restart needed'],
    ['the port', { http: { host: '127.0.0.1', port: 9999 } }, 'http.port: restart needed'],
    ['a wrong password', { directory: { bindPasswordFile: undefined, bindPassword: 'wrong' } }, 'Bind as'],
    ['a server that does not answer', { directory: { urls: ['ldap://127.0.0.1:1'] } }, 'cannot be reached'],
    ['a base that does not exist', { directory: { users: { baseDn: 'ou=nobody,dc=test' } } }, 'users'],
  ] as const)('refuses %s with the reason, and changes nothing', async (_, change, problem) => {
    const { current, lines, reload } = processWith();
    const before = current.settings;
    if ('text' in change) await files.writeText(change.text);
    else await files.write({ ...change, worker: { concurrency: 9 } });
    const { outcome, ...answer } = await reload();
    expect({ outcome, problems: JSON.stringify(answer) }).toEqual({
      outcome: 'refused',
      problems: expect.stringContaining(problem),
    });
    expect(current.settings).toBe(before);
    const [process] = await listProcesses(company.db);
    expect(process?.lastReload).toMatchObject({ by: 'SIGHUP', changed: [] });
    expect(JSON.stringify(process?.lastReload?.problems)).toContain(problem);
    expect(lines.join()).toContain('the settings of before apply');
  });

  it('is refused while PostgreSQL is away', async () => {
    const url = new URL(files.configuration.loaded.settings.database.url);
    const proxy = await startTcpProxy(Number(url.port));
    url.port = String(proxy.port);
    const db = await openDatabase({ url: url.href, poolSize: 1 });
    onTestFinished(() => closeDatabase(db));
    await proxy[Symbol.asyncDispose]();
    const { current, reload } = processWith(db);
    await files.write({ worker: { concurrency: 9 }, directory: { protect: ['root'] } });
    expect(await reload()).toMatchObject({ outcome: 'refused' });
    expect(current.settings.worker.concurrency).toBe(4);
  });

  it('applies everything else, and names the keys that changed but no secret', async () => {
    const { current, lines, reload } = processWith();
    const tokens = [{ name: 'ops', role: 'admin', secret: 'another-secret' }];
    await files.write({
      http: { host: '127.0.0.1', port: 0, tokens },
      log: { level: 'info' },
      directory: { guard: { grace: '1h' }, protect: ['root'] },
    });
    expect(await reload()).toEqual({
      outcome: 'applied',
      changed: [
        'http.tokens[ops].secret',
        'log.level',
        'directories[corp].protect',
        'directories[corp].guard.grace',
      ],
    });
    expect(current.settings.directories[0]).toMatchObject({ graceMs: 3_600_000, protect: ['root'] });
    expect(lines.join()).not.toContain('another-secret');
    expect(await reload()).toEqual({ outcome: 'applied', changed: [] });
    const [process] = await listProcesses(company.db);
    expect(process).toMatchObject({ lastReload: { by: 'SIGHUP', changed: [], problems: [] } });
  });

  it('is not needed for a secret in a file: it is used when the file has had the same content twice (G90)', async () => {
    const { current, lines, reloader } = processWith();
    onTestFinished(() => files.writePassword(company.settings.bindPassword));
    const passwords = async (...contents: readonly string[]) => {
      for (const content of contents) {
        await files.writePassword(content);
        await reloader.rereadSecrets();
      }
      return current.settings.directories[0]?.bindPassword;
    };
    const { bindPassword } = company.settings;
    expect(await passwords('', '', 'half', 'written')).toBe(bindPassword);
    expect(await passwords('written\n')).toBe('written');
    expect(lines.join()).toContain('directories[corp].bindPassword');
    expect(lines.join()).not.toContain('"written"');
    expect(await passwords(bindPassword, bindPassword)).toBe(bindPassword);
  });

  it('reads the file again if another reload is asked for meanwhile, and refuses one that comes after the stop', async () => {
    const { current, reload, reloader } = processWith();
    const first = reload();
    await files.write({ worker: { concurrency: 7 } });
    expect(await Promise.all([first, reload(), reload()])).toMatchObject(
      Array.from({ length: 3 }, () => ({ outcome: 'applied' })),
    );
    expect(current.settings.worker.concurrency).toBe(7);
    await reloader[Symbol.asyncDispose]();
    expect(await reload()).toMatchObject(refused('the process is stopping'));
  });
});
