/** Refused binds and unreachable servers are reported with their cause and remedy. */
import { describe, expect, it } from 'vitest';
import { answerCode } from '../../../dev/fake-ldap/faults/answers.ts';
import { onBind, onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { BIND } from '../../support/given/directory.ts';
import { failure, failureOf, GROUP_SEARCH, openSmallDirectory } from '../../support/given/small-directory.ts';
import { directory } from '../../support/given/values.ts';

describe('a bind that is refused', () => {
  it.each([
    ['525', 'no such account', 'Check bindDn.'],
    ['52e', 'wrong password', 'Check bindPassword.'],
    [
      '532',
      'the password has expired',
      'Set a new password, and turn off password expiry for this service account.',
    ],
    ['533', 'the account is disabled', 'Enable it.'],
    ['773', 'the password must be changed first', 'Set a new password without "must change at next logon".'],
    ['775', 'the account is locked', 'Unlock it, and find the client that still uses an old password.'],
  ])('comes with the reason of Active Directory: %s is %s (F93)', async (data, problem, fix) => {
    const text = `80090308: LdapErr: DSID-0C090453, comment: AcceptSecurityContext error, data ${data}, v4563\0`;
    const error = await failure({}, onBind({}, answerCode(49, text)));
    expect(error).toMatchObject({ code: 'bind_refused', permanent: true, fix });
    expect(error.problem).toContain(`(LDAP result 49, ${problem}).`);
  });

  it.each([19, 50, 53])('is not a failure of the server if the account is locked (%i) (F93)', async code => {
    const error = await failure({}, onBind({}, answerCode(code, 'Account inactivated')));
    expect(error).toMatchObject({ code: 'bind_refused', permanent: true, fix: 'Unlock or activate it.' });
    expect(error.problem).toContain(`Bind as ${BIND.dn} on ldap://`);
  });

  it('is reported if the server needs a client certificate and gets none', async () => {
    await using fake = await openSmallDirectory({ bind: 'external', bindDn: '', bindPassword: '' });
    const error = await failureOf(fake.settings);
    expect(error).toMatchObject({ code: 'bind_refused', permanent: true });
    expect(error.problem).toContain('Bind as EXTERNAL on');
  });

  it('is different from a search that is refused', async () => {
    const error = await failure({}, onSearch(GROUP_SEARCH, answerCode(50)));
    expect(error).toMatchObject({ code: 'access_denied', permanent: true });
  });
});

describe('a server that cannot be reached', () => {
  it.each<[string, string, RegExp, RegExp]>([
    [
      'an address without a listener',
      'ldap://127.0.0.1:1',
      /connection refused/,
      /that the server is running/,
    ],
    [
      'a name with several addresses',
      'ldap://localhost:1',
      /connection refused/,
      /that the server is running/,
    ],
    [
      'an unknown host name',
      'ldap://ldap.invalid',
      /host name not found|temporary failure in name resolution/,
      /DNS/,
    ],
    [
      'a socket that does not exist',
      'ldapi://%2Fnowhere%2Fldapi',
      /the socket does not exist/,
      /Check the path/,
    ],
  ])('is named, with the reason, for %s', async (_, url, problem, fix) => {
    const settings: DirectorySettings = directory({ urls: [url] });
    const error = await failureOf(settings);
    expect(error).toMatchObject({
      code: 'unreachable',
      permanent: false,
      problem: expect.stringMatching(problem),
      fix: expect.stringMatching(fix),
    });
    expect(error.problem).toContain(url);
  });
});
