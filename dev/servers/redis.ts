/** Starts an embedded Redis. */
import { createConnection } from 'node:net';
import { serverFolder } from './folder.ts';
import { freePort } from './port.ts';
import { requireProgram } from './programs.ts';
import { type Server, startServer } from './server.ts';

export interface Redis extends Server {
  readonly port: number;
  readonly url: string;
}

/**
 * `redis-server` on a free port of 127.0.0.1; it keeps its data in a given folder, otherwise it has none. `args`:
 * further options of the program, such as `--cluster-enabled yes`.
 */
export async function startRedis(
  options: { folder?: string; args?: readonly string[] } = {},
): Promise<Redis> {
  const { folder, temporary } = await serverFolder('redis', options.folder);
  const port = await freePort();
  const persistence = temporary ? ['--save', ''] : ['--appendonly', 'yes'];
  const server = await startServer({
    name: 'redis',
    folder,
    temporary,
    command: [
      requireProgram('redis-server').path,
      ...(options.args ?? []),
      '--bind',
      '127.0.0.1',
      '--port',
      String(port),
      '--dir',
      folder,
      '--maxmemory-policy',
      'noeviction',
      ...persistence,
    ],
    stopSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
    ready: () => pongs(port),
  });
  return Object.assign(server, { port, url: `redis://127.0.0.1:${port}` });
}

/** True once it accepts commands; rejects while the connection is refused. */
export function pongs(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('error', reject);
    // The port of a container is open before Redis is ready, and then closes without an answer.
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    // While it loads its file it answers -LOADING.
    socket.once('data', answer => {
      socket.destroy();
      resolve(answer.toString().startsWith('+PONG'));
    });
  });
}
