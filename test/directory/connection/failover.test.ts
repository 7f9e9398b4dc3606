/** Servers that failed are skipped for a growing time, and a refused password is not tried elsewhere. */
import { describe, expect, it } from 'vitest';
import { onFirstServer, rememberServers, retryServers } from '../../../src/directory/connection/failover.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { DirectoryError, type DirectoryErrorCode } from '../../../src/errors.ts';
import { openSmallDirectory } from '../../support/given/small-directory.ts';
import { directory } from '../../support/given/values.ts';
import { startTcpProxy } from '../../support/proxies/tcp-proxy.ts';

const URLS = ['ldap://one', 'ldap://two'];
const SETTINGS = directory({ urls: URLS });
const { signal } = new AbortController();

/** A memory with a test clock, and the servers that were tried since the last call. */
function stage(random = 1) {
  const now = { ms: 0 };
  const servers = rememberServers({ clock: () => now.ms, random: () => random });
  const broken = new Map<string, DirectoryErrorCode>();
  const ask = async (settings = SETTINGS) => {
    const asked: string[] = [];
    const end = await onFirstServer(settings, servers, signal, async url => {
      asked.push(url);
      const code = broken.get(url);
      if (code) throw new DirectoryError(code, 'Not today.', { permanent: code === 'bind_refused' });
    }).catch((error: unknown) => error);
    return { asked, error: end };
  };
  return { now, broken, servers, ask };
}

describe('several servers', () => {
  it('are tried in order, and one that failed is skipped for a time', async () => {
    const { now, broken, ask } = stage();
    expect((await ask()).asked).toEqual([URLS[0]]);
    broken.set('ldap://one', 'unreachable');
    expect((await ask()).asked).toEqual(URLS);
    expect((await ask()).asked).toEqual([URLS[1]]);
    now.ms += 1001;
    broken.clear();
    expect((await ask()).asked).toEqual([URLS[0]]);
    expect((await ask()).asked).toEqual([URLS[0]]);
  });

  it.each(['unreachable', 'tls', 'busy', 'time_limit', 'interrupted', 'malformed'] as const)(
    'are followed by the next one after %s',
    async code => {
      const { broken, ask } = stage();
      broken.set('ldap://one', code);
      expect(await ask()).toEqual({ asked: URLS, error: undefined });
    },
  );

  it.each([
    'bind_refused',
    'access_denied',
    'filter',
    'base_missing',
    'size_limit',
    'admin_limit',
    'referral',
    'paging_refused',
    'sentinel_missing',
    'id_attribute',
  ] as const)('end with %s, which another server would return too', async code => {
    const { broken, ask } = stage();
    broken.set('ldap://one', code);
    expect(await ask()).toMatchObject({ asked: [URLS[0]], error: { code } });
  });

  it('are remembered separately for every directory', async () => {
    const { broken, ask } = stage();
    broken.set('ldap://one', 'busy');
    await ask();
    expect((await ask(directory({ name: 'other', urls: URLS }))).asked).toEqual(URLS);
  });

  it('are no longer tried after the run is aborted', async () => {
    const asked: string[] = [];
    const stopped = onFirstServer(SETTINGS, rememberServers(), AbortSignal.abort(), async url => {
      asked.push(url);
      throw new DirectoryError('interrupted', 'Stopped.');
    });
    await expect(stopped).rejects.toThrow('Stopped.');
    expect(asked).toEqual([URLS[0]]);
  });
});

describe('servers that are all down', () => {
  it('are tried at growing intervals of up to ten seconds, and not in between (F84)', async () => {
    const { now, broken, ask } = stage();
    for (const url of URLS) broken.set(url, 'unreachable');
    const attempts: number[] = [];
    for (; now.ms < 50_000; now.ms += 100) if ((await ask()).asked.length > 0) attempts.push(now.ms);
    const pauses = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
  });

  it('are tried at once for a user who repaired them, unless they refused the password (F84, F93)', async () => {
    const { broken, ask, servers } = stage();
    for (const url of URLS) broken.set(url, 'unreachable');
    await ask();
    broken.clear();
    expect((await ask()).asked).toEqual([]);
    retryServers(SETTINGS, servers);
    expect(await ask()).toEqual({ asked: [URLS[0]], error: undefined });

    broken.set('ldap://one', 'bind_refused');
    await ask();
    retryServers(SETTINGS, servers);
    expect((await ask()).asked).toEqual([]);
  });

  it('are tried again at a time that differs between processes (F84)', async () => {
    const pauses = await Promise.all(
      [0, 0.5, 1].map(async random => {
        const { now, broken, ask } = stage(random);
        for (const url of URLS) broken.set(url, 'busy');
        await ask();
        while ((await ask()).asked.length === 0) now.ms += 10;
        return now.ms;
      }),
    );
    expect(pauses).toEqual([500, 750, 1000]);
  });

  it('cost a read one attempt each, and the next read reports when they are tried again (F84)', async () => {
    await using fake = await openSmallDirectory({});
    const trouble = () => ({ afterBytes: 0, how: 'rst' }) as const;
    await using one = await startTcpProxy(fake.server.port, { trouble });
    await using two = await startTcpProxy(fake.server.port, { trouble });
    const urls = [one, two].map(({ port }) => `ldap://127.0.0.1:${port}`);
    const servers = rememberServers({ clock: () => 0, random: () => 1 });
    const read = () => readDirectory({ ...fake.settings, urls }, { servers }).catch(String);
    await read();
    for (let turn = 0; turn < 20; turn += 1) expect(await read()).toMatch(/not tried again for 1 s\./);
    expect([one.passages.length, two.passages.length]).toEqual([1, 1]);
  });
});

describe('a refused password', () => {
  it('is sent once in each interval over all servers, from one minute to 15 minutes (F93)', async () => {
    const { now, broken, ask } = stage();
    for (const url of URLS) broken.set(url, 'bind_refused');
    const attempts: number[] = [];
    for (; now.ms < 4_000_000; now.ms += 10_000) {
      const { asked, error } = await ask();
      expect(error).toMatchObject({ code: 'bind_refused', permanent: true });
      attempts.push(...asked.map(() => now.ms / 60_000));
    }
    expect(attempts).toEqual([0, 1, 3, 7, 15, 30, 45, 60]);
  });

  it('is not sent in between, by any caller (F93)', async () => {
    await using fake = await openSmallDirectory({ bindPassword: 'wrong' });
    const servers = rememberServers({ clock: () => 0, random: () => 1 });
    const urls = [fake.server.url, `${fake.server.url}/`];
    for (let turn = 0; turn < 10; turn += 1) {
      const error = await readDirectory({ ...fake.settings, urls }, { servers }).catch(String);
      expect(error).toContain('invalid credentials');
      if (turn > 0) expect(error).toContain('not tried again for 60 s, so that the account is not locked');
    }
    expect(fake.server.requests.map(({ op }) => op)).toEqual(['bind']);
  });

  it('is forgotten after a password is accepted (F93)', async () => {
    const { now, broken, ask } = stage();
    broken.set('ldap://one', 'bind_refused');
    await ask();
    broken.clear();
    now.ms = 60_000;
    expect((await ask()).error).toBeUndefined();
    broken.set('ldap://one', 'bind_refused');
    await ask();
    now.ms = 120_000;
    expect((await ask()).asked).toEqual([URLS[0]]);
  });
});
