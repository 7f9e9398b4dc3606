/** PgBouncer in transaction mode in front of a database of the tests. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { installPgbouncer } from '../../dev/install/pgbouncer.ts';
import { unprivileged } from '../../dev/servers/account.ts';
import { serverFolder } from '../../dev/servers/folder.ts';
import { freePort } from '../../dev/servers/port.ts';
import { requireProgram } from '../../dev/servers/programs.ts';
import { type Server, startServer } from '../../dev/servers/server.ts';

export const IGNORED = 'statement_timeout,lock_timeout,idle_in_transaction_session_timeout';

/** `url`: the same database through PgBouncer. */
export async function startPgbouncer(
  database: string,
  ignored: string,
): Promise<Server & { readonly url: string }> {
  await installPgbouncer();
  const { folder } = await serverFolder('pgbouncer', undefined);
  const [url, port] = [new URL(database), await freePort()];
  const users = join(folder, 'users.txt');
  const config = join(folder, 'pgbouncer.ini');
  await writeFile(users, `"${decodeURIComponent(url.username)}" "${decodeURIComponent(url.password)}"\n`);
  await writeFile(
    config,
    `[databases]
* = host=${url.hostname} port=${url.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${users}
pool_mode = transaction
${ignored === '' ? '' : `ignore_startup_parameters = ${ignored}`}
`,
  );
  url.hostname = '127.0.0.1';
  url.port = String(port);
  const server = await startServer({
    name: 'pgbouncer',
    folder,
    temporary: true,
    command: await unprivileged([requireProgram('pgbouncer').path, config], [folder, users, config]),
    stopSignal: 'SIGINT',
    killSignal: 'SIGKILL',
    ready: () => accepts(url.href),
  });
  return Object.assign(server, { url: url.href });
}

async function accepts(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  await client.end();
  return true;
}
