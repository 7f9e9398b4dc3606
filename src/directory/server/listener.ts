/** The listener of an in-process LDAP server. */
import { once } from 'node:events';
import { createServer, type ListenOptions, type Socket } from 'node:net';

export interface Listener {
  /** 0 for a path. */
  readonly port: number;
  /** Closes all connections and frees the port. */
  readonly close: () => Promise<void>;
}

/** Listens at an address or a path, and passes each connection on. Rejects if it is in use. */
export async function listen(at: ListenOptions, accept: (socket: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    accept(socket);
  });
  server.listen(at);
  await once(server, 'listening');

  async function close(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  const address = server.address();
  return { port: address !== null && typeof address === 'object' ? address.port : 0, close };
}
