/** The status shows everything to a viewer, and only names and ages without a token. */
import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../../src/errors.ts';
import { fixture, VIEWER } from '../../../support/given/http/http-server.ts';
import { CORP, NOW, RUN, STATUS } from '../../../support/given/http/status-answers.ts';

describe('GET /api/processes', () => {
  it('answers with the processes of the status', async () => {
    const { app } = fixture();
    const { processes } = (await app.inject({ url: '/api/status', headers: VIEWER })).json();
    const answer = await app.inject({ url: '/api/processes', headers: VIEWER });
    expect(answer.json()).toEqual({ items: processes, next: null });
    expect(processes).not.toEqual([]);
  });
});

describe('GET /api/status', () => {
  it('shows only names, status and age of the last run without a token', async () => {
    const answer = await fixture().app.inject('/api/status');
    expect(answer.json()).toEqual({
      directories: [
        { name: 'corp', lastRun: { status: 'failed' }, lastRunAgeSeconds: 60, lastSuccessAgeSeconds: 3600 },
        { name: 'new' },
      ],
    });
  });

  it('shows a viewer everything, with dates as ISO strings, and leaves out unknown values', async () => {
    const answer = await fixture().app.inject({ url: '/api/status', headers: VIEWER });
    const known = JSON.parse(JSON.stringify(STATUS));
    expect(answer.json()).toEqual({
      ...known,
      caller: { name: 'grafana', role: 'viewer', signIn: 'token' },
      directories: [
        { ...known.directories[0], lastRunAgeSeconds: 60, lastSuccessAgeSeconds: 3600 },
        known.directories[1],
      ],
    });
    expect(answer.json().directories[0].nextRunAt).toBe('2026-03-01T12:15:00.000Z');
  });

  it('leaves the queue out if it does not answer', async () => {
    const { app } = fixture({ status: async () => ({ ...STATUS, queue: undefined }) });
    const answer = await app.inject({ url: '/api/status', headers: VIEWER });
    expect(answer.json()).not.toHaveProperty('queue');
    expect(answer.json().directories).toHaveLength(2);
  });

  it('counts the age of an active run from its start', async () => {
    const lastRun = { ...RUN, status: 'reading' as const, finishedAt: undefined };
    const { app } = fixture({ status: async () => ({ ...STATUS, directories: [{ ...CORP, lastRun }] }) });
    const [corp] = (await app.inject('/api/status')).json().directories;
    expect(corp).toMatchObject({ lastRun: { status: 'reading' }, lastRunAgeSeconds: 120 });
  });

  it('shows no negative age when the clock of the database is ahead', async () => {
    const lastSuccessAt = new Date(NOW.getTime() + 3_000);
    const { app } = fixture({
      status: async () => ({ ...STATUS, directories: [{ ...CORP, lastSuccessAt }] }),
    });
    const [corp] = (await app.inject('/api/status')).json().directories;
    expect(corp.lastSuccessAgeSeconds).toBe(0);
  });

  it('answers 503 while PostgreSQL is unavailable, and logs the reason', async () => {
    const status = async () => {
      throw new UnavailableError('db.internal does not answer');
    };
    const { app, lines } = fixture({ status });
    const answer = await app.inject('/api/status');
    expect(answer.json()).toMatchObject({ status: 503, code: 'unavailable' });
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.body).not.toContain('db.internal');
    expect(lines.join('')).toContain('db.internal does not answer');
  });
});
