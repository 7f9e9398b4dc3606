/** The LDAP server of the tests changes, moves and deletes entries, and its change markers follow. */
import { describe, expect, it } from 'vitest';
import { type LdapServer, startLdapServer } from '../../../dev/fake-ldap/server/server.ts';
import { account, bound, startFixture, suffix } from './fixture.ts';

const people = `ou=people,${suffix}`;
const ada = `uid=ada,${people}`;
const devs = `cn=devs,ou=groups,${suffix}`;

async function read(server: LdapServer, dn: string, attributes: string[] = []) {
  await using client = await bound(server);
  const { searchEntries } = await client.search(dn, { scope: 'base', attributes });
  return searchEntries[0];
}

async function markerOf(server: LdapServer): Promise<unknown> {
  return (await read(server, suffix, ['contextCSN']))?.['contextCSN'];
}

describe('changes', () => {
  it('add entries, each with an entryUUID of its own', async () => {
    await using server = await startFixture();
    server.add({ dn: `uid=eve,${people}`, attributes: { uid: ['eve'] } });
    server.add({ dn: `uid=eva,${people}`, attributes: { uid: ['eva'] } });
    const eve = await read(server, `uid=eve,${people}`, ['uid', 'entryUUID']);
    const eva = await read(server, `uid=eva,${people}`, ['uid', 'entryUUID']);
    expect(eve).toMatchObject({ uid: 'eve', entryUUID: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(eva?.['entryUUID']).not.toEqual(eve?.['entryUUID']);
  });

  it('give an entry that is deleted and added again another entryUUID', async () => {
    await using server = await startFixture();
    const before = await read(server, ada, ['entryUUID']);
    server.delete(ada);
    server.add({ dn: ada, attributes: { uid: ['ada'] } });
    const after = await read(server, ada, ['entryUUID']);
    expect(after?.['entryUUID']).not.toEqual(before?.['entryUUID']);
  });

  it('add, delete and replace values, compared by their syntax', async () => {
    await using server = await startFixture();
    server.modify(devs, { add: { businessCategory: ['secret'] } });
    server.modify(devs, {
      add: { member: [`uid=zoe,${people}`] },
      delete: { member: [ada], businessCategory: [] },
      replace: { cn: ['devs', 'developers'] },
    });
    expect(await read(server, devs)).toEqual({
      dn: devs,
      objectClass: 'groupOfNames',
      cn: ['devs', 'developers'],
      member: [`cn=Doe\\2C John,${people}`, `uid=zoe,${people}`],
    });
  });

  it('move an entry and all below it, with their entryUUIDs', async () => {
    await using server = await startFixture();
    const before = await read(server, ada, ['entryUUID']);
    server.rename(people, `ou=Lab\\, East,${suffix}`);
    const moved = `uid=ada,ou=Lab\\, East,${suffix}`;
    expect(await read(server, moved, ['entryUUID', 'entryDN'])).toEqual({
      dn: moved,
      entryUUID: before?.['entryUUID'],
      entryDN: moved,
    });
    expect(await read(server, `ou=lab\\2c east,${suffix}`, ['ou'])).toMatchObject({ ou: 'Lab, East' });
  });

  it('rename an entry in its letter case only', async () => {
    await using server = await startFixture();
    server.rename(ada, `uid=Ada,${people}`);
    expect(await read(server, ada, ['uid'])).toEqual({ dn: `uid=Ada,${people}`, uid: 'Ada' });
  });

  it.each<[string, number, (server: LdapServer) => void]>([
    ['an entry twice', 68, server => server.add({ dn: ada, attributes: {} })],
    [
      'an entry without a parent',
      32,
      server => server.add({ dn: `uid=x,ou=nowhere,${suffix}`, attributes: {} }),
    ],
    ['what is not there', 32, server => server.modify(`uid=eve,${people}`, {})],
    ['an entry with others below it', 66, server => server.delete(people)],
    ['an entry to a name that is taken', 68, server => server.rename(ada, `uid=zoe,${people}`)],
    ['an entry to below itself', 53, server => server.rename(people, `ou=x,${people}`)],
    ['an entry to nowhere', 32, server => server.rename(ada, `uid=ada,ou=nowhere,${suffix}`)],
  ])('refuse %s, and change nothing', async (_, code, change) => {
    await using server = await startFixture();
    const marker = await markerOf(server);
    expect(() => change(server)).toThrow(expect.objectContaining({ code }));
    expect(await markerOf(server)).toEqual(marker);
    expect(await read(server, ada, ['uid'])).toEqual({ dn: ada, uid: 'ada' });
  });

  it('move contextCSN and modifyTimestamp', async () => {
    let now = new Date('2026-03-01T08:00:00Z');
    await using server = await startFixture({ clock: () => now });
    const markers = [await markerOf(server)];
    now = new Date('2026-03-01T09:30:00Z');
    server.modify(ada, { add: { mail: ['ada@example.com'] } });
    markers.push(await markerOf(server));
    server.rename(ada, `uid=lovelace,${people}`);
    markers.push(await markerOf(server));
    server.delete(devs);
    markers.push(await markerOf(server));
    expect(new Set(markers).size).toBe(4);
    expect(markers.at(-1)).toMatch(/^20260301093000\.000000Z#[0-9a-f]{6}#000#000000$/);
    expect(
      await read(server, `uid=lovelace,${people}`, ['createTimestamp', 'modifyTimestamp']),
    ).toMatchObject({
      createTimestamp: '20260301080000Z',
      modifyTimestamp: '20260301093000Z',
    });
  });
});

describe('all entries', () => {
  const fresh = [
    { dn: suffix, attributes: { objectClass: ['domain'] } },
    { dn: `cn=new,${suffix}`, attributes: { cn: ['new'] } },
  ];

  it('can be replaced while clients stay connected, which moves contextCSN', async () => {
    await using server = await startFixture({ clock: () => new Date(0) });
    const marker = await markerOf(server);
    await using client = await bound(server);
    server.load(fresh);
    expect((await client.search(suffix)).searchEntries.map(entry => entry.dn)).toEqual(
      fresh.map(entry => entry.dn),
    );
    expect(await markerOf(server)).not.toEqual(marker);
    server.load(fresh);
    server.delete(`cn=new,${suffix}`);
    expect((await client.search(suffix)).searchEntries).toHaveLength(1);
  });

  it('stay if the new entries are not a tree', async () => {
    await using server = await startFixture();
    const marker = await markerOf(server);
    expect(() => server.load([...fresh, { dn: `cn=x,ou=nowhere,${suffix}`, attributes: {} }])).toThrow(
      'no parent',
    );
    expect(await markerOf(server)).toEqual(marker);
    expect(await read(server, ada, ['uid'])).toEqual({ dn: ada, uid: 'ada' });
  });
});

describe('the entries at the start', () => {
  it('start at a suffix that is created if it is missing', async () => {
    const entries = [{ dn: `cn=all,${suffix}`, attributes: { cn: ['all'] } }];
    await using server = await startLdapServer({ entries, suffix, accounts: [account] });
    expect(await read(server, `cn=all,${suffix}`)).toEqual({
      dn: `cn=all,${suffix}`,
      objectClass: 'top',
      cn: 'all',
    });
  });

  it('must not lack a parent', async () => {
    const entries = [{ dn: `uid=x,ou=nowhere,${suffix}`, attributes: {} }];
    await expect(startLdapServer({ entries, suffix })).rejects.toThrow(
      '"uid=x,ou=nowhere,dc=example,dc=org" has no parent',
    );
  });

  it('need a suffix when there are none', async () => {
    await expect(startLdapServer({ entries: [] })).rejects.toThrow('needs a suffix');
  });
});
