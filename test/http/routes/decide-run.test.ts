/** Held runs are approved and rejected over HTTP, bound to the digest that was shown. */
import { describe, expect, it } from 'vitest';
import { RefusedError } from '../../../src/errors.ts';
import type { DecisionRequest } from '../../../src/model/run.ts';
import { ADMIN, fixture, VIEWER } from '../../support/given/http/http-server.ts';
import { RUN } from '../../support/given/http/status-answers.ts';

const DIGEST = 'a'.repeat(64);
const POST = { method: 'POST', headers: ADMIN } as const;
const APPROVE = { ...POST, url: '/api/runs/7/approve', payload: { reason: 'as planned', digest: DIGEST } };
const REJECT = { ...POST, url: '/api/runs/7/reject', payload: { reason: 'a mistake' } };

const over = async () => {
  throw new RefusedError('plan_changed', 'run 7 holds other removals than those of the digest');
};

describe('POST /api/runs/{id}/approve', () => {
  it('answers 202 with the run that applies the approved changes, and its Location', async () => {
    const asked: (DecisionRequest & { id: number })[] = [];
    const { app, lines } = fixture({
      approveRun: async (id, deciding) => {
        asked.push({ id, ...deciding });
        return { ...RUN, id: 9, status: 'queued', approves: id };
      },
    });
    const answer = await app.inject(APPROVE);
    expect(answer.statusCode).toBe(202);
    expect(answer.headers.location).toBe('/api/runs/9');
    expect(answer.json()).toMatchObject({ id: 9, status: 'queued', approves: 7 });
    expect(asked).toEqual([{ id: 7, by: 'ops', reason: 'as planned', digest: DIGEST }]);
    expect(lines.join('')).toContain('"msg":"held run approved"');
  });

  it('takes the ids of some groups', async () => {
    const asked: DecisionRequest[] = [];
    const { app } = fixture({
      approveRun: async (id, deciding) => {
        asked.push(deciding);
        return { ...RUN, id: 9, status: 'queued', approves: id, approvedGroups: [17, 18] };
      },
    });
    const payload = { reason: 'as planned', digest: DIGEST, groups: [17, 18] };
    const answer = await app.inject({ ...APPROVE, payload });
    expect(answer.json()).toMatchObject({ id: 9, approvedGroups: [17, 18] });
    expect(asked).toMatchObject([{ groups: [17, 18] }]);
  });

  it('answers 409 if the held removals have changed since they were shown (D8)', async () => {
    const answer = await fixture({ approveRun: over }).app.inject(APPROVE);
    expect(answer.json()).toMatchObject({ status: 409, code: 'plan_changed' });
    expect(answer.json().detail).toBe('Run 7 holds other removals than those of the digest.');
  });

  it.each([
    [{ digest: DIGEST }, '/reason'],
    [{ reason: '', digest: DIGEST }, '/reason'],
    [{ reason: 'yes' }, '/digest'],
    [{ reason: 'yes', digest: 'A'.repeat(64) }, '/digest'],
    [{ reason: 'yes', digest: DIGEST, by: 'somebody' }, ''],
    [{ reason: 'yes', digest: DIGEST, groups: [] }, '/groups'],
    [{ reason: 'yes', digest: DIGEST, groups: ['platform/eng'] }, '/groups/0'],
  ])('answers 400 for %j', async (payload, path) => {
    const answer = await fixture({ approveRun: over }).app.inject({ ...APPROVE, payload });
    expect(answer.json()).toMatchObject({ code: 'invalid_request', issues: [{ in: 'body', path }] });
  });
});

describe('POST /api/runs/{id}/reject', () => {
  it('answers 200 with the closed run; the digest is optional', async () => {
    const asked: (DecisionRequest & { id: number })[] = [];
    const { app } = fixture({
      rejectRun: async (id, deciding) => {
        asked.push({ id, ...deciding });
        return { ...RUN, status: 'rejected' };
      },
    });
    const answer = await app.inject(REJECT);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ id: 7, status: 'rejected', decision: { reason: 'as planned' } });
    await app.inject({ ...REJECT, payload: { reason: 'a mistake', digest: DIGEST } });
    expect(asked).toEqual([
      { id: 7, by: 'ops', reason: 'a mistake' },
      { id: 7, by: 'ops', reason: 'a mistake', digest: DIGEST },
    ]);
  });

  it('answers 409 if the run can no longer be decided', async () => {
    const answer = await fixture({ rejectRun: over }).app.inject(REJECT);
    expect(answer.json()).toMatchObject({ status: 409, code: 'plan_changed' });
  });
});

describe.each([APPROVE, REJECT])('POST $url', request => {
  it('answers 404 for an unknown run', async () => {
    const url = request.url.replace('7', '8');
    expect((await fixture().app.inject({ ...request, url })).json()).toMatchObject({ code: 'unknown_run' });
  });

  it('is for admins', async () => {
    const refused = { approveRun: over, rejectRun: over };
    const answer = await fixture(refused).app.inject({ ...request, headers: VIEWER });
    expect(answer.json()).toMatchObject({ status: 403, code: 'admin_required' });
  });
});
