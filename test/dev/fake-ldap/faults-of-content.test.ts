/** Injected faults change what the LDAP server of the tests returns: pages, attributes, values and referrals. */
import { describe, expect, it } from 'vitest';
import {
  emptyPageWithCookie,
  ignorePaging,
  refusePaging,
  sizeLimitAfter,
} from '../../../dev/fake-ldap/faults/paging.ts';
import {
  hideAttribute,
  rangedAttribute,
  rawValue,
  renameAttribute,
} from '../../../dev/fake-ldap/faults/values.ts';
import type { Fault } from '../../../dev/fake-ldap/server/fault.ts';
import { bound, codeOf, entries, startFixture, suffix } from './fixture.ts';
import { openRaw, type Page } from './raw-client.ts';

const devs = `cn=devs,ou=groups,${suffix}`;

/** All pages of a search, up to one without a cookie. */
async function pages(size: number, ...faults: Fault[]): Promise<Page[]> {
  await using server = await startFixture({ faults, allowAnonymous: true });
  using client = await openRaw(server);
  const found = [await client.page(size)];
  for (let cookie = found.at(-1)?.cookie; cookie?.length; cookie = found.at(-1)?.cookie) {
    found.push(await client.page(size, cookie));
  }
  return found;
}

function sizes(found: readonly Page[]): number[] {
  return found.map(page => page.dns.length);
}

describe('paging', () => {
  it.each([
    [0, [0, 4, 4, 3]],
    [1, [4, 0, 4, 3]],
    [2, [4, 4, 0, 3]],
  ])('may contain an empty page with a cookie after page %i', async (afterPage, expected) => {
    expect(sizes(await pages(4, emptyPageWithCookie({ afterPage })))).toEqual(expected);
  });

  it('may contain several empty pages in several places', async () => {
    const faults = [emptyPageWithCookie({ afterPage: 2 }), emptyPageWithCookie({ afterPage: 1, times: 3 })];
    expect(sizes(await pages(4, ...faults))).toEqual([4, 0, 0, 0, 4, 0, 3]);
  });

  it('may be ignored: everything at once, and no control', async () => {
    expect(await pages(4, ignorePaging())).toMatchObject([
      { status: 0, cookie: undefined, dns: expect.objectContaining({ length: entries.length }) },
    ]);
  });

  it('may be refused', async () => {
    expect(await pages(4, refusePaging())).toMatchObject([{ status: 12, dns: [] }]);
  });

  it('may exceed a limit of the server, which counts over all pages', async () => {
    const found = await pages(4, sizeLimitAfter(6));
    expect(sizes(found)).toEqual([4, 2]);
    expect(found.map(page => page.status)).toEqual([0, 4]);
  });

  it('is complete at exactly the limit', async () => {
    const found = await pages(100, sizeLimitAfter(entries.length));
    expect(found).toMatchObject([{ status: 0, dns: expect.objectContaining({ length: entries.length }) }]);
  });

  it('has no limit without paging if the client sets none', async () => {
    await using server = await startFixture({ faults: [sizeLimitAfter(2)] });
    await using client = await bound(server);
    expect(await codeOf(client.search(suffix))).toBe(4);
  });
});

describe('an attribute', () => {
  async function read(attributes: string[], ...faults: Fault[]) {
    await using server = await startFixture({ faults });
    await using client = await bound(server);
    const { searchEntries } = await client.search(devs, { scope: 'base', attributes });
    return searchEntries[0];
  }
  const john = `cn=Doe\\2C John,ou=people,${suffix}`;
  const ada = `UID=Ada, OU=People,${suffix}`;

  it('may be returned with its name in another letter case', async () => {
    expect(await read(['member'], renameAttribute('member', 'Member'))).toEqual({
      dn: devs,
      Member: [ada, john],
    });
  });

  it('may be hidden', async () => {
    expect(await read([], hideAttribute('MEMBER'))).toEqual({
      dn: devs,
      objectClass: 'groupOfNames',
      cn: 'devs',
    });
  });

  it.each([
    ['no UTF-8', Buffer.from([0xc3, 0x28])],
    ['a NUL', Buffer.from('cn=a\0b')],
  ])('may have a value with %s', async (_, value) => {
    const entry = await read(['member'], rawValue('member', value));
    expect([entry?.['member']].flat().map(String)).toEqual([ada, john, value.toString()]);
  });
});

describe('ranges', () => {
  async function read(attribute: string, limit: number, count: number) {
    const member = Array.from({ length: count }, (_, index) => `cn=${index}`);
    await using server = await startFixture({ faults: [rangedAttribute('member', limit)] });
    server.modify(devs, { replace: { member } });
    await using client = await bound(server);
    const { searchEntries } = await client.search(devs, { scope: 'base', attributes: [attribute] });
    const sent = Object.entries(searchEntries[0] ?? {}).filter(([name]) => name.startsWith('member'));
    return Object.fromEntries(sent.map(([name, values]) => [name, values.length]));
  }

  it.each([
    ['what is within the limit comes whole', 'member', 1500, 1500, { member: 1500 }],
    [
      'what is above it begins with a range',
      'member',
      1500,
      1501,
      { member: 0, 'member;range=0-1499': 1500 },
    ],
    [
      'it goes on where the client asks',
      'member;range=1500-*',
      1500,
      4000,
      { 'member;range=1500-2999': 1500 },
    ],
    ['it ends with a star', 'member;range=3000-*', 1500, 4000, { 'member;range=3000-*': 1000 }],
    ['a first range may be asked for', 'member;range=0-*', 1500, 4000, { 'member;range=0-1499': 1500 }],
    ['all attributes mean a range too', '*', 2, 3, { member: 0, 'member;range=0-1': 2 }],
  ])('%s', async (_, attribute, limit, count, expected) => {
    expect(await read(attribute, limit, count)).toMatchObject(expected);
  });
});
