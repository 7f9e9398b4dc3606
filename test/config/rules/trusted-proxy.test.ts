/** The settings of the trusted proxy: addresses, headers, groups and the link for signing out. */
import { describe, expect, it } from 'vitest';
import { configText, loadText, problemsOf } from '../../support/config.ts';

/** The valid configuration with this proxy, written as one line of YAML; it is on line 4. */
function withProxy(proxy: string): string {
  return configText(['http:\n', `http:\n  trustedProxy: ${proxy}\n`]);
}

const ROLES = 'roles: { admin: [ops] }';

describe('http.trustedProxy', () => {
  it('is absent by default, and has defaults for its headers', async () => {
    expect((await loadText(configText())).settings.http).not.toHaveProperty('trustedProxy');
    const { settings } = await loadText(withProxy(`{ addresses: ["10.1.2.3"], ${ROLES} }`));
    expect(settings.http.trustedProxy).toEqual({
      addresses: ['10.1.2.3'],
      userHeader: 'X-Forwarded-User',
      groupsHeader: 'X-Forwarded-Groups',
      separator: ',',
      roles: { admin: ['ops'], viewer: [] },
    });
  });

  it.each([
    '127.0.0.1',
    '::1',
    '10.0.0.0/8',
    '192.0.2.7/32',
    '2001:db8::/32',
    'fc00::/7',
    'fe80::1',
    '::ffff:10.0.0.1',
  ])('trusts %s', async address => {
    const { settings } = await loadText(withProxy(`{ addresses: ["${address}"], ${ROLES} }`));
    expect(settings.http.trustedProxy?.addresses).toEqual([address]);
  });

  it.each([
    ['0.0.0.0/0', 'trusts too many addresses; list those of the proxy, in ranges of /8 or smaller'],
    ['128.0.0.0/1', 'trusts too many addresses; list those of the proxy, in ranges of /8 or smaller'],
    ['2000::/3', 'trusts too many addresses; list those of the proxy, in ranges of /7 or smaller'],
    ['::/0', 'is a range of IPv6 that can contain IPv4 addresses; write IPv4 addresses as such'],
    ['0::/64', 'is a range of IPv6 that can contain IPv4 addresses; write IPv4 addresses as such'],
    ['::ffff:0:0/96', 'is a range of IPv6 that can contain IPv4 addresses; write IPv4 addresses as such'],
    [
      '0:0:0:0:0:ffff::/97',
      'is a range of IPv6 that can contain IPv4 addresses; write IPv4 addresses as such',
    ],
    ['10.1.2.0/33', 'is not an IP address or a range such as 10.1.2.0/24'],
    ['10.1.2', 'is not an IP address or a range such as 10.1.2.0/24'],
    ['010.1.2.3', 'is not an IP address or a range such as 10.1.2.0/24'],
    ['proxy.example.com', 'is not an IP address or a range such as 10.1.2.0/24'],
    ['fe80::1%eth0', 'is not an IP address or a range such as 10.1.2.0/24'],
    ['10.1.2.0/24 ', 'is not an IP address or a range such as 10.1.2.0/24'],
  ])('refuses the address %j', async (address, problem) => {
    expect(await problemsOf(withProxy(`{ addresses: ["${address}"], ${ROLES} }`))).toEqual([
      `rollcall.yaml:4 http.trustedProxy.addresses[0]: ${problem}`,
    ]);
  });

  it.each([
    [`{ ${ROLES} }`, 'addresses: is missing; give a list of at least one IP address or range'],
    [
      `{ addresses: [], ${ROLES} }`,
      'addresses: must be a list of at least one IP address or range, not an empty list',
    ],
    ['{ addresses: ["::1"], roles: {} }', 'roles: has no group, so no user could sign in; list groups'],
    [
      '{ addresses: ["::1"], roles: { viewer: ["a", "b,c"] } }',
      'roles.viewer[1]: contains the separator ",", so no user can be in it; choose another separator',
    ],
    [
      `{ addresses: ["::1"], userHeader: X_Forwarded_User, ${ROLES} }`,
      'userHeader: must be the name of a header: letters, digits and "-", not "X_Forwarded_User"',
    ],
    [
      `{ addresses: ["::1"], userHeader: Remote-User, groupsHeader: remote-user, ${ROLES} }`,
      'groupsHeader: is the same as userHeader; give each its own header',
    ],
    [
      `{ addresses: ["::1"], ${ROLES}, logoutUrl: "javascript:alert(1)" }`,
      'logoutUrl: must be a path such as /oauth2/sign_out, or an https:// or http:// URL',
    ],
    [
      `{ addresses: ["::1"], ${ROLES}, logoutUrl: "//evil.example" }`,
      'logoutUrl: must be a path such as /oauth2/sign_out, or an https:// or http:// URL',
    ],
  ])('refuses %s', async (proxy, problem) => {
    expect(await problemsOf(withProxy(proxy))).toEqual([`rollcall.yaml:4 http.trustedProxy.${problem}`]);
  });

  it('takes several separators and names of headers', async () => {
    const proxy = `{ addresses: ["::1"], userHeader: Remote-User, groupsHeader: Remote-Groups, separator: "|", roles: { viewer: ["a,b"] } }`;
    const { settings } = await loadText(withProxy(proxy));
    expect(settings.http.trustedProxy).toMatchObject({ separator: '|', roles: { viewer: ['a,b'] } });
  });
});
