/** The servers that tests start for themselves keep, lose and limit what the tests expect. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Client } from 'ldapts';
import { Client as Database } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startPostgres } from '../../dev/servers/postgres.ts';
import type { Slapd } from '../../dev/servers/slapd.ts';
import { startRedis } from '../support/servers/redis.ts';
import { startSlapd } from '../support/servers/slapd.ts';

const unit = (name: string) =>
  `dn: ou=${name},dc=example,dc=com\nobjectClass: organizationalUnit\nou: ${name}\n`;
const sizeLimitExceeded = 4;
const id = '11111111-2222-3333-4444-555555555555';

describe('an OpenLDAP of the test’s own', () => {
  let slapd: Slapd;
  beforeAll(async () => {
    slapd = await startSlapd({
      ldif: `${unit('people')}entryUUID: ${id}\n`,
      limits: { unpaged: 4, capped: 3 },
    });
  });
  afterAll(() => slapd[Symbol.asyncDispose]());

  it('contains its entries with their entryUUIDs, and keeps contextCSN', async () => {
    const [people] = await search(slapd, {
      scope: 'base',
      base: `ou=people,${slapd.baseDn}`,
      attributes: ['entryUUID'],
    });
    const [suffix] = await search(slapd, { scope: 'base', base: slapd.baseDn, attributes: ['contextCSN'] });
    expect(people?.['entryUUID']).toBe(id);
    expect(suffix?.['contextCSN']).toMatch(/^\d{14}/);
  });

  it('keeps its state when it is killed and started again', async () => {
    await slapd.kill();
    await expect(search(slapd, {})).rejects.toThrow();
    await slapd.start();
    expect(await search(slapd, { base: `ou=people,${slapd.baseDn}` })).toHaveLength(1);
  });

  it('loses all entries when others are loaded', async () => {
    await slapd.load([unit('groups'), unit('people')]);
    expect(await search(slapd, { base: `ou=groups,${slapd.baseDn}` })).toHaveLength(1);
  });

  it('limits searches without paging, and all searches of the capped account', async () => {
    await expect(search(slapd, { paged: false })).rejects.toMatchObject({ code: sizeLimitExceeded });
    expect(await search(slapd, { paged: true })).toHaveLength(6);
    await expect(search(slapd, { paged: true, account: slapd.cappedDn })).rejects.toMatchObject({
      code: sizeLimitExceeded,
    });
  });
});

describe('a Redis of the test’s own', () => {
  it('is not the one that all tests share, and answers again after a kill', async () => {
    await using redis = await startRedis();
    expect(redis.url).not.toBe(inject('redis'));
    await redis.kill();
    await redis.start();
    const client = new Redis(redis.url);
    expect(await client.ping()).toBe('PONG');
    client.disconnect();
  });
});

describe('a PostgreSQL of the test’s own', () => {
  it('keeps what was committed through a crash', async () => {
    await using postgres = await startPostgres({ durable: false });
    await query(postgres.urlOf('postgres'), 'create table kept as select 7 as value');
    await postgres.kill();
    await postgres.start();
    expect(await query(postgres.urlOf('postgres'), 'select value from kept')).toEqual([{ value: 7 }]);
  });

  it('runs in a private folder, even if the tests run as root', async () => {
    const hidden = await mkdtemp(join(tmpdir(), 'rollcall-hidden-'));
    await using postgres = await startPostgres({ folder: join(hidden, 'postgres'), durable: false });
    expect((await stat(hidden)).mode & 0o777).toBe(0o700);
    expect(await query(postgres.urlOf('postgres'), 'select 1 as answer')).toEqual([{ answer: 1 }]);
    await postgres.stop();
    await rm(hidden, { recursive: true });
  });
});

async function query(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new Database({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

interface Asked {
  scope?: 'base' | 'sub';
  base?: string;
  attributes?: string[];
  paged?: boolean;
  account?: string;
}

async function search(slapd: Slapd, { account, base, paged = false, ...options }: Asked) {
  const client = new Client({ url: slapd.url, connectTimeout: 2000 });
  try {
    await client.bind(account ?? slapd.bindDn, slapd.bindPassword);
    const found = await client.search(base ?? slapd.baseDn, {
      ...options,
      paged: paged ? { pageSize: 2 } : false,
    });
    return found.searchEntries;
  } finally {
    await client.unbind();
  }
}
