/** Runs are requested over HTTP for a directory, a group or a person. */
import { describe, expect, it } from 'vitest';
import { NotFoundError, RefusedError } from '../../../src/errors.ts';
import { ADMIN, fixture } from '../../support/given/http/http-server.ts';
import { NOW } from '../../support/given/http/status-answers.ts';

const POST = { method: 'POST', url: '/api/runs', headers: ADMIN } as const;

describe('POST /api/runs', () => {
  it('answers 202 with the run and its Location', async () => {
    const { app, asked } = fixture();
    const answer = await app.inject({ ...POST, payload: { directory: 'corp', mode: 'plan' } });
    expect(answer.statusCode).toBe(202);
    expect(answer.headers.location).toBe('/api/runs/8');
    expect(answer.json()).toEqual({
      id: 8,
      directory: 'corp',
      trigger: 'manual',
      requestedBy: 'ops',
      mode: 'plan',
      status: 'queued',
      counts: {},
      queuedAt: NOW.toISOString(),
    });
    expect(asked).toEqual([{ directory: 'corp', mode: 'plan', requestedBy: 'ops' }]);
  });

  it('applies by default, and can be for one group', async () => {
    const { app, asked } = fixture();
    const answer = await app.inject({ ...POST, payload: { directory: 'corp', group: 'cn=ä,dc=example' } });
    expect(answer.json()).toMatchObject({ mode: 'apply', group: 'cn=ä,dc=example' });
    expect(asked).toEqual([
      { directory: 'corp', group: 'cn=ä,dc=example', mode: 'apply', requestedBy: 'ops' },
    ]);
  });

  it('can be for one person, but not for a group as well', async () => {
    const { app, asked } = fixture();
    const body = { directory: 'corp', user: 'alice' };
    expect((await app.inject({ ...POST, payload: body })).json()).toMatchObject({ user: 'alice' });
    expect(asked).toEqual([{ ...body, mode: 'apply', requestedBy: 'ops' }]);
    const both = await app.inject({ ...POST, payload: { ...body, group: 'devs' } });
    expect(both.json()).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it.each([
    ['unknown_user', 404],
    ['ambiguous_user', 409],
  ] as const)('answers %s with %i', async (code, status) => {
    const { app } = fixture({
      requestRun: async () => {
        throw new RefusedError(code, 'no');
      },
    });
    const answer = await app.inject({ ...POST, payload: { directory: 'corp', user: 'x' } });
    expect(answer.json()).toMatchObject({ status, code, detail: 'No.' });
  });

  it('takes acceptOlder with a reason', async () => {
    const { app, asked } = fixture();
    const body = { directory: 'corp', acceptOlder: true, reason: 'restored' };
    expect((await app.inject({ ...POST, payload: body })).statusCode).toBe(202);
    expect(asked).toEqual([
      { directory: 'corp', mode: 'apply', acceptOlder: 'restored', requestedBy: 'ops' },
    ]);
    for (const odd of [
      { ...body, reason: undefined },
      { ...body, acceptOlder: false },
      { ...body, group: 'eng' },
      { ...body, user: 'alice' },
      { ...body, mode: 'plan' },
    ]) {
      const answer = await app.inject({ ...POST, payload: odd });
      expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_request' });
    }
    expect(asked).toHaveLength(1);
  });

  it('twenty concurrent requests get the same queued run (F79)', async () => {
    const { app, asked } = fixture();
    const posts = Array.from({ length: 20 }, () => app.inject({ ...POST, payload: { directory: 'corp' } }));
    const answers = await Promise.all(posts);
    expect(new Set(answers.map(answer => answer.json().id))).toEqual(new Set([8]));
    expect(asked).toHaveLength(20);
  });

  it('passes an Idempotency-Key on, scoped by the name of the token', async () => {
    const tokens = [
      { name: 'one', role: 'admin', secret: '1' },
      { name: 'two', role: 'admin', secret: '2' },
    ] as const;
    const { app, asked } = fixture({ tokens: () => tokens });
    for (const secret of ['1', '2']) {
      const headers = { authorization: `Bearer ${secret}`, 'idempotency-key': 'k-1' };
      await app.inject({ ...POST, headers, payload: { directory: 'corp' } });
    }
    expect(new Set(asked.map(request => request.requestKey)).size).toBe(2);
  });

  it('refuses a key that another request has used', async () => {
    const { app } = fixture();
    const first = (await app.inject({ ...POST, payload: { directory: 'corp' } })).json();
    const reused = fixture({
      requestRun: async () => ({
        run: { ...first, queuedAt: NOW },
        created: false,
      }),
    });
    const headers = { ...ADMIN, 'idempotency-key': 'k-1' };
    const same = await reused.app.inject({ ...POST, headers, payload: { directory: 'corp' } });
    expect(same.statusCode).toBe(202);
    const other = await reused.app.inject({ ...POST, headers, payload: { directory: 'new' } });
    expect(other.json()).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  });

  it('answers 404 for a directory that is not configured, and stores no run', async () => {
    const { app, asked } = fixture();
    const answer = await app.inject({ ...POST, payload: { directory: 'crop' } });
    expect(answer.json()).toMatchObject({ status: 404, code: 'unknown_directory' });
    expect(answer.json().detail).toContain('"crop" is not configured; configured: corp, new');
    expect(asked).toEqual([]);
  });

  it('answers 404 if the operation finds nothing', async () => {
    const requestRun = async () => {
      throw new NotFoundError('The directory was taken out of the configuration.');
    };
    const answer = await fixture({ requestRun }).app.inject({ ...POST, payload: { directory: 'corp' } });
    expect(answer.json()).toMatchObject({ status: 404, code: 'not_found' });
  });

  it.each([
    ['no directory', {}, '/directory'],
    ['an empty directory', { directory: '' }, '/directory'],
    ['a number', { directory: 7 }, '/directory'],
    ['an unknown mode', { directory: 'corp', mode: 'delete' }, '/mode'],
    ['an empty group', { directory: 'corp', group: '' }, '/group'],
    ['a NUL, which PostgreSQL refuses', { directory: 'corp', group: 'a\u0000b' }, '/group'],
    ['a group longer than any DN', { directory: 'corp', group: 'x'.repeat(2001) }, '/group'],
    ['a key that would set managed', { directory: 'corp', managed: true }, ''],
    ['a list', [{ directory: 'corp' }], ''],
  ])('answers 400 for %s, with the path of the problem', async (_what, payload, path) => {
    const { app, asked } = fixture();
    const answer = await app.inject({ ...POST, payload });
    expect(answer.json()).toMatchObject({
      status: 400,
      code: 'invalid_request',
      issues: [{ in: 'body', path }],
    });
    expect(asked).toEqual([]);
  });

  it('lists all problems of a request', async () => {
    const answer = await fixture().app.inject({ ...POST, payload: { mode: 1, managed: true } });
    expect(answer.json().issues).toHaveLength(3);
    expect(answer.json().detail).toContain('Unrecognized key: "managed"');
  });

  it.each(['', 'x'.repeat(201), 'a\u0001b'])('answers 400 for the key %j', async key => {
    const headers = { ...ADMIN, 'idempotency-key': key };
    const answer = await fixture().app.inject({ ...POST, headers, payload: { directory: 'corp' } });
    expect(answer.json()).toMatchObject({
      code: 'invalid_request',
      issues: [{ in: 'headers', path: '/idempotency-key' }],
    });
  });
});
