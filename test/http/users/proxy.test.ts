/** A trusted proxy signs users in: their groups give them a role, and what they do bears their names. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { DecisionRequest } from '../../../src/model/run.ts';
import type { TrustedProxySettings } from '../../../src/model/sign-in/settings.ts';
import { CHANGES, MEMBER_ADDED } from '../../support/given/http/change-answers.ts';
import { ADMIN, fixture, VIEWER } from '../../support/given/http/http-server.ts';
import { RUN } from '../../support/given/http/status-answers.ts';
import { PROXY, SAME_ORIGIN, sendLines, signedIn } from '../../support/given/http/trusted-proxy.ts';

const ADA = signedIn('ada', 'ops, staff');
const POST = { method: 'POST', url: '/api/runs', payload: { directory: 'corp' } } as const;

/** Changes whose streams end with their clients. */
const ENDLESS = {
  ...CHANGES,
  async *follow(_after: string, signal: AbortSignal) {
    yield { items: [], next: MEMBER_ADDED.cursor };
    await once(signal, 'abort');
  },
};

describe('a user of the trusted proxy', () => {
  it.each([
    ['staff', 200, 403],
    ['guests, staff', 200, 403],
    ['ops', 200, 202],
    ['staff,ops', 200, 202],
    ['guests', 403, 403],
    ['OPS', 403, 403],
    ['ops-guests', 403, 403],
    ['', 403, 403],
  ])('in the groups %j: reading is answered %i, a change %i', async (groups, read, change) => {
    const { app } = fixture({ trustedProxy: () => PROXY });
    const headers = signedIn('ada', groups);
    expect((await app.inject({ url: '/api/runs', headers })).statusCode).toBe(read);
    expect((await app.inject({ ...POST, headers })).statusCode).toBe(change);
  });

  it('without a role is answered who is signed in and what to do, but gets the console, which shows the answer', async () => {
    const { app } = fixture({ trustedProxy: () => PROXY });
    const headers = signedIn('ada', 'guests');
    for (const url of ['/api/runs', '/api/status', '/openapi.json', '/queues']) {
      const answer = await app.inject({ url, headers });
      expect(answer.json()).toMatchObject({ status: 403, code: 'role_required' });
      expect(answer.json().detail).toMatch(/"ada".*http\.trustedProxy\.roles/);
    }
    for (const url of ['/', '/console/main.js', '/livez', '/metrics'])
      expect((await app.inject({ url, headers })).statusCode, url).toBe(200);
  });

  it('is named by the status, with the link for signing out', async () => {
    const { app } = fixture({ trustedProxy: () => PROXY });
    const callerOf = async (headers: object) =>
      (await app.inject({ url: '/api/status', headers: { ...headers } })).json().caller;
    const ada = { name: 'ada', role: 'admin', signIn: 'proxy', logoutUrl: '/oauth2/sign_out' };
    expect(await callerOf(ADA)).toEqual(ada);
    expect(await callerOf(ADMIN)).toEqual({ name: 'ops', role: 'admin', signIn: 'token' });
    expect(await callerOf(SAME_ORIGIN)).toBeUndefined();
  });

  it('is recorded with runs and decisions, and in the log', async () => {
    const decided: DecisionRequest[] = [];
    const rejectRun = async (_id: number, deciding: DecisionRequest) => {
      decided.push(deciding);
      return { ...RUN, status: 'rejected' } as const;
    };
    const { app, asked, lines } = fixture({ trustedProxy: () => PROXY, rejectRun });
    await app.inject({ ...POST, headers: ADA });
    const reject = { method: 'POST', url: '/api/runs/7/reject', payload: { reason: 'a mistake' } } as const;
    expect((await app.inject({ ...reject, headers: ADA })).statusCode).toBe(200);
    expect(asked).toMatchObject([{ requestedBy: 'ada' }]);
    expect(decided).toMatchObject([{ by: 'ada' }]);
    const logged = lines.map(line => JSON.parse(line)).find(line => line.msg === 'held run rejected');
    expect(logged).toMatchObject({ caller: 'ada' });
  });

  it('can have a name and groups in UTF-8, which the proxy sends as bytes', async () => {
    const { app } = fixture({ trustedProxy: () => PROXY });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const lines = ['X-Forwarded-User: Zoë 李', 'X-FORWARDED-GROUPS: Betrieb Süd'];
    expect(await sendLines(url, '/api/status', lines)).toContain('"caller":{"name":"Zoë 李","role":"admin"');
    await app.close();
  });

  it('can sign in without any token in the configuration', async () => {
    const { app } = fixture({ trustedProxy: () => PROXY, tokens: () => [] });
    expect((await app.inject({ url: '/api/runs', headers: ADA })).statusCode).toBe(200);
    expect((await app.inject('/api/runs')).json()).toMatchObject({ status: 401, code: 'token_required' });
    expect((await app.inject('/nowhere')).json()).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('sees the queues as an administrator, without a password', async () => {
    const { app } = fixture({ trustedProxy: () => PROXY });
    expect((await app.inject({ url: '/queues', headers: ADA })).statusCode).toBe(200);
    expect((await app.inject({ url: '/queues', headers: signedIn('bob') })).statusCode).toBe(403);
  });

  it('is preceded by the token of the request, valid or not', async () => {
    const { app } = fixture({ trustedProxy: () => PROXY });
    expect((await app.inject({ ...POST, headers: { ...ADA, ...VIEWER } })).statusCode).toBe(403);
    const wrong = { ...ADA, authorization: 'Bearer guess' };
    expect((await app.inject({ url: '/api/runs', headers: wrong })).json()).toMatchObject({
      code: 'invalid_token',
    });
  });

  it('follows a changed configuration without a restart', async () => {
    let trustedProxy: TrustedProxySettings | undefined;
    const { app } = fixture({ trustedProxy: () => trustedProxy, tokens: () => [] });
    const ask = async () => (await app.inject({ url: '/api/runs', headers: ADA })).statusCode;
    expect(await ask()).toBe(404);
    trustedProxy = PROXY;
    expect(await ask()).toBe(200);
    trustedProxy = { ...PROXY, addresses: ['192.0.2.7'] };
    expect(await ask()).toBe(401);
  });

  it('comes in headers of any name, with any separator', async () => {
    const names = { userHeader: 'Remote-User', groupsHeader: 'Remote-Groups', separator: '|' };
    const { app } = fixture({ trustedProxy: () => ({ ...PROXY, ...names }) });
    const headers = { 'remote-user': 'ada', 'remote-groups': 'a,b | staff' };
    expect((await app.inject({ url: '/api/runs', headers })).statusCode).toBe(200);
    expect((await app.inject({ url: '/api/runs', headers: ADA })).statusCode).toBe(401);
  });
});

describe('the limits for users of the trusted proxy', () => {
  it('count requests for each user, through any proxy', async () => {
    const { app } = fixture({ trustedProxy: () => PROXY, requestsPerMinute: () => 2 });
    const ask = async (user: string, remoteAddress: string) =>
      (await app.inject({ url: '/api/runs', headers: signedIn(user), remoteAddress })).statusCode;
    expect(await ask('ada', '10.1.2.3')).toBe(200);
    expect(await ask('ada', '10.1.2.4')).toBe(200);
    expect(await ask('ada', '10.1.2.5')).toBe(429);
    expect(await ask('bob', '10.1.2.3')).toBe(200);
  });

  it('count callers who are not signed in by the address of the connection, whatever X-Forwarded-For says', async () => {
    const { app } = fixture({ trustedProxy: () => PROXY, requestsPerMinute: () => 2 });
    const codes: number[] = [];
    for (const client of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
      const headers = { authorization: 'Bearer guess', 'x-forwarded-for': client };
      codes.push((await app.inject({ url: '/api/runs', headers })).statusCode);
    }
    expect(codes).toEqual([401, 401, 429]);
  });

  it('leave streams for other users and for tokens', async () => {
    const { app } = fixture({
      trustedProxy: () => PROXY,
      tokens: () => [],
      maxStreams: 20,
      changes: ENDLESS,
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const open = (user: string) =>
      fetch(`${url}/api/changes`, { headers: { ...signedIn(user), accept: 'text/event-stream' } });
    const opened = await Promise.all([open('ada'), open('ada'), open('bob')]);
    expect(opened.map(({ status }) => status)).toEqual([200, 200, 200]);
    const refused = await open('ada');
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: 'too_many_streams' });
    for (const each of opened) await each.body?.cancel();
    await app.close();
  });
});
