/** What `npm start` shows without a configuration: the whole service on servers and a directory of its own. */
import { relative } from 'node:path';
import { loadConfiguration } from '../../src/app/configuration.ts';
import { type Service, serve } from '../../src/app/serve.ts';
import { runCli } from '../../src/cli/program.ts';
import { messageOf } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { portFrom } from '../embedded/port.ts';
import { createDatabase, startPostgres } from '../embedded/postgres.ts';
import { findProgram } from '../embedded/programs.ts';
import { type Redis, startRedis } from '../embedded/redis.ts';
import { parseLdif } from '../ldap-server/ldif.ts';
import { startDirectory } from './directory.ts';
import { seed } from './seed.ts';
import { configFile, folder, keptLdif, keptSecret, makeFolder, tokenFile, writeConfig } from './state.ts';

// The demonstration is about its own servers, never about those that a shell happens to name.
const { DATABASE_URL: _database, REDIS_URL: _redis, ...env } = process.env;
const surroundings = { env, stdout: process.stdout, stderr: process.stderr };

async function main(): Promise<void> {
  const signalled = stopSignal();
  await using stack = new AsyncDisposableStack();
  await makeFolder();
  const databaseUrl = await startDatabase(stack);
  const redis = await startQueue(stack);
  const directoryPassword = await keptSecret(`${folder}/directory-password`);
  const directory = stack.use(await startDirectory(directoryPassword, say));
  say(`sample directory: Halyard, a made-up company, on ${directory.url}`);
  const adminToken = await keptSecret(tokenFile);
  const httpPort = await portFrom(Number(env['ROLLCALL_PORT'] ?? 8080));
  const redisUrl = redis?.url;
  await writeConfig({
    databaseUrl,
    redisUrl,
    directoryUrl: directory.url,
    directoryPassword,
    adminToken,
    httpPort,
  });
  await command('migrate', 'up');
  await fill(databaseUrl);
  const service = stack.use(await startService());
  await Promise.race([command('sync'), signalled]);
  welcome(service, adminToken);
  say(`${await signalled}: stopping`);
}

async function startDatabase(stack: AsyncDisposableStack): Promise<string> {
  const postgres = stack.use(await startPostgres({ folder: `${folder}/postgres` }).catch(explainLock));
  await createDatabase(postgres, 'rollcall');
  say(`PostgreSQL on 127.0.0.1:${postgres.port}, kept under .rollcall/postgres`);
  return postgres.urlOf('rollcall');
}

function explainLock(error: unknown): never {
  const locked = messageOf(error).includes('postmaster.pid');
  if (!locked) throw error;
  throw new Error('another `npm start` runs in this checkout; stop it first', { cause: error });
}

async function startQueue(stack: AsyncDisposableStack): Promise<Redis | undefined> {
  if (findProgram('redis-server') === undefined) {
    say('no redis-server on this machine: the queue lives in PostgreSQL');
    return undefined;
  }
  const redis = stack.use(await startRedis({ folder: `${folder}/redis` }));
  say(`the queue is in Redis on 127.0.0.1:${redis.port}, kept under .rollcall/redis`);
  return redis;
}

async function fill(databaseUrl: string): Promise<void> {
  const counts = await seed(databaseUrl, parseLdif(await keptLdif()));
  if (counts === undefined) return say('the application is as you left it');
  say(
    `the application has ${counts.users} users and ${counts.teams} teams; ${counts.strangers} people of the directory have no account in it`,
  );
}

async function startService(): Promise<Service> {
  const { settings } = await loadConfiguration({ file: configFile, env });
  return serve(settings, {
    roles: ['scheduler', 'worker', 'http'],
    log: createLog({ level: settings.log.level }),
  });
}

async function command(...args: string[]): Promise<void> {
  say(`$ rollcall ${args.join(' ')}`);
  const code = await runCli([...args, '--config', configFile], surroundings);
  if (code !== 0 && args[0] === 'migrate')
    throw new Error(`rollcall ${args.join(' ')} ended with exit code ${code}`);
}

function welcome(service: Service, adminToken: string): void {
  const config = relative(process.cwd(), configFile);
  console.log(`
Console      ${service.url}
Admin token  ${adminToken}   (kept in ${relative(process.cwd(), tokenFile)})

In another terminal:
  npx rollcall status --config ${config}
  npx rollcall plan --config ${config}
  npx rollcall runs --config ${config}
Change ${relative(process.cwd(), folder)}/sample.ldif and see what a sync would make of it:
  npx rollcall plan --config ${config}
  npx rollcall sync --config ${config}

Ctrl-C stops everything; what is under .rollcall/ stays for the next time.
`);
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    // Several may come: the terminal sends one to the whole group, and whoever started us passes on its own.
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
