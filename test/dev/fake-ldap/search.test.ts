/** The LDAP server of the tests searches by scope and returns the attributes and limits that were requested. */
import { Control, type SearchOptions } from 'ldapts';
import { describe, expect, it } from 'vitest';
import type { LdapServer } from '../../../dev/fake-ldap/server/server.ts';
import { bound, codeOf, entries, startFixture, suffix } from './fixture.ts';

const people = `ou=people,${suffix}`;
const ada = `uid=ada,${people}`;

async function search(server: LdapServer, dn: string, options: SearchOptions) {
  await using client = await bound(server);
  return (await client.search(dn, options)).searchEntries;
}

async function dnsOf(server: LdapServer, dn: string, options: SearchOptions): Promise<string[]> {
  return (await search(server, dn, options)).map(entry => entry.dn);
}

describe('the scope of a search', () => {
  it.each([
    ['base', 'base', [0]],
    ['one', 'one', [1, 2]],
    ['sub', 'sub', [0, 1, 3, 4, 5, 6, 7, 2, 8, 9, 10]],
    ['children', 'children', [1, 3, 4, 5, 6, 7, 2, 8, 9, 10]],
  ] as const)('%s', async (_, scope, expected) => {
    await using server = await startFixture();
    expect(await dnsOf(server, suffix, { scope })).toEqual(expected.map(index => entries[index]?.dn));
  });

  it('begins at a DN in any spelling', async () => {
    await using server = await startFixture();
    const spelling = 'CN=doe\\2c  john , OU=PEOPLE,DC=Example;dc="org"';
    expect(await dnsOf(server, spelling, { scope: 'base' })).toEqual([`cn=Doe\\, John,${people}`]);
  });

  it.each([
    ['is not there', `uid=eve,${people}`, 32],
    ['is no DN', 'people', 34],
    ['is empty, below the root DSE', '', 32],
  ])('cannot begin at a DN that %s', async (_, dn, code) => {
    await using server = await startFixture();
    expect(await codeOf(search(server, dn, { scope: 'sub' }))).toBe(code);
  });
});

describe('the attributes that are sent of an entry', () => {
  const user = ['cn', 'mail', 'objectClass', 'uid', 'uidNumber'];
  const operational = ['createTimestamp', 'entryDN', 'entryUUID', 'modifyTimestamp'];

  it.each([
    ['everything but operational attributes, when nothing is named', [], user],
    ['the same for *', ['*'], user],
    ['the operational attributes for +', ['+'], operational],
    ['both for * and +', ['*', '+'], [...user, ...operational]],
    ['what is named, in any letter case', ['CN', 'entryuuid'], ['cn', 'entryUUID']],
    ['nothing for 1.1', ['1.1'], []],
    ['nothing for a range that the server does not know', ['cn;range=0-*'], []],
  ])('are %s', async (_, attributes, expected) => {
    await using server = await startFixture();
    const [entry] = await search(server, ada, { scope: 'base', attributes });
    const sent = Object.entries(entry ?? {}).filter(([, value]) => value.length > 0);
    expect(sent.map(([name]) => name).sort()).toEqual(['dn', ...expected].sort());
  });

  it('include subtypes if the plain attribute is requested', async () => {
    await using server = await startFixture();
    server.modify(ada, { add: { 'cn;lang-fr': ['Ada, comtesse'] } });
    const [entry] = await search(server, ada, { scope: 'base', attributes: ['cn'] });
    expect(entry).toEqual({ dn: ada, cn: 'Ada Lovelace', 'cn;lang-fr': 'Ada, comtesse' });
  });

  it('are names without values if only types are requested', async () => {
    await using server = await startFixture();
    const [entry] = await search(server, ada, {
      scope: 'base',
      attributes: ['cn'],
      returnAttributeValues: false,
    });
    expect(entry).toEqual({ dn: ada, cn: [] });
  });

  it('are all values, byte by byte', async () => {
    await using server = await startFixture();
    const photo = Buffer.from([0xff, 0x00, 0xfe]);
    server.modify(ada, { add: { jpegPhoto: [photo] } });
    const [entry] = await search(server, ada, { scope: 'base', attributes: ['mail', 'jpegPhoto'] });
    expect(entry).toEqual({ dn: ada, mail: ['ada@example.org', 'countess@example.org'], jpegPhoto: photo });
  });

  it('are complete with ten thousand members', async () => {
    await using server = await startFixture();
    const member = Array.from({ length: 10_000 }, (_, index) => `uid=member${index},${people}`);
    server.modify(`cn=devs,ou=groups,${suffix}`, { replace: { member } });
    const [entry] = await search(server, suffix, { filter: '(cn=devs)', attributes: ['member'] });
    expect(entry?.['member']).toEqual(member);
  });
});

describe('limits and controls', () => {
  it('sends as many entries as the client allows, and reports that there are more', async () => {
    await using server = await startFixture();
    // ldapts treats result code 4 as success if the client set the limit.
    expect(await dnsOf(server, suffix, { sizeLimit: 3 })).toHaveLength(3);
    expect(await dnsOf(server, suffix, { sizeLimit: entries.length })).toHaveLength(entries.length);
  });

  it('refuses unknown critical controls', async () => {
    await using server = await startFixture();
    await using client = await bound(server);
    const critical = new Control('1.2.3.4.5', { critical: true });
    expect(await codeOf(client.search(suffix, {}, critical))).toBe(12);
    expect(await codeOf(client.search(suffix, {}, new Control('1.2.3.4.5')))).toBe(0);
  });
});
