/** Encrypted connections accept only trusted certificates with the right name. */
import { createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { readMarker } from '../../../src/directory/session/change-marker.ts';
import type { DirectorySettings, TlsSettings } from '../../../src/model/settings.ts';
import { createAuthority, type Identity, selfSigned, writeIdentity } from '../../support/certificates.ts';
import { type Folder, temporaryFolder } from '../../support/config.ts';
import { serve } from '../../support/given/directory.ts';
import { SMALL_ENTRIES } from '../../support/given/small-directory.ts';
import { listenLocally, startTcpProxy } from '../../support/proxies/tcp-proxy.ts';
import { answerStartTls, encrypted, startedTls } from '../../support/proxies/tls-front.ts';
import { requestsIn } from '../../support/proxies/wire-tap.ts';

const HOSTS = ['localhost', '127.0.0.1'];
const DAY_MS = 86_400_000;
const HANDSHAKE = 0x16;

const authority = createAuthority();
const good = authority.issue({ name: 'ldap', hosts: HOSTS });
let folder: Folder;
let caFile: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  caFile = await folder.write('ca.pem', authority.cert);
});
afterAll(() => folder[Symbol.asyncDispose]());
afterEach(() => void vi.unstubAllEnvs());

function trusting(
  fake: { readonly settings: DirectorySettings },
  url: string,
  more: Partial<DirectorySettings> = {},
): DirectorySettings {
  return { ...fake.settings, urls: [url], tls: { caFile }, ...more };
}

