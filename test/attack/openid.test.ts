/** Attacks on the sign-in with OpenID Connect: replayed answers, cookies, links, and pages of other sites. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ADA, fromConsole, type SigningIn, signIn, signingIn } from '../support/given/http/signing-in.ts';

const SESSION = 'rollcall_session';
const ATTEMPT = 'rollcall_sign_in';

let given: SigningIn;
beforeAll(async () => {
  given = await signingIn();
});
afterAll(() => given[Symbol.asyncDispose]());
beforeEach(() => given.reset());

describe('an answer of the provider', () => {
  /** A sign-in up to the answer, which the browser has not yet opened. */
  async function begun() {
    const browser = given.browser();
    const { url } = await browser.visit(`${given.url}/auth/sign-in`, `${given.url}/auth/callback`);
    return { browser, answer: url };
  }

  it('counts only in the browser that began the sign-in, so that no user is signed in as the attacker', async () => {
    const attacker = await begun();
    const victim = given.browser();
    expect((await victim.ask(attacker.answer)).status).toBe(400);
    const other = await begun();
    expect((await other.browser.ask(attacker.answer)).status).toBe(400);
    expect([victim.cookies.has(SESSION), other.browser.cookies.has(SESSION)]).toEqual([false, false]);
  });

  it('counts once, also for a client that keeps its cookies', async () => {
    const { browser, answer } = await begun();
    const kept = browser.cookies.get(ATTEMPT) ?? '';
    expect((await browser.ask(answer)).status).toBe(302);
    expect(browser.cookies.has(ATTEMPT)).toBe(false);
    expect((await browser.ask(answer)).status).toBe(400);
    browser.cookies.set(ATTEMPT, kept);
    expect((await browser.ask(answer)).status).toBe(400);
  });

  it.each([
    '',
    'state=&code=',
    'code=a&code=b',
    'error=access_denied',
    'error=%0d%0aSet-Cookie:x=y',
    'code=%00',
  ])('with %j is refused, and quotes nothing', async parameters => {
    const { browser, answer } = await begun();
    const { state } = Object.fromEntries(new URL(answer).searchParams);
    const refused = await browser.ask(`${given.url}/auth/callback?${parameters}&state=${state}`);
    expect(refused.status).toBe(400);
    expect(refused.headers.getSetCookie().join()).not.toContain('x=y');
    expect(await refused.text()).not.toContain('Set-Cookie');
  });

  it('gives a new session each time, and ends the former: a planted one is worth nothing', async () => {
    const planted = given.browser();
    await signIn(given, planted);
    const id = planted.cookies.get(SESSION) ?? '';
    const victim = given.browser();
    victim.cookies.set(SESSION, id);
    await signIn(given, victim);
    expect(victim.cookies.get(SESSION)).not.toBe(id);
    expect((await fromConsole(planted, `${given.url}/api/runs`)).status).toBe(401);
  });
});

describe('the cookies', () => {
  it('are out of reach of scripts and other sites', async () => {
    const browser = given.browser();
    const begun = await browser.ask(`${given.url}/auth/sign-in`);
    expect(begun.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^rollcall_sign_in=[\w-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/),
    ]);
  });

  it('stay small, however many groups the provider sends', async () => {
    given.provider.claims = {
      ...ADA,
      groups: ['ops', ...Array.from({ length: 20_000 }, (_, at) => `group-${at}`)],
    };
    const browser = given.browser();
    await signIn(given, browser);
    expect(browser.cookies.get(SESSION)?.length).toBeLessThan(100);
    expect([...given.sessions.byId.values()].at(-1)).toEqual({ name: 'ada', groups: ['ops'] });
  });

  it.each(['guess', '', '../../', `${'a'.repeat(4_000)}`, '%00', 'session-1; rollcall_session=session-2'])(
    'with the session %j sign no caller in',
    async value => {
      const browser = given.browser();
      browser.cookies.set(SESSION, value);
      expect((await fromConsole(browser, `${given.url}/api/runs`)).status).toBe(401);
    },
  );

  it('of another site cannot cause a change or a sign-out', async () => {
    const browser = given.browser();
    await signIn(given, browser);
    const headers = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'no-cors',
      'content-type': 'application/json',
    };
    for (const path of ['/api/runs', '/auth/sign-out']) {
      const body = JSON.stringify({ directory: 'corp' });
      const answer = await browser.ask(`${given.url}${path}`, { method: 'POST', headers, body });
      expect(await answer.json()).toMatchObject({ code: 'cross_site_request' });
    }
    expect((await fromConsole(browser, `${given.url}/api/runs`)).status).toBe(200);
  });
});

describe('the address to return to', () => {
  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '#//evil.example\r\nSet-Cookie: x=y',
    'javascript:alert(1)',
    `#/${'a'.repeat(2_000)}`,
    '#/a b',
  ])('cannot be %j', async to => {
    const browser = given.browser();
    const { response } = await browser.visit(
      `${given.url}/auth/sign-in?to=${encodeURIComponent(to)}`,
      `${given.url}/auth/callback`,
    );
    const answer = await browser.ask(response.headers.get('location') ?? '');
    expect(answer.headers.get('location')).toBe('/');
    expect(browser.cookies.has('x')).toBe(false);
  });

  it('does not follow the Host header, and neither does the address for the answer', async () => {
    const begun = await given
      .browser()
      .ask(`${given.url}/auth/sign-in`, { headers: { 'x-forwarded-host': 'evil.example' } });
    const { searchParams } = new URL(begun.headers.get('location') ?? '');
    expect(searchParams.get('redirect_uri')).toBe(`${given.url}/auth/callback`);
  });
});
