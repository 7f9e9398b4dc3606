/** The LDAP server of the tests authenticates clients and shows the root DSE as a real server does. */
import { describe, expect, it } from 'vitest';
import { account, bound, codeOf, connect, startFixture, suffix } from './fixture.ts';

const whoAmI = '1.3.6.1.4.1.4203.1.11.3';

describe('bind', () => {
  it('accepts an account with its password, however the DN is spelled', async () => {
    await using server = await startFixture();
    await using client = connect(server);
    await client.bind(account.dn.toUpperCase(), account.password);
    expect(await client.exop(whoAmI)).toMatchObject({ value: `dn:${account.dn}` });
  });

  it.each([
    ['a wrong password', account.dn, 'guessed', 49],
    ['an unknown name', `cn=nobody,${suffix}`, account.password, 49],
    ['a name without a password', account.dn, '', 53],
    ['an anonymous client, where none is allowed', '', '', 48],
    ['a name that is no DN', 'reader', account.password, 34],
  ])('refuses %s', async (_, dn, password, code) => {
    await using server = await startFixture();
    await using client = connect(server);
    expect(await codeOf(client.bind(dn, password))).toBe(code);
  });

  it('refuses SASL mechanisms', async () => {
    await using server = await startFixture();
    await using client = connect(server);
    expect(await codeOf(client.bind('EXTERNAL'))).toBe(7);
  });

  it('leaves a client anonymous if its second bind fails', async () => {
    await using server = await startFixture();
    await using client = await bound(server);
    await codeOf(client.bind(account.dn, 'guessed'));
    expect(await codeOf(client.search(suffix, { scope: 'base' }))).toBe(50);
  });

  it('lets anonymous clients read if that is allowed, and reports their identity', async () => {
    await using server = await startFixture({ allowAnonymous: true });
    await using client = connect(server);
    await client.bind('', '');
    const { searchEntries } = await client.search(suffix, { scope: 'base' });
    expect(searchEntries.map(entry => entry.dn)).toEqual([suffix]);
    expect(await client.exop(whoAmI)).toMatchObject({ value: '' });
  });

  it('shows nothing but the root DSE to clients that have not bound', async () => {
    await using server = await startFixture();
    await using client = connect(server);
    expect(await codeOf(client.search(suffix))).toBe(50);
    expect(await codeOf(client.search('', { scope: 'base' }))).toBe(0);
  });
});

describe('the root DSE', () => {
  it('lists suffix, controls and extensions on request', async () => {
    await using server = await startFixture({
      rootDse: { vendorName: ['Acme'], highestCommittedUSN: ['17'] },
    });
    await using client = connect(server);
    const asked = await client.search('', { scope: 'base', attributes: ['+', 'highestCommittedUSN'] });
    expect(asked.searchEntries[0]).toMatchObject({
      namingContexts: suffix,
      supportedControl: ['1.2.840.113556.1.4.319', '2.16.840.1.113730.3.4.3'],
      supportedExtension: whoAmI,
      vendorName: 'Acme',
      highestCommittedUSN: '17',
    });
    const plain = await client.search('', { scope: 'base' });
    expect(plain.searchEntries).toEqual([{ dn: '', objectClass: 'top', highestCommittedUSN: '17' }]);
  });
});

describe('requests', () => {
  it('are recorded with account and connection, without passwords', async () => {
    await using server = await startFixture();
    await using first = await bound(server);
    await using second = await bound(server);
    await second.search(`ou=people,${suffix}`, { filter: '(&(uid=ada)(!(cn=a\\2ab)))', attributes: ['cn'] });
    await first.exop(whoAmI);
    expect(server.requests).toEqual([
      { op: 'bind', connection: 1, identity: '', dn: account.dn },
      { op: 'bind', connection: 2, identity: '', dn: account.dn },
      {
        op: 'search',
        connection: 2,
        identity: account.dn,
        dn: `ou=people,${suffix}`,
        filter: '(&(uid=ada)(!(cn=a\\2ab)))',
        attributes: ['cn'],
        cookie: undefined,
      },
      { op: 'extended', connection: 1, identity: account.dn },
    ]);
  });

  it('are recorded before they are answered', async () => {
    const told: string[] = [];
    await using server = await startFixture({
      onRequest: ({ op, identity }) => void told.push(`${op} ${identity}`),
    });
    await using client = await bound(server);
    await client.search(suffix, { scope: 'base' });
    expect(told).toEqual(['bind ', `search ${account.dn}`]);
  });

  it('are refused if they would change entries', async () => {
    await using server = await startFixture();
    await using client = await bound(server);
    expect(await codeOf(client.del(`uid=ada,ou=people,${suffix}`))).toBe(53);
    expect(await codeOf(client.add(`uid=eve,ou=people,${suffix}`, { objectClass: 'person' }))).toBe(53);
    expect(await codeOf(client.modifyDN(`uid=ada,ou=people,${suffix}`, `uid=eve,ou=people,${suffix}`))).toBe(
      53,
    );
    expect(await codeOf(client.compare(suffix, 'dc', 'example'))).toBe(53);
  });

  it('are refused if they name an unknown extended operation', async () => {
    await using server = await startFixture();
    await using client = await bound(server);
    expect(await codeOf(client.exop('1.2.3.4.5'))).toBe(2);
  });
});
