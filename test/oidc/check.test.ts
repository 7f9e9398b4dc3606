/** The check of the OpenID provider: its discovery document, over a network that can fail. */
import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundedFetch } from '../../src/oidc/bounded-fetch.ts';
import { oidcFinding } from '../../src/oidc/check.ts';
import { createAuthority } from '../support/certificates.ts';
import { temporaryFolder } from '../support/config.ts';
import { encrypted } from '../support/proxies/tls-front.ts';
import { CLIENT, type OpenIdProvider, startProvider } from '../support/servers/openid-provider.ts';

const OTHERS = {
  scopes: ['openid'],
  nameClaim: 'sub',
  groupsClaim: 'groups',
  roles: { admin: ['ops'], viewer: [] },
  sessionMs: 60_000,
  sessionIdleMs: 60_000,
};

let provider: OpenIdProvider;
beforeAll(async () => {
  provider = await startProvider('http://127.0.0.1:1/auth/callback');
});
afterAll(() => provider[Symbol.asyncDispose]());

/** The finding if the provider answers so. */
async function check(instead?: RequestListener, issuer = provider.issuer) {
  provider.instead = instead;
  return await oidcFinding({ ...OTHERS, ...CLIENT, issuer });
}

/** Answers the discovery document with these changes. */
function document(changes: object): RequestListener {
  const { issuer } = provider;
  const content = { issuer, authorization_endpoint: issuer, token_endpoint: issuer, jwks_uri: issuer };
  return (_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...content, ...changes }));
  };
}

describe('the check of the OpenID provider', () => {
  it('reads the discovery document, also if only the slash at the end of the issuer differs', async () => {
    const fine = { subject: 'http.oidc', level: 'ok', message: 'the OpenID provider answers' };
    expect(await check()).toEqual(fine);
    expect(await check(undefined, `${provider.issuer}/`)).toEqual(fine);
  });

  it('says that no server is at the address', async () => {
    const finding = await check(undefined, 'http://127.0.0.1:1');
    expect(finding).toMatchObject({ level: 'fail', message: expect.stringContaining('ECONNREFUSED') });
    expect(finding.fix).toContain('http.oidc.issuer');
  });

  it('refuses a document of another issuer, such as that of all tenants', async () => {
    const { message } = await check(document({ issuer: 'https://other.example' }));
    expect(message).toMatch(/issuer/);
  });

  it('refuses a document without what a sign-in needs', async () => {
    const { message } = await check(document({ jwks_uri: undefined }));
    expect(message).toBe('the discovery document of the OpenID provider lacks jwks_uri');
  });

  it('does not follow a redirect, and says with which status it was answered', async () => {
    const asked: (string | undefined)[] = [];
    const { message } = await check((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(message).toMatch(/302/);
    expect(asked).toEqual(['/.well-known/openid-configuration']);
  });

  it('reads at most one megabyte', async () => {
    const { message } = await check((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(`"${'x'.repeat(2 * 1024 * 1024)}"`);
    });
    expect(message).toMatch(/more than 1048576 bytes/);
  });

  it('trusts the authority of caFile for https://, and no other', async () => {
    await using folder = await temporaryFolder();
    const authority = createAuthority();
    const caFile = await folder.write('ca.pem', authority.cert);
    const identity = authority.issue({ name: 'provider', hosts: ['127.0.0.1'] });
    await using tls = await encrypted(Number(new URL(provider.issuer).port), identity);
    const issuer = `https://127.0.0.1:${tls.port}`;
    const paths = { authorization_endpoint: issuer, token_endpoint: issuer, jwks_uri: issuer };
    provider.instead = document({ issuer, ...paths });
    expect(await oidcFinding({ ...OTHERS, ...CLIENT, issuer, caFile })).toMatchObject({ level: 'ok' });
    const { message } = await oidcFinding({ ...OTHERS, ...CLIENT, issuer });
    expect(message).toMatch(/^the OpenID provider cannot be reached: .*certificate/);
  });

  it('ends a request that is not answered completely in time', async () => {
    provider.instead = (_request, response) => {
      response.write('{');
    };
    const asked = boundedFetch(undefined, 50)(provider.issuer, {
      method: 'GET',
      headers: {},
      body: null,
      redirect: 'manual',
    });
    await expect(asked).rejects.toThrow('the OpenID provider did not answer within 0.05 s');
  });
});
