/** The limit of requests counts by token and address, and refuses the excess. */
import { describe, expect, it } from 'vitest';
import { ADMIN, fixture, VIEWER } from '../../support/given/http/http-server.ts';

const ASK = { url: '/api/runs', headers: VIEWER };

/** Sends that many requests and returns the last answer. */
async function ask(app: ReturnType<typeof fixture>['app'], times: number, request: object) {
  let answer = await app.inject(request);
  for (let asked = 1; asked < times; asked++) answer = await app.inject(request);
  return answer;
}

describe('the limit of requests', () => {
  it('refuses one request too many with 429 and Retry-After', async () => {
    const { app, asked } = fixture({ requestsPerMinute: () => 3 });
    expect((await ask(app, 3, ASK)).statusCode).toBe(200);
    const refused = await app.inject(ASK);
    expect(refused.json()).toMatchObject({ status: 429, code: 'too_many_requests' });
    expect(refused.json().detail).toContain('http.requestsPerMinute');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(asked).toEqual([]);
  });

  it('counts for each token and address', async () => {
    const { app } = fixture({ requestsPerMinute: () => 2 });
    expect((await ask(app, 3, ASK)).statusCode).toBe(429);
    expect((await app.inject({ ...ASK, headers: ADMIN })).statusCode).toBe(200);
    expect((await app.inject({ ...ASK, remoteAddress: '192.0.2.7' })).statusCode).toBe(200);
  });

  it('counts the addresses of an IPv6 /64 as one, and an IPv4 address however it is written', async () => {
    const { app } = fixture({ requestsPerMinute: () => 1 });
    const from = async (remoteAddress: string) => (await app.inject({ ...ASK, remoteAddress })).statusCode;
    expect(await from('2001:db8:0:1::1')).toBe(200);
    expect(await from('2001:db8:0:1:ffff::2')).toBe(429);
    expect(await from('2001:db8:0:2::1')).toBe(200);
    expect(await from('192.0.2.7')).toBe(200);
    expect(await from('::ffff:192.0.2.7')).toBe(429);
  });

  it('counts wrong tokens on any path, and unknown paths', async () => {
    const { app } = fixture({ requestsPerMinute: () => 4 });
    const wrong = { authorization: 'Bearer guess' };
    const codes: number[] = [];
    for (const url of ['/api/runs', '/', '/api/runs/7/events', '/secret', '/api/runs/7/events'])
      codes.push((await app.inject({ url, headers: wrong })).statusCode);
    expect(codes).toEqual([401, 401, 401, 404, 429]);
  });

  it.each(['/livez', '/readyz', '/metrics', '/'])('does not limit %s', async url => {
    const { app } = fixture({ requestsPerMinute: () => 1 });
    await ask(app, 2, ASK);
    expect((await ask(app, 3, { url })).statusCode).toBe(200);
  });

  it('does not count streams of valid tokens', async () => {
    const { app } = fixture({ requestsPerMinute: () => 1 });
    expect((await ask(app, 3, { ...ASK, url: '/api/runs/7/events' })).statusCode).toBe(200);
    expect((await app.inject(ASK)).statusCode).toBe(200);
  });

  it('is off if the configuration says 0', async () => {
    const { app } = fixture({ requestsPerMinute: () => 0 });
    expect((await ask(app, 50, ASK)).statusCode).toBe(200);
  });
});