describe('an encrypted connection', () => {
  it.each(HOSTS)('is made to %s if its certificate is trusted and has that name (F90)', async host => {
    await using fake = await serve([]);
    await using front = await encrypted(fake.server.port, good);
    const url = `ldaps://${host}:${front.port}`;
    expect((await readMarker(trusting(fake, url))).server).toBe(url);
  });

  it('is made to a server whose certificate has the name of tls.serverName (F90)', async () => {
    await using fake = await serve([]);
    const other = authority.issue({ name: 'ldap', hosts: ['ldap.example.com'] });
    await using front = await encrypted(fake.server.port, other);
    const tls = { caFile, serverName: 'ldap.example.com' };
    const settings = trusting(fake, `ldaps://127.0.0.1:${front.port}`, { tls });
    expect((await readMarker(settings)).marker).toBeDefined();
  });

  it.each<[string, Identity, Partial<TlsSettings>, RegExp]>([
    [
      'a self-signed certificate',
      selfSigned({ name: 'ldap', hosts: HOSTS }),
      {},
      /is self-signed and not trusted\. Set tls\.caFile to /,
    ],
    [
      'an unknown authority',
      createAuthority('Unknown').issue({ name: 'ldap', hosts: HOSTS }),
      {},
      /was issued by an authority that is not trusted\. Set tls\.caFile to /,
    ],
    [
      'a certificate that has expired',
      authority.issue({ name: 'ldap', hosts: HOSTS, until: new Date(Date.now() - DAY_MS / 2) }),
      {},
      /has expired\. Renew/,
    ],
    [
      'a certificate that is not valid yet',
      authority.issue({ name: 'ldap', hosts: HOSTS, from: new Date(Date.now() + DAY_MS / 2) }),
      {},
      /is not valid yet\. Check the clocks/,
    ],
    [
      'the name of another server',
      authority.issue({ name: 'ldap', hosts: ['ldap.example.com', 'localhost'] }),
      {},
      /is not for 127\.0\.0\.1 but for ldap\.example\.com, localhost\. .* tls\.serverName/,
    ],
    [
      'a name that is not the one of tls.serverName',
      good,
      { serverName: 'ldap.example.com' },
      /is not for ldap\.example\.com but for localhost, 127\.0\.0\.1/,
    ],
    ['a CA file that is gone', good, { caFile: '/nowhere/ca.pem' }, /tls\.caFile cannot be read: .*ca\.pem/],
  ])('is refused for %s, and nothing is sent (F90)', async (_, identity, tls, problem) => {
    await using fake = await serve([]);
    await using front = await encrypted(fake.server.port, identity);
    await using proxy = await startTcpProxy(front.port);
    const settings = trusting(fake, `ldaps://127.0.0.1:${proxy.port}`, { tls: { caFile, ...tls } });
    await expect(readMarker(settings)).rejects.toMatchObject({
      code: 'tls',
      message: expect.stringMatching(problem),
    });
    expect(fake.server.requests).toEqual([]);
    expect(Buffer.concat(proxy.passages.flatMap(({ toServer }) => toServer)).includes('secret')).toBe(false);
  });

  it('is refused for a name that only the local machine has (F90)', async () => {
    await using fake = await serve([]);
    const own = authority.issue({ name: 'ldap', hosts: ['localhost'] });
    for (const start of [encrypted, answerStartTls]) {
      await using front = await start(fake.server.port, own);
      const scheme = start === encrypted ? 'ldaps' : 'ldap';
      const url = `${scheme}://127.0.0.1:${front.port}`;
      const settings = trusting(fake, url, { startTls: start === answerStartTls });
      await expect(readMarker(settings)).rejects.toThrow('is not for 127.0.0.1 but for localhost');
    }
    expect(fake.server.requests).toEqual([]);
  });

  it('is refused even if the environment of Node.js turns verification off (F90)', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    await using fake = await serve([]);
    await using front = await encrypted(fake.server.port, selfSigned({ name: 'ldap', hosts: HOSTS }));
    const settings = trusting(fake, `ldaps://127.0.0.1:${front.port}`);
    await expect(readMarker(settings)).rejects.toMatchObject({ code: 'tls' });
  });

  it('is refused by a port that does not speak TLS (F90)', async () => {
    await using fake = await serve([]);
    const settings = trusting(fake, `ldaps://127.0.0.1:${fake.server.port}`);
    await expect(readMarker(settings)).rejects.toMatchObject({
      code: 'tls',
      fix: expect.stringContaining('startTls'),
    });
  });

  it('sends the client certificate to a server that requests one, and reports if it has none', async () => {
    await using fake = await serve([]);
    const options = { ...good, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
    await using front = await encrypted(fake.server.port, options);
    const own = await writeIdentity(folder, 'client', authority.issue({ name: 'rollcall' }));
    const url = `ldaps://127.0.0.1:${front.port}`;
    await readMarker(trusting(fake, url, { tls: { caFile, ...own } }));
    expect(front.clients).toEqual(['rollcall']);
    await expect(readMarker(trusting(fake, url))).rejects.toThrow(
      /rejects the client certificate, or requires one/,
    );
    const stranger = await writeIdentity(folder, 'other', selfSigned({ name: 'rollcall' }));
    const mixed = { caFile, certFile: own.certFile, keyFile: stranger.keyFile };
    await expect(readMarker(trusting(fake, url, { tls: mixed }))).rejects.toThrow(
      'the key in tls.keyFile does not match the certificate in tls.certFile',
    );
  });

  it.each([
    ['ldaps://', false],
    ['ldap://', true],
  ])(
    '%s shows only TLS on the wire, also after a lost connection is replaced (F91)',
    async (scheme, startTls) => {
      await using fake = await serve(SMALL_ENTRIES, { pageSize: 5 });
      await using front = await (startTls ? answerStartTls : encrypted)(fake.server.port, good);
      const cutSecond = (connection: number) =>
        connection === 2 ? ({ afterBytes: 2500, how: 'rst' } as const) : undefined;
      await using first = await startTcpProxy(front.port, { trouble: cutSecond });
      await using second = await startTcpProxy(front.port);
      const urls = [first, second].map(({ port }) => `${scheme}127.0.0.1:${port}`);
      const snapshot = await readDirectory(trusting(fake, '', { startTls, urls }));
      expect(snapshot.server).toBe(urls[1]);
      const passages = [...first.passages, ...second.passages];
      expect(passages).toHaveLength(4);
      for (const { toServer } of passages) {
        const [request, ...others] = toServer;
        const ciphers = startTls ? Buffer.concat(others) : Buffer.concat(toServer);
        expect(ciphers[0]).toBe(HANDSHAKE);
        expect(ciphers.includes('secret') || ciphers.includes('objectClass')).toBe(false);
        if (startTls && request)
          expect(requestsIn({ toServer: [request] }).map(({ op }) => op)).toEqual(['extended']);
      }
    },
  );
});

