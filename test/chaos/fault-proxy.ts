/** The proxy between our processes and one server, which the nemesis can cut. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  /** Resets all connections. */
  cut(): void;
  /** false: new connections are reset at once. */
  open(isOpen: boolean): void;
}

/** Listens on a free port of 127.0.0.1 and forwards connections to `port`. */
export async function startFaultProxy(port: number): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let isOpen = true;
  const server = createServer({ noDelay: true }, client => {
    if (!isOpen) return void client.resetAndDestroy();
    const behind = connect({ port, host: '127.0.0.1', noDelay: true });
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut,
    open: wanted => {
      isOpen = wanted;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      cut();
    },
  };
}
