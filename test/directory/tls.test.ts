import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readMarker } from '../../src/directory/marker.ts';
import type { DirectorySettings } from '../../src/settings.ts';
import { scene } from './scene.ts';

const FIXTURES = new URL('../fixtures/tls/', import.meta.url);
const caFile = fileURLToPath(new URL('server.pem', FIXTURES));
const KEYS = { cert: readFileSync(caFile), key: readFileSync(new URL('server.key', FIXTURES)) };
/** ExtendedResponse, success, to message 1 or 2. */
const STARTED = (id: number) => Buffer.from([0x30, 12, 2, 1, id, 0x78, 7, 0x0a, 1, 0, 4, 0, 4, 0]);

interface Front extends AsyncDisposable {
  readonly port: number;
  /** Everything that came in before encryption. */
  readonly clear: Buffer[];
}

/** TLS in front of a plain server. */
async function encrypted(behind: number): Promise<Front> {
  const server = createTlsServer(KEYS, socket => join(socket, behind));
  return await listening(server, []);
}

/** Answers the first request, StartTLS, and goes on encrypted; `extra`: bytes that an attacker slips in between. */
async function upgrading(behind: number, extra = Buffer.alloc(0)): Promise<Front> {
  const clear: Buffer[] = [];
  const server = createTcpServer(socket => {
    socket.on('error', () => socket.destroy());
    socket.once('data', request => {
      clear.push(request);
      socket.write(Buffer.concat([STARTED(request[4] ?? 0), extra]));
      join(new TLSSocket(socket, { ...KEYS, isServer: true }), behind);
    });
  });
  return await listening(server, clear);
}

function join(client: Socket, port: number): void {
  const server = connect(port, '127.0.0.1');
  client.on('error', () => server.destroy()).on('close', () => server.destroy());
  server.on('error', () => client.destroy()).on('close', () => client.destroy());
  client.pipe(server).pipe(client);
}

async function listening(server: ReturnType<typeof createTcpServer>, clear: Buffer[]): Promise<Front> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, clear, [Symbol.asyncDispose]: async () => void server.close() };
}

function trusting(
  place: { readonly settings: DirectorySettings },
  url: string,
  more: Partial<DirectorySettings> = {},
) {
  return { ...place.settings, urls: [url], tls: { caFile }, ...more };
}

describe('an encrypted connection', () => {
  it('F90: is made to a server whose certificate is trusted and names the host, or its address', async () => {
    await using place = await scene([]);
    await using front = await encrypted(place.server.port);
    for (const host of ['127.0.0.1', 'localhost']) {
      const url = `ldaps://${host}:${front.port}`;
      expect((await readMarker(trusting(place, url))).server).toBe(url);
    }
  });

  it.each([
    ['an authority that is not ours', {}, /is self-signed and not trusted/],
    ['another name', { caFile, serverName: 'ldap.example.com' }, /is not for ldap.example.com but for localhost, 127.0.0.1/],
    ['a CA file that is missing', { caFile: '/nowhere/ca.pem' }, /tls.caFile cannot be read/],
  ])('F90: is refused for %s, and nothing is sent', async (_, tls, problem) => {
    await using place = await scene([]);
    await using front = await encrypted(place.server.port);
    const settings = trusting(place, `ldaps://127.0.0.1:${front.port}`, { tls });
    await expect(readMarker(settings)).rejects.toMatchObject({
      code: 'tls',
      message: expect.stringMatching(problem),
    });
    expect(place.server.requests).toEqual([]);
  });

  it('F91: begins with StartTLS, before the password goes out', async () => {
    await using place = await scene([]);
    await using front = await upgrading(place.server.port);
    const settings = trusting(place, `ldap://127.0.0.1:${front.port}`, { startTls: true });
    expect((await readMarker(settings)).marker).toBeDefined();
    expect(place.server.requests.map(({ op }) => op)).toContain('bind');
    expect(front.clear).toHaveLength(1);
    expect(Buffer.concat(front.clear).includes('secret')).toBe(false);
  });

  it.each([
    ['the server does not offer it', async () => ({ port: 0, clear: [] })],
    ['the certificate is not trusted', (port: number) => upgrading(port)],
    ['bytes are slipped in behind the answer', (port: number) => upgrading(port, STARTED(2))],
    [
      'half a message is slipped in behind the answer',
      (port: number) => upgrading(port, STARTED(2).subarray(0, 6)),
    ],
  ])('F91: no password goes out when %s', async (reason, open) => {
    await using place = await scene([]);
    const front = await open(place.server.port);
    const url = `ldap://127.0.0.1:${front.port || place.server.port}`;
    const tls = reason.startsWith('the certificate') ? {} : { caFile };
    await expect(readMarker(trusting(place, url, { startTls: true, tls }))).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:tls|malformed|interrupted)$/),
    });
    expect(place.server.requests.filter(({ op }) => op === 'bind')).toEqual([]);
    expect(Buffer.concat(front.clear).includes('secret')).toBe(false);
  });
});
