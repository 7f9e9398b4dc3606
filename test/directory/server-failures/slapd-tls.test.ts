/** OpenLDAP over TLS, with and without client certificates, is read only if it proves its name. */
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireProgram } from '../../../dev/servers/programs.ts';
import type { Slapd } from '../../../dev/servers/slapd.ts';
import { checkDirectory } from '../../../src/directory/check/check-directory.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import type { DirectorySettings, TlsSettings } from '../../../src/model/settings.ts';
import { createAuthority, writeIdentity } from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/config.ts';
import { groupNamed, members } from '../../support/given/directory.ts';
import { directory } from '../../support/given/values.ts';
import { startSlapd } from '../../support/servers/slapd.ts';

const LDIF = `dn: ou=people,dc=example,dc=com
objectClass: organizationalUnit
ou: people

dn: uid=alice,ou=people,dc=example,dc=com
objectClass: inetOrgPerson
uid: alice
cn: Alice
sn: A

dn: ou=groups,dc=example,dc=com
objectClass: organizationalUnit
ou: groups

dn: cn=devs,ou=groups,dc=example,dc=com
objectClass: groupOfNames
cn: devs
member: uid=alice,ou=people,dc=example,dc=com
`;

const stack = new AsyncDisposableStack();
let slapd: Slapd;
let trust: TlsSettings;
let client: TlsSettings;

beforeAll(async () => {
  const folder = stack.use(await temporaryFolder());
  const authority = createAuthority();
  const caFile = await folder.write('ca.pem', authority.cert);
  const server = await writeIdentity(
    folder,
    'server',
    authority.issue({ name: 'slapd', hosts: ['127.0.0.1'] }),
  );
  const own = await writeIdentity(folder, 'client', authority.issue({ name: 'rollcall' }));
  slapd = stack.use(await startSlapd({ ldif: LDIF, tls: { caFile, ...server }, socket: true }));
  trust = { caFile };
  client = { caFile, ...own };
});
afterAll(() => stack.disposeAsync());

function settings(url: string, more: Partial<DirectorySettings>): DirectorySettings {
  const { bindDn, bindPassword } = slapd;
  const own = directory({ urls: [url], bindDn, bindPassword });
  return {
    ...own,
    users: { ...own.users, baseDn: 'ou=people,dc=example,dc=com' },
    groups: { ...own.groups, baseDn: 'ou=groups,dc=example,dc=com', members: ['member'] },
    ...more,
  };
}

const EXTERNAL = { bind: 'external', bindDn: '', bindPassword: '' } as const;

describe('OpenLDAP', () => {
  it.each([
    ['ldaps:// with a password', () => settings(slapd.secureUrl, { tls: trust })],
    ['StartTLS with a password', () => settings(slapd.url, { startTls: true, tls: trust })],
    ['ldaps:// with a client certificate', () => settings(slapd.secureUrl, { ...EXTERNAL, tls: client })],
    [
      'StartTLS with a client certificate',
      () => settings(slapd.url, { ...EXTERNAL, startTls: true, tls: client }),
    ],
    ['a local socket with the account of the process', () => settings(slapd.socketUrl, EXTERNAL)],
    ['a local socket with a password', () => settings(slapd.socketUrl, {})],
    ['a local socket, though startTls is for others', () => settings(slapd.socketUrl, { startTls: true })],
  ])('is read over %s (F90)', async (_, of) => {
    const snapshot = await readDirectory(of());
    expect(members(snapshot, 'devs')).toEqual(['alice']);
    expect(groupNamed(snapshot, 'devs').externalId).toBeDefined();
  });

  it('is not read without its authority, nor by a name that is not in its certificate (F90)', async () => {
    const name = slapd.secureUrl.replace('127.0.0.1', 'localhost');
    await expect(readDirectory(settings(name, { tls: trust }))).rejects.toThrow(
      'is not for localhost but for 127.0.0.1',
    );
    await expect(readDirectory(settings(slapd.url, { startTls: true }))).rejects.toMatchObject({
      code: 'tls',
      problem: expect.stringContaining('an authority that is not trusted'),
    });
  });

  it('rejects EXTERNAL without a client certificate', async () => {
    await expect(readDirectory(settings(slapd.secureUrl, { ...EXTERNAL, tls: trust }))).rejects.toMatchObject(
      {
        code: 'bind_refused',
        permanent: true,
      },
    );
  });

  it('answers the printed commands in the same way as the check', async () => {
    const path = `${dirname(requireProgram('ldapsearch').path)}:${process.env['PATH']}`;
    const env = { PATH: path, ROLLCALL_BIND_PASSWORD: slapd.bindPassword };
    for (const of of [
      settings(slapd.url, { startTls: true, tls: trust }),
      settings(slapd.secureUrl, { ...EXTERNAL, tls: client }),
      settings(slapd.socketUrl, EXTERNAL),
    ]) {
      const findings = await checkDirectory(of);
      expect(findings.map(({ level }) => level)).toEqual(['ok', 'ok', 'ok', 'ok']);
      const answers = findings.map(({ command = '' }) => promisify(execFile)('sh', ['-c', command], { env }));
      const [server, people, groups] = (await Promise.all(answers)).map(({ stdout }) => stdout);
      expect(server).toContain('namingContexts: dc=example,dc=com');
      expect(people).toContain('dn: uid=alice,ou=people,dc=example,dc=com');
      expect(groups).toContain('member: uid=alice,ou=people,dc=example,dc=com');
    }
  });
});
