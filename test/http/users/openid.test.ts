/** A real OpenID provider signs users in: sessions, roles, names, sign-out, and pages for those who cannot sign in. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ADA, fromConsole, type SigningIn, signIn, signingIn } from '../../support/given/http/signing-in.ts';

let given: SigningIn;
beforeAll(async () => {
  given = await signingIn({ reviewSessionsMs: 20 });
});
afterAll(() => given[Symbol.asyncDispose]());
beforeEach(() => given.reset());

const POST = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ directory: 'corp' }),
};

/** The caller whom the API sees. */
async function callerOf(browser: ReturnType<SigningIn['browser']>) {
  const status: unknown = await (await fromConsole(browser, `${given.url}/api/status`)).json();
  return status;
}

describe('signing in with OpenID Connect', () => {
  it('is offered to callers who are not signed in', async () => {
    expect(await callerOf(given.browser())).toMatchObject({ signInUrl: '/auth/sign-in' });
  });

  it('leads back to the page that was asked for, with a session for all tabs', async () => {
    const browser = given.browser();
    expect(await signIn(given, browser, '#/groups/7?state=held')).toBe(`${given.url}/#/groups/7?state=held`);
    expect(await callerOf(browser)).toMatchObject({ caller: { name: 'ada', role: 'admin', signIn: 'oidc' } });
    const run = await fromConsole(browser, `${given.url}/api/runs`, POST);
    expect(await run.json()).toMatchObject({ requestedBy: 'ada' });
    expect(given.lines.some(line => JSON.parse(line).msg === 'a user signed in')).toBe(true);
  });

  it('gives the role of the highest group, from a list or one text', async () => {
    given.provider.claims = { ...ADA, groups: 'staff' };
    const browser = given.browser();
    await signIn(given, browser);
    expect(await callerOf(browser)).toMatchObject({ caller: { role: 'viewer' } });
    expect((await fromConsole(browser, `${given.url}/api/runs`, POST)).status).toBe(403);
  });

  it('follows changed roles without a new sign-in', async () => {
    const browser = given.browser();
    await signIn(given, browser);
    given.settings = { ...given.settings, roles: { admin: ['others'], viewer: ['people', 'ops'] } };
    expect(await callerOf(browser)).toMatchObject({ caller: { role: 'viewer' } });
    given.settings = { ...given.settings, roles: { admin: ['others'], viewer: [] } };
    expect(await callerOf(browser)).not.toHaveProperty('caller');
  });

  it('works at once after the provider has changed its keys', async () => {
    await signIn(given, given.browser());
    given.provider.rotateKeys();
    const browser = given.browser();
    expect(await signIn(given, browser)).toBe(`${given.url}/#/`);
    expect(await callerOf(browser)).toMatchObject({ caller: { name: 'ada' } });
  });

  it.each([
    [{ ...ADA, groups: ['<guests>', 'OPS'] }, /you are &#34;ada&#34;.*&#60;guests&#62;, OPS/s],
    [{ sub: 'ada', preferred_username: 'ada' }, /did not send the claim &#34;groups&#34;/],
    [{ sub: 'ada', groups: ['ops'] }, /did not send your name.*preferred_username/s],
    [{ ...ADA, preferred_username: 'ops' }, /has the name of a token/],
    [{ ...ADA, preferred_username: 'a\u202eb' }, /invisible characters/],
  ])('shows why %j cannot sign in, and logs no group', async (claims, reason) => {
    given.provider.claims = claims;
    const browser = given.browser();
    const { response } = await browser.visit(`${given.url}/auth/sign-in`);
    expect(response.status).toBe(403);
    expect(await response.text()).toMatch(reason);
    expect(browser.cookies.has('rollcall_session')).toBe(false);
    expect(given.lines.join('')).not.toContain('guests');
  });

  it('says that the provider does not answer; sessions and tokens still work', async () => {
    const browser = given.browser();
    await signIn(given, browser);
    given.provider.instead = (_request, response) => response.destroy();
    given.settings = { ...given.settings };
    const { response } = await given.browser().visit(`${given.url}/auth/sign-in`);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('Tokens still work.');
    expect((await fromConsole(browser, `${given.url}/api/runs`)).status).toBe(200);
    const headers = { authorization: 'Bearer viewer-secret' };
    expect((await given.browser().ask(`${given.url}/api/runs`, { headers })).status).toBe(200);
  });
});

describe('signing out', () => {
  it('ends the session here and leads to the provider', async () => {
    const browser = given.browser();
    await signIn(given, browser);
    const kept = new Map(browser.cookies);
    const answer = await fromConsole(browser, `${given.url}/auth/sign-out`, { method: 'POST' });
    const there = `${given.provider.issuer}/session/end?post_logout_redirect_uri=`;
    expect(await answer.json()).toEqual({ url: expect.stringContaining(there) });
    expect(await callerOf(browser)).not.toHaveProperty('caller');
    for (const [name, value] of kept) browser.cookies.set(name, value);
    expect(await callerOf(browser)).not.toHaveProperty('caller');
  });

  it('succeeds while the provider does not answer', async () => {
    const browser = given.browser();
    await signIn(given, browser);
    given.provider.instead = (_request, response) => response.destroy();
    given.settings = { ...given.settings };
    const answer = await fromConsole(browser, `${given.url}/auth/sign-out`, { method: 'POST' });
    expect(await answer.json()).toEqual({});
    expect(await callerOf(browser)).not.toHaveProperty('caller');
  });

  it('ends open streams, also if another process ended the session', async () => {
    const browser = given.browser();
    await signIn(given, browser);
    const headers = { accept: 'text/event-stream' };
    const stream = await fromConsole(browser, `${given.url}/api/changes`, { headers });
    expect(stream.status).toBe(200);
    given.sessions.byId.clear();
    await stream.text();
    expect(await callerOf(browser)).not.toHaveProperty('caller');
  });
});