describe('StartTLS', () => {
  it('comes before the password (F91)', async () => {
    await using fake = await serve([]);
    await using front = await answerStartTls(fake.server.port, good);
    const settings = trusting(fake, `ldap://127.0.0.1:${front.port}`, { startTls: true });
    expect((await readMarker(settings)).marker).toBeDefined();
    expect(fake.server.requests.map(({ op }) => op)).toContain('bind');
    expect(front.clear).toHaveLength(1);
    expect(Buffer.concat(front.clear).includes('secret')).toBe(false);
  });

  it.each([
    ['the server does not support it', async () => ({ port: 0, clear: [] })],
    ['the certificate is not trusted', (port: number) => answerStartTls(port, selfSigned({ name: 'ldap' }))],
    ['bytes are inserted after the answer', (port: number) => answerStartTls(port, good, startedTls(2))],
    [
      'half a message is inserted after the answer',
      (port: number) => answerStartTls(port, good, startedTls(2).subarray(0, 6)),
    ],
  ])('is not followed by a password if %s (F91)', async (_, open) => {
    await using fake = await serve([]);
    const front = await open(fake.server.port);
    const url = `ldap://127.0.0.1:${front.port || fake.server.port}`;
    await expect(readMarker(trusting(fake, url, { startTls: true }))).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:tls|malformed|interrupted)$/),
    });
    expect(fake.server.requests.filter(({ op }) => op === 'bind')).toEqual([]);
    expect(Buffer.concat(front.clear).includes('secret')).toBe(false);
  });
});

describe('a server that accepts connections and does not answer', () => {
  async function mute() {
    const sockets: Socket[] = [];
    const server = createServer(socket => sockets.push(socket.on('error', () => {})));
    const port = await listenLocally(server);
    const close = async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    };
    return { port, sockets, [Symbol.asyncDispose]: close };
  }

  it.each([
    ['ldaps://', { connectTimeoutMs: 150 }, /no answer within 0\.15 s \(connectTimeout\)/],
    ['ldap://', { startTls: true, operationTimeoutMs: 150 }, /0\.15 s \(operationTimeout\)/],
    ['ldap://', { operationTimeoutMs: 150 }, /0\.15 s \(operationTimeout\)/],
    ['ldaps://', { runTimeoutMs: 150 }, /The read was stopped: .*timeout/],
    ['ldap://', { runTimeoutMs: 150 }, /The read was stopped: .*timeout/],
  ])('times out: %s %o', async (scheme, more, message) => {
    await using fake = await serve([]);
    await using server = await mute();
    const settings = trusting(fake, `${scheme}127.0.0.1:${server.port}`, more);
    await expect(readDirectory(settings)).rejects.toThrow(message);
  });

  it('is disconnected at once if the process stops, and the next server is not tried', async () => {
    await using fake = await serve([]);
    await using server = await mute();
    const stop = new AbortController();
    const urls = [`ldaps://127.0.0.1:${server.port}`, fake.server.url];
    const reading = readDirectory(trusting(fake, '', { urls }), { signal: stop.signal });
    stop.abort(new Error('shutting down'));
    await expect(reading).rejects.toThrow('The read was stopped: shutting down.');
    expect(fake.server.requests).toEqual([]);
  });
});
