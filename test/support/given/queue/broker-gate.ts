/** A TCP gate that makes a broker unreachable during a test. */
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { type Inbox, inbox } from '../../observe/inbox.ts';

/** A gate in front of a server; a test can make the server unreachable and reachable again. */
export interface Gate extends AsyncDisposable {
  readonly port: number;
  /** One item for each connection that was refused since the last cut. */
  readonly refused: Inbox<number>;
  /** Closes all connections, and new ones as soon as they are made. */
  cut(): void;
  restore(): void;
  /** Accepts that many more connections and refuses later ones. */
  admit(connections: number): void;
}

export async function startGate(target: { host: string; port: number }): Promise<Gate> {
  const sockets = new Set<Socket>();
  let refused = inbox<number>();
  let left = Number.POSITIVE_INFINITY;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer(client => {
    keep(client);
    if (left === 0) {
      refused.put(refused.all.length);
      client.destroy();
      return;
    }
    left -= 1;
    const upstream = createConnection(target);
    keep(upstream);
    client.pipe(upstream).pipe(client);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: portOf(server.address()),
    get refused() {
      return refused;
    },
    cut() {
      left = 0;
      refused = inbox();
      for (const socket of sockets) socket.destroy();
    },
    restore() {
      left = Number.POSITIVE_INFINITY;
    },
    admit(connections) {
      refused = inbox();
      left = connections;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the gate has no port');
  return address.port;
}
