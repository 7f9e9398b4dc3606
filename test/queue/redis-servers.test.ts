/** The kinds of Redis that an operator can configure: each works or is refused with a reason. */
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../dev/servers/port.ts';
import { type Redis as RedisServer, startRedis } from '../../dev/servers/redis.ts';
import { UNKNOWN_INSTALLATION } from '../../src/queue/broker.ts';
import { openQueue } from '../../src/queue/task-queue.ts';
import { createAuthority, writeIdentity } from '../support/certificates.ts';
import { temporaryFolder } from '../support/config.ts';
import { startGate } from '../support/given/queue/broker-gate.ts';
import { listen, queueOn } from '../support/given/queue/queue.ts';
import { inbox } from '../support/observe/inbox.ts';

const rest = { database: { url: 'postgres://nobody@unused.invalid/none', poolSize: 1 }, installation: 'one' };
const RIGHTS = ['resetkeys', 'resetchannels', '-@all', '+@read', '+@write', '+@scripting', '+@blocking'];

/** Sets the rights of the user `keeper`, whose password needs percent-encoding in a URL. */
function grant(server: RedisServer, ...rights: string[]): Promise<void> {
  return command(server, 'ACL', 'SETUSER', 'keeper', 'reset', 'on', '>a/b%20c', ...rights);
}

async function command(server: RedisServer, name: string, ...args: string[]): Promise<void> {
  const redis = new Redis(server.url);
  await redis.call(name, ...args);
  redis.disconnect();
}

/** Opens the queue and closes it again. Returns the error. */
async function refusal(redis: { url: string; password?: string }): Promise<string> {
  const { log } = listen();
  try {
    const queue = await openQueue({ redis: { prefix: 'rollcall', ...redis }, ...rest }, log);
    await queue.close();
    return 'none';
  } catch (error) {
    return String(error);
  }
}

async function works(redis: { url: string; password?: string; tls?: { caFile?: string } }): Promise<void> {
  const settings = { redis: { prefix: 'rollcall', ...redis }, ...rest };
  const done = inbox<number>();
  await using stage = queueOn({ settings });
  const queue = await stage.queue();
  await stage.worker({
    syncRun: async run => {
      done.put(run);
      return 'done';
    },
  });
  await queue.enqueueRun(7);
  expect(await done.count(1)).toEqual([7]);
  await queue.ping();
}

