/** The progress of a run is sent as Server-Sent Events, and a client that reconnects misses nothing. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import type { HttpDependencies } from '../../../src/http/ports/http.ts';
import { openEventStream } from '../../../src/http/streams/event-stream.ts';
import type { Progress } from '../../../src/model/run.ts';
import type { RunStatus } from '../../../src/model/run-status.ts';
import { fixture, VIEWER } from '../../support/given/http/http-server.ts';
import { NOW, RUN } from '../../support/given/http/status-answers.ts';
import { allEvents } from '../../support/observe/events.ts';
import { inbox } from '../../support/observe/inbox.ts';
import { listenLocally } from '../../support/proxies/tcp-proxy.ts';

type Watcher = Parameters<HttpDependencies['progress']['watch']>[1];

function progress(status: RunStatus, more: Partial<Progress> = {}): Progress {
  const stage = status === 'applying' ? 'applying' : 'over';
  return { run: { ...RUN, status }, at: NOW, stage, rate: undefined, estimateSeconds: undefined, ...more };
}

/** A listening server whose watchers get their events from the test. */
async function listen(maxStreams = 10) {
  const watchers = inbox<Watcher>();
  const left = inbox<number>();
  const watch = (run: number, watcher: Watcher) => {
    watchers.put(watcher);
    return () => left.put(run);
  };
  const { app } = fixture({ progress: { watch }, maxStreams });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const get = (headers: Record<string, string> = {}, path = '/api/runs/7/events') =>
    fetch(`${url}${path}`, { headers: { ...VIEWER, ...headers } });
  return { app, watchers, left, get, [Symbol.asyncDispose]: () => app.close() };
}

