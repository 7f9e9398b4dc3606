/** The printed ldapsearch command makes the same query, and quotes it for the shell. */
import { describe, expect, it } from 'vitest';
import { ldapsearch } from '../../../src/directory/check/ldapsearch-command.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { directory } from '../../support/given/values.ts';

const QUESTION = { base: 'dc=test', scope: 'sub', filter: '(uid=*)', attributes: ['uid', '+'] } as const;
const START = 'ldapsearch -LLL -o ldif-wrap=no -o nettimeout=5';
const SEARCH = "-b dc=test -s sub -E pr=1000 '(uid=*)' uid +";
const PASSWORD = '-x -D cn=rollcall,dc=test -w "$ROLLCALL_BIND_PASSWORD"';

describe('the ldapsearch command', () => {
  it.each<[string, Partial<DirectorySettings>, string]>([
    ['ldap://host', {}, `${START} -H ldap://host ${PASSWORD} ${SEARCH}`],
    ['ldap://host', { startTls: true }, `${START} -H ldap://host -ZZ ${PASSWORD} ${SEARCH}`],
    [
      'ldaps://host:636',
      { tls: { caFile: '/my ca.pem' }, startTls: true },
      `LDAPTLS_CACERT='/my ca.pem' ${START} -H ldaps://host:636 ${PASSWORD} ${SEARCH}`,
    ],
    [
      'ldaps://host',
      { bind: 'external', tls: { certFile: '/c.pem', keyFile: '/c.key' } },
      `LDAPTLS_CERT=/c.pem LDAPTLS_KEY=/c.key ${START} -H ldaps://host -Q -Y EXTERNAL ${SEARCH}`,
    ],
    [
      'ldapi://%2Frun%2Fldapi',
      { bind: 'external', tls: { caFile: '/ca.pem' }, startTls: true },
      `${START} -H ldapi://%2Frun%2Fldapi -Q -Y EXTERNAL ${SEARCH}`,
    ],
  ])('repeats the search of the check for %s with %o', (url, settings, command) => {
    expect(ldapsearch(url, directory({ bindPassword: 'secret', ...settings }), QUESTION)).toBe(command);
  });

  it('quotes everything that a shell would interpret', () => {
    const base = "ou=O'Brien & $(sons),dc=test";
    const command = ldapsearch('ldap://host', directory(), {
      ...QUESTION,
      base,
      scope: 'base',
      attributes: [],
    });
    expect(command).toMatch(/ -b 'ou=O'\\''Brien & \$\(sons\),dc=test' -s base '\(uid=\*\)'$/);
  });
});
