/** Errors are answered as problem details (RFC 9457) and reveal nothing internal. */
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { auditAnswers } from '../../support/given/http/audit-answers.ts';
import { ADMIN, fixture, VIEWER } from '../../support/given/http/http-server.ts';

const POST = { method: 'POST', url: '/api/runs' } as const;
const JSON_HEADERS = { ...ADMIN, 'content-type': 'application/json' };

describe('errors', () => {
  it.each([
    ['/livez', 'POST', 'GET, HEAD'],
    ['/', 'POST', 'GET, HEAD'],
    ['/api/status', 'DELETE', 'GET, HEAD'],
    ['/api/runs', 'PUT', 'GET, HEAD, POST'],
    ['/api/runs', 'OPTIONS', 'GET, HEAD, POST'],
    ['/api/runs', 'QUERY', 'GET, HEAD, POST'],
    ['/api/runs/7', 'PATCH', 'GET, HEAD'],
    ['/api/runs/7/changes', 'POST', 'GET, HEAD'],
  ] as const)('405 with Allow: %s does not take %s', async (url, method, allow) => {
    const answer = await fixture().app.inject({ url, method, payload: 'nobody reads this' });
    expect(answer.json()).toMatchObject({ status: 405, code: 'method_not_allowed' });
    expect(answer.headers.allow).toBe(allow);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
  ])('415 for a body of type %s', async type => {
    const headers = { ...ADMIN, 'content-type': type };
    const answer = await fixture().app.inject({ ...POST, headers, payload: 'directory=corp' });
    expect(answer.json()).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });

  it.each([
    '{',
    '',
    '{"directory":"corp"',
    "{'directory':'corp'}",
    '{"__proto__":{"x":1},"directory":"corp"}',
  ])('400 for the malformed body %j', async payload => {
    const answer = await fixture().app.inject({ ...POST, headers: JSON_HEADERS, payload });
    expect(answer.json()).toMatchObject({ status: 400, code: 'malformed_request' });
  });

  it('a body of an unknown type at an unknown path is not a server error', async () => {
    const app = fixture().app;
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const answer = await fetch(`${url}/nowhere`, { method: 'QUERY' });
    expect(await answer.json()).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    await app.close();
  });

  it('413 for a huge body, with or without its length', async () => {
    const payload = JSON.stringify({ directory: 'x'.repeat(17_000) });
    const { app } = fixture();
    const told = await app.inject({ ...POST, headers: JSON_HEADERS, payload });
    const untold = await app.inject({
      ...POST,
      headers: { ...JSON_HEADERS, 'transfer-encoding': 'chunked' },
      payload: Readable.from([payload.slice(0, 9_000), payload.slice(9_000)]),
    });
    for (const answer of [told, untold]) {
      expect(answer.json()).toMatchObject({ status: 413, code: 'body_too_large' });
    }
  });

  it.each([
    ['/%zz', 400, 'malformed_request'],
    [`/api/runs/${'9'.repeat(200)}`, 414, 'uri_too_long'],
    ['/nowhere', 404, 'not_found'],
    ['/../../etc/passwd', 404, 'not_found'],
  ])('%s is answered %i', async (url, status, code) => {
    const answer = await fixture().app.inject({ url, headers: VIEWER });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ status, code });
  });

  it('500 contains no detail of the error, only the id to find it in the log', async () => {
    const getRun = async () => {
      throw new Error('relation "sync_run" is broken on db.internal');
    };
    const { app, lines } = fixture({ getRun });
    const answer = await app.inject({ url: '/api/runs/7', headers: VIEWER });
    expect(answer.json()).toEqual({
      title: 'Internal Server Error',
      status: 500,
      code: 'internal',
      detail: 'Internal error. Search the log for this request id.',
      requestId: expect.any(String),
    });
    const logged = lines.map(line => JSON.parse(line)).find(line => line.reqId === answer.json().requestId);
    expect(logged.err.message).toContain('sync_run');
  });

  it('500 when a response does not match its own schema', async () => {
    const { app } = fixture({
      audit: { ...auditAnswers(), runChanges: async () => JSON.parse('{"items":[{"kind":"surprise"}]}') },
    });
    const answer = await app.inject({ url: '/api/runs/7/changes', headers: VIEWER });
    expect(answer.json()).toMatchObject({ status: 500, code: 'internal' });
  });

  it.each([
    ['GARBAGE\r\n\r\n', '400', 'malformed_request'],
    [`GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, '431', 'headers_too_large'],
  ])('a request that is not HTTP is answered with a problem', async (sent, status, code) => {
    const { app } = fixture();
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = z.object({ port: z.int() }).parse(app.server.address());
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.write(sent);
    const answer = await text(socket);
    await app.close();
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code });
  });
});
