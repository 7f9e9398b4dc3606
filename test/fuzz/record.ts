/**
 * node dev/run.js test/fuzz/record.ts: records the answers of OpenLDAP, 389 Directory Server, Samba and our own server to
 * one read of a small organisation into test/fixtures/answers. Needs what `npm run test:vendors` needs.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { startLdapServer } from '../../dev/fake-ldap/server/server.ts';
import { asAdmin, type DirectoryServer } from '../../dev/servers/directory.ts';
import { startDs389 } from '../../dev/servers/ds389.ts';
import { startSamba } from '../../dev/servers/samba.ts';
import { startSlapd } from '../../dev/servers/slapd.ts';
import { readDirectory } from '../../src/directory/read/read-directory.ts';
import type { DirectorySettings } from '../../src/model/settings.ts';
import { startTcpProxy } from '../support/proxies/tcp-proxy.ts';
import { answersIn, type Recording, settingsOf } from './recording.ts';

const PEOPLE = ['alice', 'bob', 'carol', 'dan', 'Zoë', 'l, j'];
const BASE = 'dc=example,dc=com';

interface Place {
  readonly vendor: DirectorySettings['vendor'];
  readonly url: string;
  readonly bindDn: string;
  readonly bindPassword: string;
}

function entries(
  vendor: DirectorySettings['vendor'],
): { dn: string; attributes: Record<string, string[]> }[] {
  const isWindows = vendor === 'activedirectory';
  const person = (name: string, n: number) => ({
    dn: `cn=${name.replace(',', '\\,')},ou=people,${BASE}`,
    attributes: isWindows
      ? { objectClass: ['user'], cn: [name], sAMAccountName: [`user${n}`], mail: [`u${n}@example.com`] }
      : { objectClass: ['inetOrgPerson'], cn: [name], sn: [name], uid: [`user${n}`], l: ['Paris'] },
  });
  const group = (cn: string, member: string[], more: Record<string, string[]> = {}) => ({
    dn: `cn=${cn},ou=groups,${BASE}`,
    attributes: { objectClass: [isWindows ? 'group' : 'groupOfNames'], cn: [cn], member, ...more },
  });
  const people = PEOPLE.map(person);
  const dns = people.map(({ dn }) => dn);
  const unit = (ou: string) => ({
    dn: `ou=${ou},${BASE}`,
    attributes: { objectClass: ['organizationalUnit'], ou: [ou] },
  });
  const posix = {
    dn: `cn=posix,ou=groups,${BASE}`,
    attributes: {
      objectClass: ['posixGroup'],
      cn: ['posix'],
      gidNumber: ['1'],
      memberUid: ['user0', 'USER1'],
    },
  };
  const url = `ldap:///ou=people,${BASE}??sub?(l=Paris)`;
  const dynamic = group('dynamic', dns.slice(0, 1), {
    objectClass: ['groupOfNames', 'groupOfURLs'],
    memberURL: [url],
  });
  return [
    unit('people'),
    unit('groups'),
    ...people,
    group('devs', dns.slice(0, 4)),
    group('all', [...dns.slice(3), `cn=devs,ou=groups,${BASE}`]),
    ...(isWindows ? [] : [posix]),
    ...(vendor === 'rfc4519' ? [dynamic] : []),
  ];
}

async function fill(server: DirectoryServer, vendor: DirectorySettings['vendor']): Promise<void> {
  await asAdmin(server, async client => {
    for (const { dn, attributes } of entries(vendor)) await client.add(dn, attributes);
  });
}

/** Reads everything through a proxy, and records the answers. */
async function record(name: string, place: Place): Promise<void> {
  const { hostname, port } = new URL(place.url);
  await using proxy = await startTcpProxy(Number(port || 389), { host: hostname });
  const url = `ldap://127.0.0.1:${proxy.port}`;
  const settings = settingsOf({ vendor: place.vendor, baseDn: BASE }, { ...place, url });
  const { users, groups } = await readDirectory(settings);
  const recording: Recording = { vendor: place.vendor, baseDn: BASE, answers: answersIn(proxy.passages) };
  await mkdir('test/fixtures/answers', { recursive: true });
  await writeFile(`test/fixtures/answers/${name}.json`, `${JSON.stringify(recording, undefined, 2)}\n`);
  process.stdout.write(`${name}: ${users.length} people, ${groups.length} groups\n`);
}

const root = { dn: BASE, attributes: { objectClass: ['domain'], dc: ['example'] } };
const rootLdif = `dn: ${BASE}\nobjectClass: top\nobjectClass: domain\ndc: example\n\n`;
{
  const account = { dn: `cn=rollcall,${BASE}`, password: 'secret' };
  const own = entries('rfc4519').map((entry, index) => ({
    ...entry,
    attributes: {
      ...entry.attributes,
      entryUUID: [`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`],
    },
  }));
  await using server = await startLdapServer({ entries: [root, ...own], accounts: [account] });
  await record('own', {
    vendor: 'rfc4519',
    url: server.url,
    bindDn: account.dn,
    bindPassword: account.password,
  });
}
{
  await using server = await startSlapd({ ldif: rootLdif });
  await fill(server, 'openldap');
  await record('openldap', { ...server, vendor: 'openldap' });
}
{
  await using server = await startDs389({ ldif: [rootLdif] });
  await fill(server, '389ds');
  await record('389ds', { ...server, vendor: '389ds' });
}
{
  await using server = await startSamba();
  await fill(server, 'activedirectory');
  await record('samba', { ...server, vendor: 'activedirectory' });
}
