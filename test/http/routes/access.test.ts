/** Each route is open to the roles that it declares, and shows nothing without a token. */
import { describe, expect, it } from 'vitest';
import { ADMIN, fixture, PERSONAL, VIEWER } from '../../support/given/http/http-server.ts';

const WRONG = { authorization: 'Bearer admin-secreT' };

/** The status without a token, with a wrong one, with that of a viewer and with that of an admin. */
const ROUTES = [
  ['GET', '/livez', 200, 200, 200, 200],
  ['GET', '/readyz', 200, 200, 200, 200],
  ['GET', '/metrics', 200, 200, 200, 200],
  ['GET', '/', 200, 401, 200, 200],
  ['GET', '/console/main.js', 200, 401, 200, 200],
  ['GET', '/openapi.json', 200, 401, 200, 200],
  ['GET', '/api/status', 200, 401, 200, 200],
  ['GET', '/api/runs', 401, 401, 200, 200],
  ['GET', '/api/runs/7', 401, 401, 200, 200],
  ['GET', '/api/runs/7/changes', 401, 401, 200, 200],
  ['GET', '/api/search?q=eng', 401, 401, 200, 200],
  ['POST', '/api/runs', 401, 401, 403, 202],
  ['GET', '/api/nothing', 404, 404, 404, 404],
] as const;

describe('access to routes', () => {
  it.each(ROUTES)(
    '%s %s: %i without a token, %i with a wrong one, %i for a viewer, %i for an admin',
    async (method, url, ...expected) => {
      const { app } = fixture();
      const payload = method === 'POST' ? { payload: { directory: 'corp' } } : {};
      const answers = await Promise.all(
        [{}, WRONG, VIEWER, ADMIN].map(headers => app.inject({ method, url, headers, ...payload })),
      );
      expect(answers.map(answer => answer.statusCode)).toEqual(expected);
    },
  );

  it.each(ROUTES.filter(([method]) => method === 'GET'))(
    '%s %s answers HEAD with the same status and headers, and no body',
    async (method, url) => {
      const { app } = fixture();
      const get = await app.inject({ method, url, headers: VIEWER });
      const head = await app.inject({ method: 'HEAD', url, headers: VIEWER });
      expect(head.statusCode).toBe(get.statusCode);
      expect(head.headers['content-type']).toBe(get.headers['content-type']);
      expect(head.body).toBe('');
    },
  );

  it.each(ROUTES)('%s %s shows no person, DN, host or token name without a token', async (method, url) => {
    const { app } = fixture();
    const answer = await app.inject({ method, url });
    const shown = JSON.stringify(answer.headers) + answer.body;
    expect(PERSONAL.filter(word => shown.includes(word))).toEqual([]);
  });

  it('refuses a request without a token before it reads the body', async () => {
    const { app, asked } = fixture();
    const answer = await app.inject({
      method: 'POST',
      url: '/api/runs',
      headers: { 'content-type': 'application/json' },
      payload: '{ not json',
    });
    expect(answer.json()).toMatchObject({ status: 401, code: 'token_required' });
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="rollcall"');
    expect(asked).toEqual([]);
  });

  it.each([
    ['Basic YWRtaW4tc2VjcmV0', 'invalid_token'],
    ['Bearer', 'invalid_token'],
    ['Bearer ', 'invalid_token'],
    ['Bearer admin-secret extra', 'invalid_token'],
    ['admin-secret', 'invalid_token'],
  ])('refuses the Authorization header %j', async (authorization, code) => {
    const answer = await fixture().app.inject({ url: '/api/runs', headers: { authorization } });
    expect(answer.json()).toMatchObject({ status: 401, code });
    expect(answer.headers['www-authenticate']).toContain('error="invalid_token"');
  });

  it('takes the scheme in any case (RFC 9110, 11.1)', async () => {
    const answer = await fixture().app.inject({
      url: '/api/runs',
      headers: { authorization: 'bEARER viewer-secret' },
    });
    expect(answer.statusCode).toBe(200);
  });

  it('answers a viewer that changes need the role admin', async () => {
    const { app, asked } = fixture();
    const answer = await app.inject({
      method: 'POST',
      url: '/api/runs',
      headers: VIEWER,
      payload: { directory: 'corp' },
    });
    expect(answer.json()).toMatchObject({ status: 403, code: 'admin_required' });
    expect(asked).toEqual([]);
  });
});

describe('without any token in the configuration', () => {
  it.each(['/livez', '/readyz', '/metrics'])('%s is served', async url => {
    const { app } = fixture({ tokens: () => [] });
    expect((await app.inject(url)).statusCode).toBe(200);
  });

  it.each([
    '/',
    '/console/main.js',
    '/openapi.json',
    '/api/status',
    '/api/runs',
    '/api/runs/7',
    '/elsewhere',
  ])('%s is not served, and the answer says how to configure a token', async url => {
    const { app } = fixture({ tokens: () => [] });
    const answer = await app.inject({ url, headers: ADMIN });
    expect(answer.json()).toMatchObject({ status: 404, code: 'tokens_not_configured' });
    expect(answer.json().detail).toContain('http.tokens');
  });
});
