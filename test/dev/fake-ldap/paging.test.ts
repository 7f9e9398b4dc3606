/** The LDAP server of the tests returns searches in pages, and refuses invalid cookies. */
import { describe, expect, it } from 'vitest';
import { account, bound, entries, startFixture, suffix } from './fixture.ts';
import { openRaw, type Page, type RawClient } from './raw-client.ts';

const open = { allowAnonymous: true };

async function allPages(client: RawClient, size: number): Promise<Page[]> {
  const pages = [await client.page(size)];
  for (let cookie = pages.at(-1)?.cookie; cookie?.length; cookie = pages.at(-1)?.cookie) {
    pages.push(await client.page(size, cookie));
  }
  return pages;
}

describe('paging', () => {
  it.each([
    [1, 11],
    [4, 3],
    [10, 2],
    [11, 1],
    [1000, 1],
  ])('in pages of %i takes %i pages, with every entry once', async (size, count) => {
    await using server = await startFixture(open);
    using client = await openRaw(server);
    const pages = await allPages(client, size);
    expect(pages).toHaveLength(count);
    expect(pages.flatMap(page => page.dns).sort()).toEqual(entries.map(entry => entry.dn).sort());
    expect(pages.map(page => page.status)).toEqual(pages.map(() => 0));
  });

  it('ends with an empty cookie', async () => {
    await using server = await startFixture(open);
    using client = await openRaw(server);
    const pages = await allPages(client, 6);
    expect(pages.map(page => page.cookie?.length === 0)).toEqual([false, true]);
  });

  it('returns what existed at the start of the search', async () => {
    await using server = await startFixture(open);
    using client = await openRaw(server);
    const { cookie } = await client.page(2);
    server.delete(`cn=posix,ou=groups,${suffix}`);
    expect((await client.page(100, cookie)).dns).toHaveLength(entries.length - 2);
  });

  it('continues in pages of another size', async () => {
    await using server = await startFixture(open);
    using client = await openRaw(server);
    const { cookie } = await client.page(2);
    const next = await client.page(3, cookie);
    expect(next.dns).toHaveLength(3);
    expect((await client.page(100, next.cookie)).dns).toHaveLength(entries.length - 5);
  });

  it('lets two searches of one connection take turns', async () => {
    await using server = await startFixture(open);
    using client = await openRaw(server);
    const first = await client.page(3);
    const second = await client.page(4);
    const firstRest = await client.page(100, first.cookie);
    const secondRest = await client.page(100, second.cookie);
    expect([...first.dns, ...firstRest.dns]).toEqual([...second.dns, ...secondRest.dns]);
  });

  it('refuses cookies that it did not send', async () => {
    await using server = await startFixture(open);
    using client = await openRaw(server);
    expect(await client.page(2, Buffer.from([0xff, 0x00]))).toMatchObject({ status: 53, dns: [] });
  });

  it('refuses a cookie that was used before', async () => {
    await using server = await startFixture(open);
    using client = await openRaw(server);
    const { cookie } = await client.page(2);
    await client.page(2, cookie);
    expect(await client.page(2, cookie)).toMatchObject({ status: 53, dns: [] });
  });

  it('refuses a cookie of another connection', async () => {
    await using server = await startFixture(open);
    using client = await openRaw(server);
    using other = await openRaw(server);
    const { cookie } = await client.page(2);
    expect(await other.page(2, cookie)).toMatchObject({ status: 53, dns: [] });
  });

  it('ends a search when the client requests a page of size 0', async () => {
    await using server = await startFixture(open);
    using client = await openRaw(server);
    const { cookie } = await client.page(2);
    expect(await client.page(0, cookie)).toMatchObject({ status: 0, dns: [] });
    expect(await client.page(2, cookie)).toMatchObject({ status: 53 });
  });

  it('can be used with ldapts', async () => {
    await using server = await startFixture();
    await using client = await bound(server);
    const { searchEntries } = await client.search(suffix, { paged: { pageSize: 2 } });
    expect(searchEntries.map(entry => entry.dn).sort()).toEqual(entries.map(entry => entry.dn).sort());
    expect(server.requests.filter(request => request.op === 'search')).toHaveLength(6);
    expect(server.requests.every(request => request.op === 'bind' || request.identity === account.dn)).toBe(
      true,
    );
  });
});
