/** Admins can see the queues, and cannot change them. */
import { describe, expect, it } from 'vitest';
import { createLog } from '../../../../src/log.ts';
import { openQueue } from '../../../../src/queue/task-queue.ts';
import { ADMIN, fixture, VIEWER } from '../../../support/given/http/http-server.ts';
import { emptyDatabase } from '../../../support/servers/database.ts';
import { redisSettings } from '../../../support/servers/redis.ts';

const basic = (secret: string) => ({ authorization: `Basic ${btoa(`anybody:${secret}`)}` });

describe('GET /queues', () => {
  it.each([
    [ADMIN, 200],
    [basic('admin-secret'), 200],
    [VIEWER, 403],
    [basic('viewer-secret'), 403],
    [basic('wrong'), 401],
    [{ authorization: 'Basic %%%' }, 401],
    [{}, 401],
  ])('is for admins: %j is answered %i', async (headers, status) => {
    for (const url of ['/queues', '/queues/api/queues', '/queues/static/images/logo.svg']) {
      const answer = await fixture().app.inject({ url, headers });
      expect(answer.statusCode, url).toBe(status);
      if (status === 401) expect(answer.headers['www-authenticate']).toMatch(/^Basic realm=/);
    }
  });

  it('makes no requests to other hosts, and runs no script but its own', async () => {
    const answer = await fixture().app.inject({ url: '/queues', headers: ADMIN });
    expect(answer.body).toContain('Rollcall queues');
    expect(answer.body).not.toMatch(/(?:href|src)="(?:https?:)?\/\//);
    expect(answer.headers['content-security-policy']).toContain(
      "script-src 'self'; style-src 'self' 'unsafe-",
    );
    const elsewhere = await fixture().app.inject('/');
    expect(elsewhere.headers['content-security-policy']).not.toContain('unsafe');
  });

  it('accepts Basic authentication only here', async () => {
    const answer = await fixture().app.inject({ url: '/api/runs', headers: basic('admin-secret') });
    expect(answer.json()).toMatchObject({ status: 401, code: 'invalid_token' });
  });
});

describe.each(['redis', 'postgresql'])('a queue in %s', kind => {
  it('is shown with its tasks, and cannot be changed there', async () => {
    await using stack = new AsyncDisposableStack();
    const settings = {
      database: await emptyDatabase(),
      installation: 'one',
      ...(kind === 'redis' ? { redis: redisSettings() } : {}),
    };
    const queue = stack.adopt(await openQueue(settings, createLog({ level: 'silent' })), opened =>
      opened.close(),
    );
    await queue.enqueueRun(7);
    const { app } = fixture({ board: queue.board });
    const answer = await app.inject({
      url: '/queues/api/queues?activeQueue=runs&status=waiting',
      headers: ADMIN,
    });
    const [runs] = answer.json().queues;
    expect(runs).toMatchObject({ name: 'runs', readOnlyMode: true, counts: { waiting: 1 } });
    expect(runs.jobs).toMatchObject([{ id: 'run-7', data: { run: 7 } }]);
    for (const url of ['/queues/api/queues/runs/run-7/clean', '/queues/api/queues/runs/pause']) {
      const refused = await app.inject({ method: 'PUT', url, headers: ADMIN });
      expect(refused.statusCode, url).toBe(405);
    }
    expect(await queue.counts()).toMatchObject({ waiting: 1 });
  });
});
