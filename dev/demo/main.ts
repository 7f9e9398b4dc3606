/** `npm start` without a configuration: the service with its own servers and directory. */
import { join, relative } from 'node:path';
import { loadConfiguration } from '../../src/app/commands/configuration.ts';
import { type Service, serve } from '../../src/app/commands/serve.ts';
import { runCli } from '../../src/cli/program.ts';
import { messageOf } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { parseLdif } from '../fake-ldap/tree/ldif.ts';
import { portFrom } from '../servers/port.ts';
import { createDatabase, startPostgres } from '../servers/postgres.ts';
import { findProgram } from '../servers/programs.ts';
import { startRedis } from '../servers/redis.ts';
import { startDirectory } from './directory.ts';
import { seed } from './seed.ts';
import { keptLdif, keptSecret, openState, type StateFiles, writeConfig } from './state.ts';

// The demonstration is about its own servers, never about those that a shell happens to name.
const { DATABASE_URL: _database, REDIS_URL: _redis, ...env } = process.env;

async function main(): Promise<void> {
  const signalled = stopSignal();
  await using stack = new AsyncDisposableStack();
  const files = await openState(env);
  const databaseUrl = await startDatabase(files, stack);
  const redisUrl = await startQueue(files, stack);
  const directoryPassword = await keptSecret(files.directoryPassword);
  const directory = stack.use(await startDirectory(files, directoryPassword, say));
  say(`sample directory: Halyard, a made-up company, on ${directory.url}`);
  const adminToken = await keptSecret(files.adminToken);
  const httpPort = await portFrom(Number(env['ROLLCALL_PORT'] ?? 8080));
  const directoryUrl = directory.url;
  const places = { databaseUrl, redisUrl, directoryUrl, directoryPassword, adminToken, httpPort };
  await writeConfig(files.config, places);
  if ((await rollcall(files, 'migrate', 'up')) !== 0) throw new Error('the database could not be migrated');
  await fill(files, databaseUrl);
  const service = stack.use(await startService(files));
  await Promise.race([rollcall(files, 'sync'), signalled]);
  welcome(files, service, adminToken);
  say(`${await signalled}: stopping`);
}

async function startDatabase({ folder }: StateFiles, stack: AsyncDisposableStack): Promise<string> {
  const starting = startPostgres({ folder: join(folder, 'postgres') });
  const postgres = stack.use(await starting.catch(explainLock));
  await createDatabase(postgres, 'rollcall');
  say(`PostgreSQL on 127.0.0.1:${postgres.port}, kept in ${shown(postgres.folder)}`);
  return postgres.urlOf('rollcall');
}

function explainLock(error: unknown): never {
  const locked = messageOf(error).includes('postmaster.pid');
  if (!locked) throw error;
  throw new Error('another `npm start` runs in this checkout; stop it first', { cause: error });
}

async function startQueue({ folder }: StateFiles, stack: AsyncDisposableStack): Promise<string | undefined> {
  if (findProgram('redis-server') === undefined) {
    say('no redis-server on this machine: the queue lives in PostgreSQL');
    return undefined;
  }
  const redis = stack.use(await startRedis({ folder: join(folder, 'redis') }));
  say(`the queue is in Redis on 127.0.0.1:${redis.port}, kept in ${shown(join(folder, 'redis'))}`);
  return redis.url;
}

async function fill(files: StateFiles, databaseUrl: string): Promise<void> {
  const counts = await seed(databaseUrl, parseLdif(await keptLdif(files.ldif)));
  if (counts === undefined) return say('the application is as you left it');
  say(
    `the application has ${counts.users} users and ${counts.teams} teams; ${counts.strangers} people of the directory have no account in it`,
  );
}

async function startService(files: StateFiles): Promise<Service> {
  const load = () => loadConfiguration({ file: files.config, env });
  const loaded = await load();
  const { settings } = loaded;
  return serve(settings, {
    configuration: { loaded, load },
    roles: ['scheduler', 'worker', 'http'],
    log: createLog({ level: settings.log.level }),
  });
}

/** Runs one of the commands and returns its exit code. */
function rollcall(files: StateFiles, ...args: string[]): Promise<number> {
  say(`$ rollcall ${args.join(' ')}`);
  // Not the terminal: the progress bar and the log of the service would overwrite each other.
  const stderr = { write: (text: string) => process.stderr.write(text) };
  return runCli([...args, '--config', files.config], { env, stdout: process.stdout, stderr });
}

function welcome(files: StateFiles, service: Service, adminToken: string): void {
  const config = shown(files.config);
  console.log(`
Console      ${service.url}
Admin token  ${adminToken}   (kept in ${shown(files.adminToken)})

In another terminal:
  npx rollcall status --config ${config}
  npx rollcall runs --config ${config}
Change ${shown(files.ldif)} and see the console follow it.

Ctrl-C stops everything; what is in ${shown(files.folder)} stays for the next time.
`);
}

/** The command as the user would type it in the folder of `npm start`. */
function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    // Several signals may arrive: the terminal sends one to the whole group, and the parent process passes its own on.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve);
  });
}

function say(line: string): void {
  console.error(`rollcall: ${line}`);
}

try {
  await main();
} catch (error) {
  say(messageOf(error));
  process.exitCode = 1;
}
