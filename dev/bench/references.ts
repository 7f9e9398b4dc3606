/** The cost of the best-known tools for the same bytes and rows, on the same servers, at the same time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import type { DirectorySettings } from '../../src/model/settings.ts';
import { requireProgram } from '../servers/programs.ts';

/** In an order that foreign keys accept. */
const TABLES = [
  'access_group',
  'sync_run',
  'directory_state',
  'directory_user',
  'directory_group',
  'unresolved_member',
  'sync_run_group',
  'access_group_members',
  'access_group_projects',
  'membership_change',
  'access_group_change',
] as const;

/** Milliseconds that ldapsearch takes for the searches of a full read, people first, then groups, page by page. */
export async function timeLdapsearch(directory: DirectorySettings, folder: string): Promise<number> {
  const { users, groups } = directory;
  const userAttributes = ['entryUUID', users.username, 'pwdAccountLockedTime'];
  const groupAttributes = ['entryUUID', groups.name, ...groups.members];
  const started = performance.now();
  await dump(directory, users.baseDn, users.filter, userAttributes, join(folder, 'people.ldif'));
  await dump(directory, groups.baseDn, groups.filter, groupAttributes, join(folder, 'groups.ldif'));
  return performance.now() - started;
}

async function dump(
  directory: DirectorySettings,
  baseDn: string,
  filter: string,
  attributes: string[],
  file: string,
) {
  const output = await open(file, 'w');
  const connection = [
    '-x',
    '-H',
    directory.urls[0] ?? '',
    '-D',
    directory.bindDn,
    '-w',
    directory.bindPassword,
  ];
  const paging = ['-E', `pr=${directory.pageSize}/noprompt`, '-o', 'ldif-wrap=no', '-LLL'];
  const args = [...connection, ...paging, '-b', baseDn, filter, ...attributes];
  const child = spawn(requireProgram('ldapsearch').path, args, { stdio: ['ignore', output.fd, 'inherit'] });
  const [code] = await once(child, 'exit');
  await output.close();
  if (code !== 0) throw new Error(`ldapsearch ended with code ${code}`);
}

/** Writes every table that a sync fills to files that the server can read. */
export async function exportTables(databaseUrl: string, folder: string): Promise<void> {
  await chmod(folder, 0o777);
  await withClient(databaseUrl, async client => {
    for (const table of TABLES) await client.query(`copy ${table} to '${join(folder, table)}'`);
  });
}

/**
 * Milliseconds that COPY takes to load those files into the same tables, with their indexes and constraints. The
 * ownership triggers are disabled, because the reference does not have them.
 */
export async function timeCopy(databaseUrl: string, folder: string): Promise<number> {
  return withClient(databaseUrl, async client => {
    for (const table of TABLES) await client.query(`alter table ${table} disable trigger user`);
    // Also the audit of the manual groups, which is part of the copied rows.
    await client.query(`truncate ${TABLES.join(', ')} restart identity cascade`);
    await client.query('checkpoint');
    const started = performance.now();
    await client.query('begin');
    for (const table of TABLES) await client.query(`copy ${table} from '${join(folder, table)}'`);
    await client.query('commit');
    return performance.now() - started;
  });
}

async function withClient<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
