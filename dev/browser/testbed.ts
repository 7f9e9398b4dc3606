/** The service with its own servers, the sample organisation and a few weeks of history, for a browser. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfiguration } from '../../src/app/commands/configuration.ts';
import { serve } from '../../src/app/commands/serve.ts';
import { runCli } from '../../src/cli/program.ts';
import { createLog } from '../../src/log.ts';
import { seed } from '../demo/seed.ts';
import { openState, writeConfig } from '../demo/state.ts';
import { type LdapServer, startLdapServer } from '../fake-ldap/server/server.ts';
import { parseLdif } from '../fake-ldap/tree/ldif.ts';
import { createDatabase, startPostgres } from '../servers/postgres.ts';
import { type History, liveAWhile } from './history.ts';

export const TOKENS = { admin: 'admin-token-of-the-testbed', viewer: 'viewer-token-of-the-testbed' } as const;

const SAMPLE = fileURLToPath(new URL('../organisation/sample.ldif', import.meta.url));
const ACCOUNT = { dn: 'cn=rollcall,ou=services,dc=halyard,dc=example', password: 'secret' };

export interface Testbed extends AsyncDisposable {
  /** The address of the service. */
  readonly url: string;
  readonly ldap: LdapServer;
  readonly history: History;
}

export interface TestbedOptions {
  /** Default: the queue is in PostgreSQL. */
  readonly redisUrl?: string;
}

/** Starts everything, plays the history, and ends with a held run. */
export async function openTestbed({ redisUrl }: TestbedOptions = {}): Promise<Testbed> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-testbed-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const files = await openState({ ROLLCALL_STATE: folder });
  const postgres = stack.use(await startPostgres({ durable: false }));
  await createDatabase(postgres, 'rollcall');
  const databaseUrl = postgres.urlOf('rollcall');
  const entries = parseLdif(await readFile(SAMPLE, 'utf8'));
  const ldap = await startLdapServer({ entries, accounts: [ACCOUNT] });
  stack.defer(() => ldap.close());
  await writeConfig(files.config, {
    databaseUrl,
    redisUrl,
    directoryUrl: ldap.url,
    directoryPassword: ACCOUNT.password,
    adminToken: TOKENS.admin,
    httpPort: 0,
  });
  await migrate(files.config);
  await seed(databaseUrl, entries);
  const url = await startService(files.config, stack);
  const history = await liveAWhile(url, TOKENS.admin, ldap);
  const kept = stack.move();
  return { url, ldap, history, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function migrate(config: string): Promise<void> {
  const nowhere = { write: () => true };
  const args = ['migrate', 'up', '--config', config];
  const code = await runCli(args, { env: {}, stdout: nowhere, stderr: process.stderr });
  if (code !== 0) throw new Error('the database of the testbed could not be migrated');
}

/** Starts one run a year and follows no changes: runs that a test did not request would interfere with its steps. */
async function startService(config: string, stack: AsyncDisposableStack): Promise<string> {
  const { settings } = await loadConfiguration({ file: config, env: {} });
  const tokens = [
    { name: 'ines', role: 'admin', secret: TOKENS.admin },
    { name: 'clerk', role: 'viewer', secret: TOKENS.viewer },
  ] as const;
  const directories = settings.directories.map(directory => {
    return { ...directory, live: 'off' as const, schedule: '0 3 1 1 *' };
  });
  const service = stack.use(
    await serve(
      { ...settings, directories, http: { ...settings.http, tokens } },
      { roles: ['scheduler', 'worker', 'http'], log: createLog({ level: 'fatal' }) },
    ),
  );
  if (service.url === undefined) throw new Error('the service of the testbed does not listen');
  return service.url;
}
