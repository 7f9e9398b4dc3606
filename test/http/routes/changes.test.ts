/** Membership changes over HTTP: pages, long polls and streams, within the limit of each token. */
import { describe, expect, it } from 'vitest';
import type { ChangeOperations, ChangesRequest } from '../../../src/model/operations/changes.ts';
import { CHANGES, MEMBER_ADDED } from '../../support/given/http/change-answers.ts';
import { ADMIN, fixture, VIEWER } from '../../support/given/http/http-server.ts';
import { allEvents } from '../../support/observe/events.ts';
import { inbox } from '../../support/observe/inbox.ts';

const SHOWN = {
  cursor: '4711-member-12',
  at: '2026-03-01T11:58:30.000Z',
  action: 'add',
  groupId: 3,
  team: 'platform',
  group: 'eng',
  userId: 5,
  username: 'ada.lovelace',
  runId: 7,
  directory: 'corp',
  reason: 'member',
};
const STREAM = { accept: 'text/event-stream' };

/** A listening server whose long polls and streams end when their signal aborts. */
async function listen(more: Partial<ChangeOperations> = {}, maxStreams = 20) {
  const asked = inbox<Partial<ChangesRequest>>();
  const changes: ChangeOperations = {
    ...CHANGES,
    async page(request) {
      asked.put(request);
      if (request.waitMs > 0) await aborted(request.signal);
      return { items: [], next: request.after };
    },
    async *follow(after, signal) {
      asked.put({ after });
      yield { items: [MEMBER_ADDED], next: MEMBER_ADDED.cursor };
      await aborted(signal);
    },
    ...more,
  };
  const { app } = fixture({ changes, maxStreams });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const get = (query = '', headers: Record<string, string> = {}, signal?: AbortSignal) =>
    fetch(`${url}/api/changes${query}`, { headers: { ...VIEWER, ...headers }, ...(signal && { signal }) });
  return { app, asked, get, [Symbol.asyncDispose]: () => app.close() };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}

describe('GET /api/changes', () => {
  it('answers a page with the cursor to continue from', async () => {
    const answer = await fixture().app.inject({ url: '/api/changes?after=start', headers: VIEWER });
    expect(answer.json()).toEqual({ items: [SHOWN], next: '4711-member-12' });
  });

  it.each([
    ['', { after: 'now', limit: 200, waitMs: 0 }],
    ['?after=4711-group-3&limit=1000', { after: '4711-group-3', limit: 1_000, waitMs: 0 }],
  ])('passes on the query "%s"', async (search, wanted) => {
    await using server = await listen();
    await server.get(search);
    expect(server.asked.all).toMatchObject([wanted]);
  });

  it.each(['?after=yesterday', '?wait=61s', '?wait=1m', '?wait=1e9s', '?limit=1001', '?who=ada', '?after='])(
    'refuses %s',
    async search => {
      const answer = await fixture().app.inject({ url: `/api/changes${search}`, headers: VIEWER });
      expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_request']);
    },
  );

  it('needs a token', async () => {
    expect((await fixture().app.inject('/api/changes')).statusCode).toBe(401);
  });

  it('streams the cursor of its beginning, then each change with its cursor as the id', async () => {
    const { app } = fixture();
    const { headers, body } = await app.inject({ url: '/api/changes', headers: { ...VIEWER, ...STREAM } });
    expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
    const events = await allEvents(new Response(body));
    expect(events.map(({ event, lastId, data }) => [event, lastId, data])).toEqual([
      ['start', 'now', { cursor: 'now' }],
      ['change', '4711-member-12', SHOWN],
    ]);
  });

  it('continues a stream after Last-Event-ID and not after the query', async () => {
    await using server = await listen();
    const answer = await server.get('?after=start', { ...STREAM, 'last-event-id': '17-member-3' });
    await answer.body?.cancel();
    expect(server.asked.all).toEqual([{ after: '17-member-3' }]);
  });

  it('ends a long poll when its client leaves, and when the server stops', async () => {
    const server = await listen();
    const leaving = new AbortController();
    const left = server.get('?wait=60s', {}, leaving.signal).catch(() => 'left');
    const stopped = server.get('?after=1-member-1&wait=60s');
    const [first, second] = await server.asked.count(2);
    leaving.abort();
    expect(await left).toBe('left');
    await aborted((first?.after === 'now' ? first : second)?.signal ?? AbortSignal.abort());
    await server.app.close();
    expect(await (await stopped).json()).toEqual({ items: [], next: '1-member-1' });
  });

  it('limits the streams of each token: a viewer with many streams does not lock out the admin (G69)', async () => {
    await using server = await listen({}, 4);
    const opened = await Promise.all([server.get('', STREAM), server.get('', STREAM)]);
    expect(opened.map(({ status }) => status)).toEqual([200, 200]);
    for (const refused of [await server.get('', STREAM), await server.get('?wait=1s')]) {
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await refused.json()).toMatchObject({ code: 'too_many_streams' });
    }
    const admin = await server.get('', { ...STREAM, ...ADMIN });
    expect(admin.status).toBe(200);
    expect((await server.get('?after=start')).status).toBe(200);
    for (const each of [...opened, admin]) await each.body?.cancel();
  });
});
