/** A TCP proxy that can fail in several ways and records all traffic. */
import { on, once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** How a connection ends, or hangs, after the server has sent that many bytes. */
export interface ConnectionFault {
  readonly afterBytes: number;
  readonly how: 'fin' | 'rst' | 'silence';
}

/** One connection, with the bytes that each side received. */
export interface ProxiedConnection {
  readonly toServer: Buffer[];
  readonly toClient: Buffer[];
}

export interface TcpProxyOptions {
  /** `connection`: 1 for the first, 2 for the second, and so on. */
  readonly trouble?: (connection: number) => ConnectionFault | undefined;
  /** The host of the server. Default: 127.0.0.1. */
  readonly host?: string;
  /** Delays everything from the server by that many milliseconds. */
  readonly delayMs?: number;
  /** Called for every connection before it is connected to the server. */
  readonly onConnection?: (connection: number) => void;
}

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  readonly passages: readonly ProxiedConnection[];
  /** Refuses new connections; existing ones stay open. */
  refuse(): void;
  /** Existing connections stay open, and nothing passes through them any more. */
  freeze(): void;
}

/** Listens on a free port of 127.0.0.1 and forwards connections to `port`; with several ports, in turn. */
export async function startTcpProxy(
  port: number | readonly number[],
  options: TcpProxyOptions = {},
): Promise<TcpProxy> {
  const ports = [port].flat();
  const passages: ProxiedConnection[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, client => {
    const passage: ProxiedConnection = { toServer: [], toClient: [] };
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
    freeze() {
      for (const socket of sockets) socket.pause();
    },
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
  { toClient }: ProxiedConnection,
  trouble: ConnectionFault | undefined,
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

function stir({ how }: ConnectionFault, client: Socket): void {
  if (how === 'fin') client.end();
  // The reset must wait until earlier data was sent, or it would discard that data.
  if (how === 'rst') client.write('', () => client.resetAndDestroy());
}
