/** The TCP listener of the in-process LDAP server. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export interface Listener {
  readonly port: number;
  /** Closes all connections and frees the port. */
  readonly close: () => Promise<void>;
}

/** Listens, and passes each connection on. Rejects if the port is in use. */
export async function listen(port: number, accept: (socket: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    accept(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  async function close(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  const address = server.address();
  return { port: address !== null && typeof address === 'object' ? address.port : port, close };
}
