/** Injected faults affect exactly the requests that they are made for. */
import type { SearchOptions } from 'ldapts';
import { describe, expect, it } from 'vitest';
import {
  answerCode,
  cutAfterEntries,
  hideEntries,
  meanwhile,
  referral,
  searchReference,
  silenceAfterEntries,
  stopAfterEntries,
  trickle,
} from '../../../dev/fake-ldap/faults/answers.ts';
import { type Fault, onBind, onExtended, onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import type { LdapServer } from '../../../dev/fake-ldap/server/server.ts';
import { account, bound, codeOf, connect, entries, startFixture, suffix } from './fixture.ts';
import { openRaw } from './raw-client.ts';

const devs = `cn=devs,ou=groups,${suffix}`;

function withFaults(...faults: Fault[]): Promise<LdapServer> {
  return startFixture({ faults, allowAnonymous: true });
}

/** The result codes of searches that one client makes one after the other. */
async function codes(server: LdapServer, ...searches: [string, SearchOptions?][]): Promise<unknown[]> {
  await using client = await bound(server);
  const found: unknown[] = [];
  for (const [dn, options] of searches) found.push(await codeOf(client.search(dn, options)));
  return found;
}

describe('a fault is injected', () => {
  it('at the n-th search', async () => {
    await using server = await withFaults(onSearch({ nth: 2 }, answerCode(51)));
    expect(await codes(server, [suffix], [suffix], [suffix])).toEqual([0, 51, 0]);
  });

  it('from the n-th search on', async () => {
    await using server = await withFaults(onSearch({ from: 2 }, answerCode(11)));
    expect(await codes(server, [suffix], [suffix], [suffix])).toEqual([0, 11, 11]);
  });

  it('at searches of a DN, with a filter, with paging, counted separately', async () => {
    await using server = await withFaults(
      onSearch({ dn: devs, nth: 2 }, answerCode(1)),
      onSearch({ filter: /uid=\w+\*/ }, answerCode(3)),
      onSearch({ paged: true }, answerCode(52)),
    );
    const searches: [string, SearchOptions?][] = [
      [devs],
      [suffix, { filter: '(uid=a*)' }],
      [suffix, { filter: '(uid=ada)' }],
      [suffix, { paged: true }],
      [devs],
    ];
    expect(await codes(server, ...searches)).toEqual([0, 3, 0, 52, 1]);
  });

  it('at binds and at extended operations', async () => {
    await using server = await withFaults(onBind({ nth: 2 }, answerCode(49)), onExtended({}, answerCode(2)));
    await using client = connect(server);
    const bind = () => codeOf(client.bind(account.dn, account.password));
    expect([await bind(), await bind(), await bind()]).toEqual([0, 49, 0]);
    expect(await codeOf(client.exop('1.3.6.1.4.1.4203.1.11.3'))).toBe(2);
  });

  it('from its start until its end', async () => {
    await using server = await startFixture();
    const found = await codes(server, [suffix]);
    server.inject(onSearch({}, answerCode(52)));
    found.push(...(await codes(server, [suffix])));
    server.heal();
    found.push(...(await codes(server, [suffix])));
    expect(found).toEqual([0, 52, 0]);
  });

  it('together with others, the first one next to the client', async () => {
    await using server = await withFaults(searchReference('ldap://outer'), searchReference('ldap://inner'));
    using client = await openRaw(server);
    expect((await client.page(100)).references).toEqual(['ldap://outer', 'ldap://inner']);
  });
});

describe('an answer', () => {
  it.each([1, 3, 11, 51, 52])('may be result code %i without an entry', async code => {
    await using server = await withFaults(onSearch({}, answerCode(code)));
    using client = await openRaw(server);
    expect(await client.page(100)).toEqual({ dns: [], references: [], status: code, cookie: undefined });
  });

  it('may be a referral', async () => {
    await using server = await withFaults(onSearch({}, referral('ldap://elsewhere.example/dc=x')));
    using client = await openRaw(server);
    expect(await client.page(100)).toMatchObject({ status: 10, dns: [] });
  });

  it('may contain references to other servers', async () => {
    const urls = ['ldap://a.example/dc=x', 'ldap://b.example/dc=x'];
    await using server = await withFaults(searchReference(...urls));
    await using client = await bound(server);
    const { searchEntries, searchReferences } = await client.search(suffix);
    expect(searchEntries).toHaveLength(entries.length);
    expect(searchReferences).toEqual(urls);
  });

  it('may stop after some entries with a result code', async () => {
    await using server = await withFaults(stopAfterEntries(3, 11));
    using client = await openRaw(server);
    expect(await client.page(100)).toMatchObject({ status: 11, dns: expect.objectContaining({ length: 3 }) });
  });

  it.each(['fin', 'rst'] as const)('may end with the connection (%s) in the middle of a page', async how => {
    await using server = await withFaults(onSearch({ nth: 2 }, cutAfterEntries(2, how)));
    await using client = await bound(server);
    await expect(client.search(suffix, { paged: { pageSize: 4 } })).rejects.toThrow(/closed|Socket error/);
    expect(server.requests.filter(request => request.op === 'search')).toHaveLength(2);
  });

  it('has sent its answer before it ends with the connection', async () => {
    await using server = await withFaults(cutAfterEntries(3, 'fin'));
    using client = await openRaw(server);
    void client.page(100);
    await client.ended();
    expect(client.received).toHaveLength(3);
  });

  it('may stop while the connection stays open', async () => {
    await using server = await withFaults(onSearch({ nth: 1 }, silenceAfterEntries(2)));
    using client = await openRaw(server);
    const silent = client.page(100);
    const next = await client.page(100);
    expect(next).toMatchObject({ status: 0, dns: expect.objectContaining({ length: entries.length }) });
    expect(client.received).toHaveLength(2 + entries.length);
    expect(await Promise.race([silent, Promise.resolve('still waiting')])).toBe('still waiting');
  });

  it('may arrive slowly', async () => {
    await using server = await withFaults(trickle(10));
    using client = await openRaw(server);
    const start = performance.now();
    expect((await client.page(5)).dns).toHaveLength(5);
    expect(performance.now() - start).toBeGreaterThanOrEqual(45);
  });

  it('may be sent slowly to a client that has disconnected', async () => {
    await using server = await withFaults(onSearch({ nth: 1 }, trickle(3_600_000)));
    using client = await openRaw(server);
    void client.page(5);
    client[Symbol.dispose]();
    expect(await codes(server, [suffix])).toEqual([0]);
  });
});

describe('a search', () => {
  it('may see changes of the directory', async () => {
    await using server = await startFixture();
    server.inject(
      onSearch(
        { nth: 2 },
        meanwhile(() => server.modify(devs, { replace: { member: ['cn=new'] } })),
      ),
    );
    await using client = await bound(server);
    const read = async () => (await client.search(devs, { scope: 'base' })).searchEntries[0]?.['member'];
    expect(await read()).toHaveLength(2);
    expect(await read()).toBe('cn=new');
  });

  it('may find less when the client is anonymous, without an error', async () => {
    const isPrivate = (dn: string) => dn.includes('ou=people');
    await using server = await withFaults(
      hideEntries(({ dn }, identity) => identity === '' && isPrivate(dn)),
    );
    await using known = await bound(server);
    await using anonymous = connect(server);
    expect((await known.search(suffix)).searchEntries).toHaveLength(entries.length);
    expect((await anonymous.search(suffix)).searchEntries).toHaveLength(entries.length - 6);
  });
});
