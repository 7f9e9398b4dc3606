/** A network between client and server that can be trouble, and remembers all that passed. */
import { on, once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** How a connection ends, or does not, once the server has sent so many bytes over it. */
export interface Trouble {
  readonly afterBytes: number;
  readonly how: 'fin' | 'rst' | 'silence';
}

/** One connection: the bytes that each side got from the other. */
export interface Passage {
  readonly toServer: Buffer[];
  readonly toClient: Buffer[];
}

export interface TcpProxyOptions {
  /** `connection`: 1 for the first, 2 for the second … */
  readonly trouble?: (connection: number) => Trouble | undefined;
  /** Of the server. Left out: 127.0.0.1. */
  readonly host?: string;
  /** Everything from the server comes so many milliseconds late. */
  readonly delayMs?: number;
  /** Called with every connection before it is joined to the server. */
  readonly onConnection?: (connection: number) => void;
}

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  readonly passages: readonly Passage[];
  /** Refuses whoever comes from now on; what is connected stays so. */
  refuse(): void;
}

/** Listens on a free port of 127.0.0.1 and passes on what comes to `port` there; of several, to one after the other. */
export async function startTcpProxy(
  port: number | readonly number[],
  options: TcpProxyOptions = {},
): Promise<TcpProxy> {
  const ports = [port].flat();
  const passages: Passage[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, client => {
    const passage: Passage = { toServer: [], toClient: [] };
    passages.push(passage);
    options.onConnection?.(passages.length);
    const behind = connect({
      port: ports[(passages.length - 1) % ports.length] ?? 0,
      host: options.host ?? '127.0.0.1',
      noDelay: true,
    });
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    client.on('end', () => behind.end()).on('close', () => behind.destroy());
    client.on('data', chunk => {
      passage.toServer.push(chunk);
      behind.write(chunk);
    });
    void passOn(behind, client, passage, options.trouble?.(passages.length), options.delayMs ?? 0);
  });
  return {
    port: await listenLocally(server),
    passages,
    refuse: () => void server.close(),
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Listens on a free port of 127.0.0.1. */
export async function listenLocally(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function passOn(
  from: Socket,
  to: Socket,
  { toClient }: Passage,
  trouble: Trouble | undefined,
  delayMs: number,
): Promise<void> {
  let left = trouble?.afterBytes ?? Number.POSITIVE_INFINITY;
  if (trouble && left === 0) return stir(trouble, to);
  for await (const [chunk] of on(from, 'data', { close: ['close'] })) {
    if (delayMs > 0) await delay(delayMs);
    const part: Buffer = chunk.subarray(0, left);
    left -= part.length;
    toClient.push(part);
    to.write(part);
    if (trouble && left === 0) return stir(trouble, to);
  }
  to.end();
}

function stir({ how }: Trouble, client: Socket): void {
  if (how === 'fin') client.end();
  // What was written before must have left, or the reset would take it along.
  if (how === 'rst') client.write('', () => client.resetAndDestroy());
}