describe('GET /api/runs/{id}/events', () => {
  it('sends each step with an increasing id, then the end, and closes', async () => {
    await using server = await listen();
    const answer = await server.get();
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const [watcher] = await server.watchers.count(1);
    watcher?.next(progress('applying', { rate: 12.5, estimateSeconds: 4 }));
    watcher?.next(progress('succeeded'));
    watcher?.end();
    const events = await allEvents(answer);
    expect(events.map(({ event, data }) => [event, data])).toEqual([
      ['run', { status: 'applying', stage: 'applying', counts: RUN.counts, rate: 12.5, estimateSeconds: 4 }],
      ['run', { status: 'succeeded', stage: 'over', counts: RUN.counts }],
      ['end', {}],
    ]);
    const [first, second] = events.map(({ id }) => id);
    expect(first).toBe(NOW.getTime());
    expect(second).toBeGreaterThan(first ?? 0);
    expect(await server.left.count(1)).toEqual([7]);
  });

  it('continues above the last id of the client, even if an earlier clock was ahead', async () => {
    const ahead = fixture({
      getRun: async () => ({ ...RUN, finishedAt: undefined }),
      progress: {
        watch(_run, watcher) {
          watcher.next(progress('succeeded'));
          watcher.end();
          return () => {};
        },
      },
    });
    const later = NOW.getTime() + 60_000;
    const url = await ahead.app.listen({ host: '127.0.0.1', port: 0 });
    const again = await fetch(`${url}/api/runs/7/events`, {
      headers: { ...VIEWER, 'last-event-id': String(later) },
    });
    const ids = (await allEvents(again)).map(({ id }) => id);
    expect(ids).toEqual([later + 1, later + 1]);
    await ahead.app.close();
  });

  it('answers 204 to a client that received the end, and sends the end to any other', async () => {
    const { app } = fixture();
    const url = '/api/runs/7/events';
    const ended = RUN.finishedAt?.getTime() ?? 0;
    const seen = await app.inject({ url, headers: { ...VIEWER, 'last-event-id': String(ended + 500) } });
    expect([seen.statusCode, seen.body]).toEqual([204, '']);
    for (const id of ['', '17', 'not-ours'])
      expect((await app.inject({ url, headers: { ...VIEWER, 'last-event-id': id } })).body).toContain(
        'event: end',
      );
  });

  it('needs a token and an existing run, and answers HEAD without a stream', async () => {
    const { app } = fixture();
    expect((await app.inject('/api/runs/7/events')).statusCode).toBe(401);
    const unknown = await app.inject({ url: '/api/runs/8/events', headers: VIEWER });
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'unknown_run']);
    const head = await app.inject({ method: 'HEAD', url: '/api/runs/7/events', headers: VIEWER });
    expect([head.statusCode, head.body, head.headers['content-type']]).toEqual([
      200,
      '',
      'text/event-stream; charset=utf-8',
    ]);
  });

  it('keeps at most the configured number of streams, and accepts the next when one closes', async () => {
    await using server = await listen(1);
    const first = await server.get();
    const refused = await server.get();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await refused.json()).toMatchObject({ code: 'too_many_streams' });
    await first.body?.cancel();
    await server.left.count(1);
    const next = await server.get();
    expect(next.status).toBe(200);
    await next.body?.cancel();
  });

  it('starts no stream for a client that disconnected while the run was loaded', async () => {
    const looks = inbox<() => void>();
    const watched = inbox<number>();
    const watch = (run: number) => {
      watched.put(run);
      return () => {};
    };
    const { app } = fixture({
      getRun: () => new Promise(resolve => looks.put(() => resolve({ ...RUN, finishedAt: undefined }))),
      maxStreams: 1,
      progress: { watch },
    });
    const gone = new Promise<void>(resolve => {
      app.server.once('connection', socket => socket.once('close', () => resolve()));
    });
    const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/api/runs/7/events`;
    const leaving = new AbortController();
    const left = fetch(url, { headers: VIEWER, signal: leaving.signal }).catch(() => 'left');
    const [found] = await looks.count(1);
    leaving.abort();
    await Promise.all([left, gone]);
    found?.();
    const next = fetch(url, { headers: VIEWER });
    (await looks.count(2))[1]?.();
    expect((await next).status).toBe(200);
    expect(await watched.count(1)).toEqual([7]);
    await app.close();
  });

  it('ends every stream when the server stops, without waiting', async () => {
    const server = await listen();
    const answers = await Promise.all([server.get(), server.get()]);
    const asked = performance.now();
    await server.app.close();
    expect(performance.now() - asked).toBeLessThan(2_000);
    for (const answer of answers) expect(await allEvents(answer)).toEqual([]);
  });
});

describe('openEventStream', () => {
  it('disconnects a client that does not read the end', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const errors: unknown[] = [];
    const given = inbox<true>();
    const server = createServer((_request, response) => {
      response.on('error', error => errors.push(error)).on('close', () => given.put(true));
      const stream = openEventStream(response, 0);
      // More than the kernel buffers for a client that does not read, in the data that ends the response.
      response.end('x'.repeat(50_000_000));
      stream.finish('end');
      vi.advanceTimersByTime(4 * 15_000);
    });
    const client = connect(await listenLocally(server), '127.0.0.1');
    client.pause();
    client.on('error', () => {});
    client.write('GET / HTTP/1.0\r\n\r\n');
    await given.count(1);
    expect(errors).toEqual([]);
    vi.useRealTimers();
    client.destroy();
    server.close();
  });

  it('keeps only the newest event and the end for a slow client', async () => {
    const streams = inbox<ReturnType<typeof openEventStream>>();
    const server = createServer((_request, response) => streams.put(openEventStream(response, 0)));
    const client = connect(await listenLocally(server), '127.0.0.1');
    client.pause();
    client.write('GET / HTTP/1.0\r\n\r\n');
    const [stream] = await streams.count(1);
    const padding = 'x'.repeat(1_000_000);
    for (let step = 1; step <= 200; step += 1) stream?.show('run', step, { step, padding });
    stream?.finish('end');
    const chunks: Buffer[] = [];
    client.on('data', chunk => chunks.push(chunk));
    client.resume();
    await once(client, 'end');
    const text = Buffer.concat(chunks).toString('utf8');
    const steps = [...text.matchAll(/"step":(\d+)/g)].map(match => Number(match[1]));
    expect(steps.length).toBeLessThan(50);
    expect(steps).toEqual(steps.toSorted((one, other) => one - other));
    expect(steps.at(-1)).toBe(200);
    expect(text.endsWith('event: end\nid: 200\ndata: {}\n\n')).toBe(true);
    client.destroy();
    server.close();
  });
});
