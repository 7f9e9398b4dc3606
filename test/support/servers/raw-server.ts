/** A server that answers requests with arbitrary bytes. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createFraming, takeFrames } from '../../../src/directory/connection/frames.ts';
import { readEnvelope } from '../../../src/directory/connection/result.ts';

export interface RawRequest {
  readonly id: number;
  /** The tag of the operation: 0x60 bind, 0x63 search, 0x77 extended. */
  readonly operation: number;
  /** 1 for the first request of the connection. */
  readonly nth: number;
}

export interface RawServer extends AsyncDisposable {
  readonly url: string;
  /** The operations of all requests, in order. */
  readonly operations: number[];
}

/** Answers every request with the result of `answer`; undefined sends nothing. */
export async function rawServer(answer: (request: RawRequest) => Buffer | undefined): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const operations: number[] = [];
  const server = createServer(socket => {
    sockets.add(socket);
    const framing = createFraming();
    let nth = 0;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      for (const frame of takeFrames(framing, chunk)) {
        const { id, operation = 0 } = readEnvelope(frame);
        operations.push(operation);
        nth += 1;
        const bytes = answer({ id, operation, nth });
        if (bytes) socket.write(bytes);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `ldap://127.0.0.1:${portOf(server.address())}`,
    operations,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

/** A message with that operation; short lengths only. */
export function message(id: number, operation: number, content: string): Buffer {
  const body = Buffer.from(content.replaceAll(' ', ''), 'hex');
  const inner = Buffer.concat([Buffer.from([0x02, 0x01, id, operation, body.length]), body]);
  return Buffer.concat([Buffer.from([0x30, inner.length]), inner]);
}
