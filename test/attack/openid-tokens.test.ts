/** Forged ID tokens, and sign-ins that are never completed, at a provider that the test imitates. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ADA, type SigningIn, signingIn } from '../support/given/http/signing-in.ts';
import { CLIENT } from '../support/servers/openid-provider.ts';

const SESSION = 'rollcall_session';

let given: SigningIn;
beforeAll(async () => {
  given = await signingIn();
});
afterAll(() => given[Symbol.asyncDispose]());
beforeEach(() => given.reset());

const KEYS = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const OTHER = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An ID token with these parts, signed with the key of the provider unless `with` says otherwise. */
function idToken(header: object, claims: object, key = KEYS.privateKey): string {
  const content = `${part({ alg: 'ES256', ...header })}.${part(claims)}`;
  const alg = 'alg' in header ? header.alg : 'ES256';
  if (alg === 'none') return `${content}.`;
  if (alg === 'HS256') {
    return `${content}.${createHmac('sha256', CLIENT.clientSecret).update(content).digest('base64url')}`;
  }
  return `${content}.${sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** A provider whose ID token `forge` makes from the valid claims of the sign-in. */
function forging(nonce: string, forge: (claims: object) => string): RequestListener {
  const { issuer } = given.provider;
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: issuer, aud: CLIENT.clientId, iat: now, exp: now + 60, nonce, ...ADA };
  return async (request, response) => {
    await text(request);
    const answers: Record<string, object> = {
      '/.well-known/openid-configuration': {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        id_token_signing_alg_values_supported: ['ES256'],
      },
      '/jwks': { keys: [KEYS.publicKey.export({ format: 'jwk' })] },
      '/token': { access_token: 'a', token_type: 'Bearer', id_token: forge(claims) },
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[request.url ?? '']));
  };
}

/** Begins a sign-in, and answers it with a token that `forge` makes. */
async function answerWith(forge: (claims: object) => string) {
  given.provider.instead = forging('', String);
  const browser = given.browser();
  const begun = await browser.ask(`${given.url}/auth/sign-in`);
  const { searchParams } = new URL(begun.headers.get('location') ?? '');
  given.provider.instead = forging(searchParams.get('nonce') ?? '', forge);
  const answer = `${given.url}/auth/callback?code=abc&state=${searchParams.get('state')}`;
  const response = await browser.ask(answer);
  return { status: response.status, hasSession: browser.cookies.has(SESSION) };
}

const REFUSED = { status: 400, hasSession: false };
const past = Math.floor(Date.now() / 1_000) - 600;

describe('an ID token', () => {
  it('is accepted if it is valid, so that the others are refused for their fault only', async () => {
    expect(await answerWith(claims => idToken({}, claims))).toEqual({ status: 302, hasSession: true });
  });

  it.each<[string, (claims: object) => string]>([
    ['signed with another key', claims => idToken({}, claims, OTHER.privateKey)],
    ['without a signature (alg none)', claims => idToken({ alg: 'none' }, claims)],
    ['signed with the secret of the client', claims => idToken({ alg: 'HS256' }, claims)],
    ['for another client', claims => idToken({}, { ...claims, aud: 'other' })],
    [
      'for several clients, of which another one asked',
      claims => idToken({}, { ...claims, aud: [CLIENT.clientId, 'other'], azp: 'other' }),
    ],
    ['of another issuer', claims => idToken({}, { ...claims, iss: 'https://evil.example' })],
    ['of another sign-in (nonce)', claims => idToken({}, { ...claims, nonce: 'other' })],
    ['without a nonce', claims => idToken({}, { ...claims, nonce: undefined })],
    ['that has expired', claims => idToken({}, { ...claims, iat: past - 60, exp: past })],
    [
      'whose content was changed',
      claims => idToken({}, claims).replace(/\.[^.]+\./, `.${part({ ...claims, sub: 'eve' })}.`),
    ],
  ])('%s is refused', async (_what, forge) => {
    expect(await answerWith(forge)).toEqual(REFUSED);
  });
});

describe('many sign-ins that are begun and not completed', () => {
  it('need no memory of the process, and one request to the provider', async () => {
    let requests = 0;
    const answer = forging('', String);
    given.provider.instead = (request, response) => {
      requests += 1;
      answer(request, response);
    };
    given.settings = { ...given.settings };
    const before = given.sessions.byId.size;
    for (let round = 0; round < 20; round += 1) {
      const begun = await Promise.all(
        Array.from({ length: 20 }, () => fetch(`${given.url}/auth/sign-in`, { redirect: 'manual' })),
      );
      expect(begun.every(({ status }) => status === 302)).toBe(true);
    }
    expect(requests).toBe(1);
    expect(given.sessions.byId.size).toBe(before);
  });
});
