/** Attacks on the sign-in by a trusted proxy: forged users, requests with two meanings, and pages of other sites. */
import { describe, expect, it } from 'vitest';
import { fixture, VIEWER } from '../support/given/http/http-server.ts';
import { PROXY, sendLines, signedIn } from '../support/given/http/trusted-proxy.ts';

const ADMIN = signedIn('ada', 'ops');
const URL_OF_RUNS = '/api/runs';

/** The status and code of an answer to a request with these headers. */
async function ask(headers: Readonly<Record<string, string>>, remoteAddress = '127.0.0.1') {
  const { app } = fixture({ trustedProxy: () => PROXY });
  const answer = await app.inject({ url: URL_OF_RUNS, headers, remoteAddress });
  return answer.statusCode === 200 ? 200 : answer.json().code;
}

describe('forged headers', () => {
  it.each([
    ['10.1.2.3', 200],
    ['::ffff:10.1.2.3', 200],
    ['::ffff:a01:203', 200],
    ['2001:db8::7', 200],
    ['10.1.3.3', 'token_required'],
    ['::ffff:10.1.3.3', 'token_required'],
    ['::10.1.2.3', 'token_required'],
    ['64:ff9b::10.1.2.3', 'token_required'],
    ['2001:db8:0:1::7', 'token_required'],
    ['fe80::7f00:1%eth0', 'token_required'],
    ['::1', 'token_required'],
    ['::', 'token_required'],
  ])('from %s are answered %s', async (address, expected) => {
    expect(await ask(ADMIN, address)).toBe(expected);
  });

  it('from another address have no effect, however they claim to be forwarded, and are not logged', async () => {
    const { app, lines, asked } = fixture({ trustedProxy: () => PROXY });
    const forwarded = {
      'x-forwarded-for': '127.0.0.1',
      forwarded: 'for=127.0.0.1',
      'x-real-ip': '127.0.0.1',
    };
    const headers = { ...signedIn('mallory', 'ops'), ...forwarded };
    const from = { headers, remoteAddress: '192.0.2.7' };
    for (const url of ['/', '/api/status', '/livez', URL_OF_RUNS, '/queues', '/nowhere'])
      await app.inject({ ...from, url });
    await app.inject({ ...from, method: 'POST', url: URL_OF_RUNS, payload: { directory: 'corp' } });
    expect(asked).toEqual([]);
    expect(lines.join('')).not.toContain('mallory');
    expect((await app.inject({ ...from, url: '/api/status' })).json()).not.toHaveProperty('caller');
    expect(
      (await app.inject({ ...from, headers: { ...headers, ...VIEWER }, url: URL_OF_RUNS })).statusCode,
    ).toBe(200);
  });

  it('without a trusted proxy in the configuration have no effect', async () => {
    const answer = await fixture().app.inject({ url: URL_OF_RUNS, headers: ADMIN });
    expect(answer.json()).toMatchObject({ code: 'token_required' });
  });
});

