/** A connection that is lost at any byte ends the read, and the next server is read from the beginning. */
import { describe, expect, it } from 'vitest';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { BIND, type FakeDirectory, serve, user } from '../../support/given/directory.ts';
import { failureOf, SMALL_ENTRIES } from '../../support/given/small-directory.ts';
import {
  type ProxiedConnection,
  startTcpProxy,
  type TcpProxy,
  type TcpProxyOptions,
} from '../../support/proxies/tcp-proxy.ts';
import { anonymousSearches, requestsIn } from '../../support/proxies/wire-tap.ts';

/** A directory that anonymous users may read, so that an unauthenticated search would not fail. */
function openTown(more = SMALL_ENTRIES): Promise<FakeDirectory> {
  return serve(more, { pageSize: 5 }, { allowAnonymous: true });
}

function behind({ settings }: FakeDirectory, ...proxies: readonly TcpProxy[]) {
  return { ...settings, urls: proxies.map(({ port }) => `ldap://127.0.0.1:${port}`) };
}

/** How many bytes a whole read transfers over each of its connections. */
async function sizesOf(fake: FakeDirectory): Promise<number[]> {
  await using proxy = await startTcpProxy(fake.server.port);
  await readDirectory(behind(fake, proxy));
  return proxy.passages.map(({ toClient }) => Buffer.concat(toClient).length);
}

function proxyOf(fake: FakeDirectory, options: TcpProxyOptions = {}): Promise<TcpProxy> {
  return startTcpProxy(fake.server.port, options);
}

function cookiesIn(passage: ProxiedConnection): string[] {
  return requestsIn(passage).flatMap(request =>
    request.op === 'search' ? (request.page?.cookie ?? []) : [],
  );
}

describe('a lost connection', () => {
  it.each(['fin', 'rst'] as const)(
    'after any byte (%s), is discarded, and no search is sent without a bind (F13)',
    async how => {
      await using fake = await openTown();
      for (const [index, size] of (await sizesOf(fake)).entries()) {
        for (let afterBytes = 0; afterBytes < size; afterBytes += Math.ceil(size / 23)) {
          const trouble = (connection: number) =>
            connection === index + 1 ? ({ afterBytes, how } as const) : undefined;
          await using proxy = await proxyOf(fake, { trouble });
          const { code } = await failureOf(behind(fake, proxy));
          // Before the first byte the error may be "connection refused".
          expect(afterBytes === 0 ? ['interrupted', 'unreachable'] : ['interrupted']).toContain(code);
          expect(anonymousSearches(proxy.passages)).toEqual([]);
          expect(proxy.passages.length).toBeLessThanOrEqual(2);
        }
      }
    },
  );

  it.each([1, 2])('without data: connection %i is closed after operationTimeout (F13)', async silent => {
    await using fake = await openTown();
    const size = (await sizesOf(fake))[silent - 1] ?? 0;
    const trouble = (connection: number) =>
      connection === silent ? ({ afterBytes: Math.floor(size / 2), how: 'silence' } as const) : undefined;
    await using proxy = await proxyOf(fake, { trouble });
    const settings = { ...behind(fake, proxy), operationTimeoutMs: 150 };
    expect(await failureOf(settings)).toMatchObject({ code: 'time_limit' });
    expect(anonymousSearches(proxy.passages)).toEqual([]);
  });

  it('a server that stops between two connections is not read partially (F91)', async () => {
    await using fake = await openTown();
    await using proxy = await proxyOf(fake, { onConnection: () => proxy.refuse() });
    expect(await failureOf(behind(fake, proxy))).toMatchObject({ code: 'unreachable' });
    expect(anonymousSearches(proxy.passages)).toEqual([]);
  });

  it('the next server is read from the beginning, alone, and is the one that is recorded (D9)', async () => {
    await using older = await openTown();
    await using newer = await openTown([...SMALL_ENTRIES, user(200, 'newcomer')]);
    const most = ((await sizesOf(older))[0] ?? 0) * 0.8;
    const trouble = () => ({ afterBytes: Math.floor(most), how: 'rst' }) as const;
    await using first = await proxyOf(older, { trouble });
    await using second = await proxyOf(newer);
    const settings = behind(older, first, second);
    const snapshot = await readDirectory(settings);
    expect(snapshot).toMatchObject({ server: settings.urls[1], marker: expect.any(String) });
    expect(snapshot.users.map(({ username }) => username)).toContain('newcomer');
    expect(snapshot.users).toHaveLength(13);
    expect(snapshot.counts).toMatchObject({ users: 13, groups: 3 });
    expect(first.passages.flatMap(cookiesIn)).toContain('search 1, page 2');
    expect(second.passages.map(passage => cookiesIn(passage)[0])).toEqual(['', '']);
    expect(anonymousSearches([...first.passages, ...second.passages])).toEqual([]);
  });

  it('when the last server fails too, every one of them is named (D9)', async () => {
    await using fake = await openTown();
    const trouble = () => ({ afterBytes: 200, how: 'fin' }) as const;
    await using first = await proxyOf(fake, { trouble });
    await using second = await proxyOf(fake, { trouble });
    const settings = behind(fake, first, second);
    const { message } = await failureOf(settings);
    for (const url of settings.urls) expect(message).toContain(url);
  });
});

describe('a slow connection', () => {
  it('is read completely, and no time limit of a library is in its requests (F83)', async () => {
    await using fake = await openTown();
    await using proxy = await proxyOf(fake, { delayMs: 15 });
    expect((await readDirectory(behind(fake, proxy))).users).toHaveLength(12);
    const limits = proxy.passages.flatMap(passage =>
      requestsIn(passage).flatMap(request => (request.op === 'search' ? request.timeLimit : [])),
    );
    expect(new Set(limits)).toEqual(new Set([0]));
  });

  it('sends the password once for each connection, and binds before every search', async () => {
    await using fake = await openTown();
    await using proxy = await proxyOf(fake);
    await readDirectory(behind(fake, proxy));
    for (const passage of proxy.passages) {
      const binds = requestsIn(passage).flatMap(request => (request.op === 'bind' ? request.dn : []));
      expect(binds).toEqual([BIND.dn]);
    }
    expect(anonymousSearches(proxy.passages)).toEqual([]);
  });
});
