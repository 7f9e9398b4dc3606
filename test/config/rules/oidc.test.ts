/** The settings of the OpenID provider: defaults, secrets, and what would not be safe. */
import { describe, expect, it } from 'vitest';
import { configText, loadText, problemsOf } from '../../support/config.ts';

const PUBLIC = 'https://rollcall.example.com';

/** The valid configuration with this provider, written as one line of YAML; it is on line 5. */
function withOidc(oidc: string, publicUrl = `publicUrl: ${PUBLIC}`): string {
  return configText(['http:\n', `http:\n  ${publicUrl}\n  oidc: ${oidc}\n`]);
}

const CLIENT = 'issuer: "https://id.example.com/realms/corp", clientId: rollcall';
const ROLES = 'roles: { admin: [ops] }';

describe('http.oidc', () => {
  it('is absent by default, and has defaults for scopes, claims and sessions', async () => {
    expect((await loadText(configText())).settings.http).not.toHaveProperty('oidc');
    const { settings } = await loadText(withOidc(`{ ${CLIENT}, ${ROLES} }`));
    expect(settings.http.oidc).toEqual({
      issuer: 'https://id.example.com/realms/corp',
      clientId: 'rollcall',
      scopes: ['openid', 'profile', 'email'],
      nameClaim: 'preferred_username',
      groupsClaim: 'groups',
      roles: { admin: ['ops'], viewer: [] },
      sessionMs: 43_200_000,
      sessionIdleMs: 3_600_000,
    });
  });

  it('reads the secret from a file, and never shows it', async () => {
    const text = withOidc(`{ ${CLIENT}, clientSecretFile: secret, ${ROLES} }`);
    const loaded = await loadText(text, { files: { secret: 'hidden-word\n' } });
    expect(loaded.settings.http.oidc).toMatchObject({ clientSecret: 'hidden-word' });
    const given = await loadText(withOidc(`{ ${CLIENT}, clientSecret: hidden-word, ${ROLES} }`));
    for (const { origins } of [loaded, given]) expect(JSON.stringify(origins)).not.toContain('hidden-word');
  });

  it.each([
    [`{ clientId: a, ${ROLES} }`, '.issuer: is missing; give an http:// or https:// URL'],
    [
      `{ issuer: "http://id.example.com", clientId: a, ${ROLES} }`,
      '.issuer: would send the secret unencrypted; use https:// (http:// only for this machine)',
    ],
    [`{ ${CLIENT}, roles: {} }`, '.roles: has no group, so no user could sign in; list groups'],
    [`{ ${CLIENT}, ${ROLES}, scopes: [profile] }`, '.scopes: does not contain openid; add it'],
    [
      `{ ${CLIENT}, ${ROLES}, scopes: [openid, "a b"] }`,
      '.scopes[1]: must be a scope without spaces, not "a b"',
    ],
    [`{ ${CLIENT}, ${ROLES}, clientSecret: "" }`, '.clientSecret: is empty: omit it for a public client'],
    [
      `{ ${CLIENT}, ${ROLES}, caFile: absent.pem }`,
      '.caFile: names absent.pem, which cannot be read: no such file',
    ],
    [
      `{ ${CLIENT}, ${ROLES}, sessionIdle: 10s }`,
      '.sessionIdle: must be a duration such as 500ms, 5s, 10m or 6h, more than 0 and at most 24 days, not "10s"',
    ],
  ])('refuses %s', async (oidc, problem) => {
    expect(await problemsOf(withOidc(oidc))).toEqual([`rollcall.yaml:5 http.oidc${problem}`]);
  });

  it('needs the address of the console, encrypted unless it is on this machine', async () => {
    const oidc = `{ ${CLIENT}, ${ROLES} }`;
    expect(await problemsOf(withOidc(oidc, 'requestsPerMinute: 100'))).toEqual([
      'rollcall.yaml:5 http.oidc: requires http.publicUrl, to which the provider sends users back',
    ]);
    expect(await problemsOf(withOidc(oidc, 'publicUrl: "http://rollcall.example.com"'))).toEqual([
      'rollcall.yaml:4 http.publicUrl: would send the cookies of http.oidc unencrypted; use https:// (http:// only for this machine)',
    ]);
    await loadText(withOidc(oidc, 'publicUrl: "http://localhost:8080"'));
  });

  it('excludes a trusted proxy, because one request could have two users', async () => {
    const proxy = `trustedProxy: { addresses: ["::1"], ${ROLES} }`;
    const text = withOidc(`{ ${CLIENT}, ${ROLES} }`, `publicUrl: ${PUBLIC}\n  ${proxy}`);
    expect(await problemsOf(text)).toEqual([
      'rollcall.yaml:6 http.oidc: is given together with http.trustedProxy; keep one of the two',
    ]);
  });
});
