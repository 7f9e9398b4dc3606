/** TLS in front of a server that has none. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from 'node:tls';
import { listenLocally } from './tcp-proxy.ts';

export interface TlsServer extends AsyncDisposable {
  readonly port: number;
  /** Everything that was received unencrypted. */
  readonly clear: Buffer[];
  /** The common names of client certificates; empty for a client without one. */
  readonly clients: string[];
}

/** Accepts TLS from the first byte, in front of `behind`. */
export async function encrypted(behind: number, options: TlsOptions): Promise<TlsServer> {
  const clients: string[] = [];
  const server = createTlsServer(options, socket => {
    clients.push(String(socket.getPeerCertificate().subject?.CN ?? ''));
    join(socket, behind);
  });
  return await listening(server, [], clients);
}

/** Answers the first request, StartTLS, and continues with TLS. `extra`: bytes that an attacker injects in between. */
export async function answerStartTls(
  behind: number,
  options: TlsOptions,
  extra: Buffer = Buffer.alloc(0),
): Promise<TlsServer> {
  const clear: Buffer[] = [];
  const server = createServer(socket => {
    socket.on('error', () => socket.destroy());
    socket.once('data', request => {
      clear.push(request);
      socket.write(Buffer.concat([startedTls(request[4] ?? 0), extra]));
      join(new TLSSocket(socket, { ...options, isServer: true }), behind);
    });
  });
  return await listening(server, clear, []);
}

/** The successful ExtendedResponse to a message. */
export function startedTls(messageId: number): Buffer {
  return Buffer.from([0x30, 12, 2, 1, messageId, 0x78, 7, 0x0a, 1, 0, 4, 0, 4, 0]);
}

function join(client: Socket, port: number): void {
  const server = connect(port, '127.0.0.1');
  client.on('error', () => server.destroy()).on('close', () => server.destroy());
  server.on('error', () => client.destroy()).on('close', () => client.destroy());
  client.pipe(server).pipe(client);
}

async function listening(server: Server, clear: Buffer[], clients: string[]): Promise<TlsServer> {
  const sockets = new Set<Socket>();
  server.on('connection', socket => sockets.add(socket));
  const port = await listenLocally(server);
  return {
    port,
    clear,
    clients,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
