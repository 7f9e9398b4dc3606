/** A run is reverted over HTTP after a preview. */
import { describe, expect, it } from 'vitest';
import { NotFoundError, RefusedError } from '../../../src/errors.ts';
import type { AuditOperations } from '../../../src/model/operations/audit.ts';
import type { DecisionRequest } from '../../../src/model/run.ts';
import { auditAnswers, REVERTING } from '../../support/given/http/audit-answers.ts';
import { ADMIN, fixture, VIEWER } from '../../support/given/http/http-server.ts';
import { RUN } from '../../support/given/http/status-answers.ts';

const HELD = { ...RUN, id: 9, status: 'held', reverts: RUN.id, revertReason: 'by mistake' } as const;

function revert(
  payload: object,
  revert: AuditOperations['revert'] = async () => HELD,
  headers: object = ADMIN,
) {
  const { app } = fixture({ audit: { ...auditAnswers(), revert } });
  return app.inject({ method: 'POST', url: '/api/runs/7/revert', headers: { ...headers }, payload });
}

describe('POST /api/runs/{id}/revert', () => {
  it('answers a preview if it is requested, and does nothing', async () => {
    const never = async () => expect.fail('nothing was to be done');
    const answer = await revert({ reason: 'by mistake', preview: true }, never);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual(REVERTING);
  });

  it('reverts the run for the token, and answers with the run that does it', async () => {
    const asked: [number, DecisionRequest][] = [];
    const digest = 'a'.repeat(64);
    const answer = await revert({ reason: 'by mistake', digest }, async (id, deciding) => {
      asked.push([id, deciding]);
      return HELD;
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers.location).toBe('/api/runs/9');
    expect(answer.json()).toMatchObject({ id: 9, status: 'held', reverts: 7, revertReason: 'by mistake' });
    expect(asked).toEqual([[7, { by: 'ops', reason: 'by mistake', digest }]]);
  });

  it('answers with the preview if there is nothing to revert', async () => {
    const answer = await revert({ reason: 'by mistake' }, async () => undefined);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual(REVERTING);
  });

  it.each([
    [new RefusedError('plan_changed', 'it has changed'), 409, 'plan_changed'],
    [new RefusedError('precondition_failed', 'run 7 goes on'), 412, 'precondition_failed'],
    [new NotFoundError('there is no run 7'), 404, undefined],
  ])('%s is answered with its code', async (error, status, code) => {
    const answer = await revert({ reason: 'by mistake' }, async () => {
      throw error;
    });
    expect(answer.statusCode).toBe(status);
    if (code !== undefined) expect(answer.json()).toMatchObject({ code });
  });

  it('needs a reason, and an admin', async () => {
    expect((await revert({})).statusCode).toBe(400);
    expect((await revert({ reason: 'x', digest: 'short' })).statusCode).toBe(400);
    expect((await revert({ reason: 'x' }, undefined, VIEWER)).statusCode).toBe(403);
  });
});
