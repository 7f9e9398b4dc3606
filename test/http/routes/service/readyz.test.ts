/** The readiness endpoint shows reasons to holders of a token only, and logs each finding once. */
import { describe, expect, it, vi } from 'vitest';
import { UnavailableError } from '../../../../src/errors.ts';
import type { Finding } from '../../../../src/model/run.ts';
import { fixture, VIEWER } from '../../../support/given/http/http-server.ts';

const DOWN: Finding = {
  subject: 'PostgreSQL',
  level: 'fail',
  message: 'db.internal:5432 refuses the connection',
  fix: 'Start it.',
};
const OLD: Finding = {
  subject: 'migrations',
  level: 'fail',
  message: '2 pending',
  fix: 'rollcall migrate up',
};
const SLOW: Finding = { subject: 'Redis', level: 'warn', message: 'slow' };

describe('GET /readyz', () => {
  it('is ready with warnings', async () => {
    const answer = await fixture({ readiness: async () => [SLOW] }).app.inject('/readyz');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ status: 'ready' });
  });

  it('answers 503 with only the subjects without a token', async () => {
    const answer = await fixture({ readiness: async () => [DOWN, SLOW, OLD] }).app.inject('/readyz');
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toEqual({
      title: 'Service Unavailable',
      status: 503,
      code: 'not_ready',
      detail: 'Not ready: PostgreSQL, migrations.',
      reasons: [{ subject: 'PostgreSQL' }, { subject: 'migrations' }],
    });
  });

  it('answers 503 with reasons and fixes to a valid token', async () => {
    const { app } = fixture({ readiness: async () => [DOWN] });
    const answer = await app.inject({ url: '/readyz', headers: VIEWER });
    expect(answer.json().reasons).toEqual([
      { subject: 'PostgreSQL', message: 'db.internal:5432 refuses the connection', fix: 'Start it.' },
    ]);
  });

  it('logs a finding and its end once, for any number of requests', async () => {
    let findings: Finding[] = [];
    const { app, lines } = fixture({ readiness: async () => findings });
    for (const now of [[], [DOWN], [DOWN], [DOWN], [], []]) {
      findings = now;
      await app.inject('/readyz');
    }
    const facts = lines.map(line => JSON.parse(line)).filter(line => line.msg.includes('ready'));
    expect(facts.map(({ msg }) => msg)).toEqual(['not ready', 'ready again']);
    expect(facts[0].failures).toEqual([DOWN]);
  });

  it('answers 503 if the check itself fails', async () => {
    const readiness = async () => {
      throw new UnavailableError('connect ECONNREFUSED db.internal');
    };
    const answer = await fixture({ readiness }).app.inject('/readyz');
    expect(answer.json()).toMatchObject({ status: 503, code: 'unavailable' });
    expect(answer.body).not.toContain('db.internal');
  });

  it('answers 503 after five seconds when the check hangs', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { app } = fixture({
        readiness: () => {
          setImmediate(() => vi.advanceTimersByTime(5_001));
          return new Promise(() => undefined);
        },
      });
      expect((await app.inject('/readyz')).json()).toMatchObject({ status: 503, code: 'unavailable' });
    } finally {
      vi.useRealTimers();
    }
  });
});