describe('a user of an access control list', () => {
  it('works with the documented rights and a password from a file (G53)', async () => {
    await using server = await startRedis();
    await grant(server, ...RIGHTS, '+@connection', '+info', '~rollcall:*');
    const url = `redis://keeper@127.0.0.1:${server.port}`;
    await works({ url, password: 'a/b%20c' });
    expect(await refusal({ url, password: 'guess' })).toMatch(/refuses the login, so .*: WRONGPASS/);
  });

  it.each([
    ['the keys of the prefix', [...RIGHTS, '+@connection', '+info', '~other:*'], /NOPERM .*keys/],
    ['scripts', [...RIGHTS, '+@connection', '+info', '~rollcall:*', '-@scripting'], /NOPERM .*'eval/],
    ['cached scripts', [...RIGHTS, '+@connection', '+info', '~rollcall:*', '-evalsha'], /NOPERM .*'evalsha'/],
    [
      'blocking reads',
      [...RIGHTS, '+@connection', '+info', '~rollcall:*', '-bzpopmin'],
      /NOPERM .*'bzpopmin'/,
    ],
    ['streams', [...RIGHTS, '+@connection', '+info', '~rollcall:*', '-xadd'], /ACL failure|can't run this/],
  ])('is refused without the right to %s, and the error names it (G80)', async (_, rights, reason) => {
    await using server = await startRedis();
    await grant(server, ...rights);
    const error = await refusal({ url: `redis://keeper:a%2Fb%2520c@127.0.0.1:${server.port}` });
    expect(error).toMatch(/does not permit what the queue needs, so the queue cannot be opened: /);
    expect(error).toMatch(reason);
  });

  it('loses its rights while the service runs: the ping reports it (G80)', async () => {
    await using server = await startRedis();
    await grant(server, ...RIGHTS, '+@connection', '+info', '~rollcall:*');
    const url = `redis://keeper:a%2Fb%2520c@127.0.0.1:${server.port}`;
    const queue = await openQueue({ redis: { url, prefix: 'rollcall' }, ...rest }, listen().log);
    await command(server, 'ACL', 'SETUSER', 'keeper', 'resetkeys', '~other:*');
    await expect(queue.ping()).rejects.toThrow(/does not permit what the queue needs/);
    await queue.close();
  });
});

describe('TLS', () => {
  it('trusts only the configured certificate authority (G53)', async () => {
    await using folder = await temporaryFolder();
    const authority = createAuthority();
    const files = await writeIdentity(
      folder,
      'server',
      authority.issue({ name: '127.0.0.1', hosts: ['127.0.0.1'] }),
    );
    const caFile = await folder.write('ca.pem', authority.cert);
    const port = await freePort();
    const args = [
      '--tls-port',
      String(port),
      '--tls-cert-file',
      files.certFile,
      '--tls-key-file',
      files.keyFile,
    ];
    await using _server = await startRedis({
      args: [...args, '--tls-ca-cert-file', caFile, '--tls-auth-clients', 'no'],
    });
    const url = `rediss://127.0.0.1:${port}`;
    await works({ url, tls: { caFile } });
    expect(await refusal({ url })).toMatch(/certificate/);
  });
});

describe('a failover', () => {
  it('is followed when the address points to the new primary, although the old one still answers (G53)', async () => {
    await using old = await startRedis();
    await using next = await startRedis({ args: ['--replicaof', `127.0.0.1 ${old.port}`] });
    const target = { host: '127.0.0.1', port: old.port };
    await using gate = await startGate(target);
    const redis = { url: `redis://127.0.0.1:${gate.port}`, prefix: 'rollcall' };
    await using stage = queueOn({ settings: { ...rest, redis } });
    const queue = await stage.queue();
    const done = inbox<number>();
    await stage.worker({
      syncRun: async run => {
        done.put(run);
        return 'done';
      },
    });
    target.port = next.port;
    await command(next, 'REPLICAOF', 'NO', 'ONE');
    await command(old, 'REPLICAOF', '127.0.0.1', String(next.port));
    await expect
      .poll(() => queue.enqueueRun(7).then(() => 'queued', String), { timeout: 10_000 })
      .toBe('queued');
    expect(await done.count(1)).toEqual([7]);
  });
});

describe('two installations with one prefix (G82)', () => {
  it('take only their own tasks and starts, and detect each other', async () => {
    await using server = await startRedis();
    const redis = { url: server.url, prefix: 'rollcall' };
    await using one = queueOn({ settings: { ...rest, redis } });
    await using two = queueOn({ settings: { ...rest, redis, installation: 'two' } });
    const taken = inbox<string>();
    const taking = (by: string) => ({
      syncRun: async (run: number) => {
        taken.put(`${by} ${run}`);
        return 'done' as const;
      },
    });
    const [first, second] = [await one.queue(), await two.queue()];
    await second.enqueueRun(7);
    await one.worker(taking('one'));
    await first.enqueueRun(7);
    await first.enqueueRun(8);
    expect((await taken.count(2)).toSorted()).toEqual(['one 7', 'one 8']);
    expect(await second.counts()).toMatchObject({ waiting: 1 });
    await two.worker(taking('two'));
    expect((await taken.count(3)).at(-1)).toBe('two 7');
    expect([await first.claimFire('noon', 60_000), await second.claimFire('noon', 60_000)]).toEqual([
      true,
      true,
    ]);
    expect([await first.neighbours(), await second.neighbours()]).toEqual([['two'], ['one']]);
    await using unknown = queueOn({ settings: { ...rest, redis, installation: UNKNOWN_INSTALLATION } });
    expect(await (await unknown.queue()).neighbours()).toEqual([]);
  });
});

describe('a server that cannot hold the queue is refused with the reason', () => {
  it('a replica is read-only (G80)', async () => {
    await using primary = await startRedis();
    await using replica = await startRedis({ args: ['--replicaof', `127.0.0.1 ${primary.port}`] });
    expect(await refusal(replica)).toMatch(/is read-only, so the queue cannot be opened: READONLY/);
    await using stage = queueOn({ settings: { redis: { url: replica.url, prefix: 'rollcall' }, ...rest } });
    await expect(stage.worker({})).rejects.toThrow(/is read-only/);
  });

  it.each([
    ['has no memory left', ['--maxmemory', '1mb'], /has no memory left/, /maxmemory/],
    ['lacks replicas', ['--min-replicas-to-write', '1'], /fewer replicas than it needs/, /min-replicas/],
  ])('a server that %s says so, and what to do (G33)', async (_, args, message, fix) => {
    await using server = await startRedis({ args });
    const { log } = listen();
    const opening = openQueue({ redis: { url: server.url, prefix: 'rollcall' }, ...rest }, log);
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toMatchObject({ fix: expect.stringMatching(fix) });
  });

  it('a cluster spreads the keys of one queue (G80, G53)', async () => {
    await using server = await startRedis({ args: ['--cluster-enabled', 'yes'] });
    expect(await refusal(server)).toMatch(
      /Redis at 127\.0\.0\.1:\d+ is in cluster mode.*without cluster mode/,
    );
  });

  it('a Sentinel holds no keys (G53)', async () => {
    await using folder = await temporaryFolder();
    const file = await folder.write('sentinel.conf', '');
    await using server = await startRedis({ args: [file, '--sentinel'] });
    expect(await refusal(server)).toMatch(/Redis at 127\.0\.0\.1:\d+ is a Sentinel.*primary/);
  });
});
