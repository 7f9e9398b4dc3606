/** A directory is read with a password, a client certificate, or the account of the process on a local socket. */
import { describe, expect, it } from 'vitest';
import { configText, loadText, problemsOf } from '../../support/config.ts';

const NAMED = '    bindDn: cn=rollcall,dc=example,dc=com\n    bindPassword: hunter2\n';
const SOCKET = ['ldaps://ldap.example.com', 'ldapi://%2Frun%2Fldapi'] as const;
const external = (...more: readonly string[]) =>
  [NAMED, ['bind: external', ...more].map(line => `    ${line}\n`).join('')] as const;
const TLS = 'tls: { certFile: client.pem, keyFile: client.key }';
const FILES = {
  'client.pem': '-----BEGIN CERTIFICATE-----\n',
  'client.key': '-----BEGIN PRIVATE KEY-----\n',
};

describe('bind: external', () => {
  it('takes a certificate instead of bindDn and password', async () => {
    const { settings } = await loadText(configText(external(TLS)), { files: FILES });
    expect(settings.directories[0]).toMatchObject({ bind: 'external', bindDn: '', bindPassword: '' });
  });

  it('needs no certificate on a local socket', async () => {
    const { settings } = await loadText(configText(SOCKET, external()));
    expect(settings.directories[0]).toMatchObject({ bind: 'external', urls: [SOCKET[1]] });
  });

  it.each([
    [
      'a certificate is missing',
      configText(external()),
      'urls[0]: would bind anonymously: bind: external requires tls.certFile and tls.keyFile',
    ],
    [
      'nothing would be encrypted',
      configText(
        ['ldaps://ldap.example.com', 'ldap://ldap.example.com'],
        external('allowPlaintext: true', TLS),
      ),
      'urls[0]: cannot present the client certificate that bind: external requires; use ldaps://, or startTls: true',
    ],
    [
      'a password is given as well',
      configText(SOCKET, external('bindPassword: hunter2')),
      'bindPassword: has no effect with bind: external; remove one of the two',
    ],
    [
      'a name is given as well',
      configText(SOCKET, external('bindDn: cn=rollcall,dc=example,dc=com')),
      'bindDn: has no effect with bind: external; remove one of the two',
    ],
  ])('is refused where %s', async (_, text, problem) => {
    const problems = await problemsOf(text, { files: FILES });
    expect(problems).toEqual([expect.stringContaining(` directories[0].${problem}`)]);
  });

  it.each(['ldapi:///', 'ldapi://localhost', 'ldapi://run/ldapi', 'ldapi://%2Frun%2Fldapi/x'])(
    'has no socket at %s',
    async url => {
      expect(await problemsOf(configText(['ldaps://ldap.example.com', url]))).toEqual([
        expect.stringContaining('or ldapi://%2Fpath%2Fof%2Fa%2Fsocket'),
      ]);
    },
  );
});