describe('a request with two meanings', () => {
  it.each([
    ['no value', ''],
    ['only spaces', '\u00a0'.repeat(2)],
    ['the value of an unset variable of Apache', '(null)'],
    ['two users, joined by a proxy', 'mallory, ada'],
    ['a control character', 'ada\u0001'],
    ['a tab', 'ad\ta'],
    ['a reversed direction of text', 'ada\u202e'],
    ['an invisible character', 'a\u200bda'],
    ['too many characters', 'ä'.repeat(151)],
    ['the name of a token', 'OPS'],
    ['the name of a user of the command line', 'cli:root'],
  ])('is refused, and its user is not quoted: %s', async (_, user) => {
    const { app, lines } = fixture({ trustedProxy: () => PROXY });
    const headers = signedIn(Buffer.from(user).toString('latin1'), 'ops');
    const answer = await app.inject({ url: URL_OF_RUNS, headers });
    expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_user' });
    expect(answer.json().detail).toContain('X-Forwarded-User');
    expect(lines.join('')).not.toContain('invalid_user');
  });

  it('is served if the name is as long as the audit can record', async () => {
    expect(await ask(signedIn(Buffer.from('ä'.repeat(150)).toString('latin1'), 'ops'))).toBe(200);
  });

  it.each([
    ['two users', ['X-Forwarded-User: ada', 'x-forwarded-user: mallory', 'X-Forwarded-Groups: ops'], 400],
    [
      'the same user twice',
      ['X-Forwarded-User: ada', 'X-Forwarded-User: ada', 'X-Forwarded-Groups: ops'],
      400,
    ],
    ['an empty user first', ['X-Forwarded-User:', 'X-Forwarded-User: ada', 'X-Forwarded-Groups: ops'], 400],
    ['groups twice', ['X-Forwarded-User: ada', 'X-Forwarded-Groups: staff', 'X-Forwarded-Groups: ops'], 400],
    [
      'a user in Latin-1',
      [Buffer.from('X-Forwarded-User: Zo\u00eb', 'latin1'), 'X-Forwarded-Groups: ops'],
      400,
    ],
    [
      'groups in Latin-1',
      ['X-Forwarded-User: ada', Buffer.from('X-Forwarded-Groups: ops,s\u00fcd', 'latin1')],
      400,
    ],
    ['a user in overlong UTF-8', [Buffer.from('X-Forwarded-User: \u00c1\u00a1', 'latin1')], 400],
    ['a NUL', [Buffer.from('X-Forwarded-User: a\0da'), 'X-Forwarded-Groups: ops'], 400],
    ['a space before the colon', ['X-Forwarded-User : ada', 'X-Forwarded-Groups: ops'], 400],
    ['a continued line', ['X-Forwarded-User: ada', ' mallory', 'X-Forwarded-Groups: ops'], 400],
    ['a name with underscores', ['X_Forwarded_User: ada', 'X_Forwarded_Groups: ops'], 401],
    ['a longer name', ['X-Forwarded-Username: ada', 'X-Forwarded-Groups: ops'], 401],
    ['groups in a name with underscores', ['X-Forwarded-User: ada', 'X_Forwarded_Groups: ops'], 403],
    [
      'twins with underscores',
      [
        'X_Forwarded_User: mallory',
        'X-Forwarded-User: ada',
        'X-Forwarded-Groups: staff',
        'X_Forwarded_Groups: ops',
      ],
      200,
    ],
  ] as const)('on a socket: %s', async (_, lines, status) => {
    const { app } = fixture({ trustedProxy: () => PROXY });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    expect(await sendLines(url, URL_OF_RUNS, lines)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    await app.close();
  });

  it('cannot stop the probes', async () => {
    const { app } = fixture({ trustedProxy: () => PROXY });
    for (const url of ['/livez', '/readyz', '/metrics'])
      expect((await app.inject({ url, headers: signedIn('a,b') })).statusCode, url).toBe(200);
  });
});

const SITE = 'rollcall.example.com';
const USER = { 'x-forwarded-user': 'ada', 'x-forwarded-groups': 'ops', host: SITE };
const BASIC = { authorization: `Basic ${btoa('x:admin-secret')}`, host: SITE };

describe('a page of another site, in the browser of an administrator', () => {
  it.each([
    ['same-origin', undefined, 202],
    ['same-origin', 'https://evil.example', 202],
    [undefined, `https://${SITE}`, 202],
    ['same-site', undefined, 403],
    ['same-site', `https://${SITE}`, 403],
    ['cross-site', undefined, 403],
    ['none', undefined, 403],
    ['same-origin, same-origin', undefined, 403],
    ['', undefined, 403],
    [undefined, 'https://evil.example', 403],
    [undefined, `https://${SITE}.evil.example`, 403],
    [undefined, `https://${SITE}:8443`, 403],
    [undefined, `https://${SITE}, https://evil.example`, 403],
    [undefined, 'null', 403],
    [undefined, '', 403],
    [undefined, undefined, 403],
  ])('changes nothing: Sec-Fetch-Site %j and Origin %j are answered %i', async (site, origin, status) => {
    const { app, asked } = fixture({ trustedProxy: () => PROXY });
    const headers = {
      ...USER,
      ...(site !== undefined && { 'sec-fetch-site': site }),
      ...(origin !== undefined && { origin }),
    };
    const answer = await app.inject({
      method: 'POST',
      url: URL_OF_RUNS,
      headers,
      payload: { directory: 'corp' },
    });
    expect(answer.statusCode).toBe(status);
    if (status === 403) expect(answer.json()).toMatchObject({ code: 'cross_site_request' });
    expect(asked).toHaveLength(status === 202 ? 1 : 0);
  });

  it('changes nothing on any route', async () => {
    const { app } = fixture({ trustedProxy: () => PROXY });
    const { paths } = (await app.inject('/openapi.json')).json();
    const changes = Object.entries<object>(paths).flatMap(([path, operations]) =>
      (['POST', 'PUT', 'PATCH', 'DELETE'] as const)
        .filter(method => Object.hasOwn(operations, method.toLowerCase()))
        .map(method => ({ method, url: path.replaceAll(/\{\w+\}/g, '3') })),
    );
    expect(changes.length).toBeGreaterThan(15);
    for (const change of changes) {
      const answer = await app.inject({ ...change, headers: { ...USER, 'sec-fetch-site': 'cross-site' } });
      expect(answer.json(), `${change.method} ${change.url}`).toMatchObject({ code: 'cross_site_request' });
    }
  });

  it.each([
    ['cross-site', 'navigate', 200],
    ['none', 'navigate', 200],
    ['same-origin', 'cors', 200],
    ['cross-site', 'no-cors', 403],
    ['same-site', 'cors', 403],
    ['cross-site', 'websocket', 403],
  ])(
    'opens by a link only: a read with Sec-Fetch-Site %s and mode %s is answered %i',
    async (site, mode, status) => {
      const { app } = fixture({ trustedProxy: () => PROXY });
      const headers = { ...USER, 'sec-fetch-site': site, 'sec-fetch-mode': mode };
      for (const url of ['/', '/api/runs', '/api/runs/7/events', '/queues']) {
        const answer = await app.inject({ url, headers });
        expect(answer.statusCode, url).toBe(status);
        expect(Object.keys(answer.headers).filter(name => name.startsWith('access-control-'))).toEqual([]);
      }
    },
  );

  it('gets no preflight answer', async () => {
    const { app } = fixture({ trustedProxy: () => PROXY });
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const answer = await app.inject({ method: 'OPTIONS', url: URL_OF_RUNS, headers });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('also sends no request with a stored Basic password', async () => {
    const { app } = fixture();
    const read = async (site: string) =>
      (await app.inject({ url: '/queues', headers: { ...BASIC, 'sec-fetch-site': site } })).statusCode;
    expect(await read('same-origin')).toBe(200);
    expect(await read('cross-site')).toBe(403);
  });

  it('is not assumed for a token, which no browser adds', async () => {
    const { app } = fixture({ trustedProxy: () => PROXY });
    const headers = { authorization: 'Bearer admin-secret', ...USER };
    const answer = await app.inject({
      method: 'POST',
      url: URL_OF_RUNS,
      headers,
      payload: { directory: 'corp' },
    });
    expect(answer.statusCode).toBe(202);
  });

  it('is told from the console by http.publicUrl, if the proxy changes Host', async () => {
    const publicUrl = `https://${SITE}/`;
    const { app } = fixture({ trustedProxy: () => PROXY, publicUrl: () => publicUrl });
    const post = async (origin: string) => {
      const headers = { ...USER, host: 'backend:8080', origin };
      return (await app.inject({ method: 'POST', url: URL_OF_RUNS, headers, payload: { directory: 'corp' } }))
        .statusCode;
    };
    expect(await post(`https://${SITE}`)).toBe(202);
    expect(await post('https://evil.example')).toBe(403);
  });
});
