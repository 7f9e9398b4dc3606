/** What waits for a decision, over HTTP. */
import { describe, expect, it } from 'vitest';
import type { DecisionRequest } from '../../../src/model/run.ts';
import { ADMIN, fixture, VIEWER } from '../../support/given/http/http-server.ts';
import { RUN } from '../../support/given/http/status-answers.ts';
import { HELD_PLAN } from '../../support/given/http/waiting-answers.ts';

const { app } = fixture();
const ask = (url: string) => app.inject({ url, headers: VIEWER });

describe('GET /api/waiting', () => {
  it('answers with each held plan once, complete, whatever number of runs found it', async () => {
    const answer = await ask('/api/waiting');
    expect(answer.json()).toEqual({
      items: [expect.objectContaining({ digest: HELD_PLAN.digest, run: 41, groups: 3, removals: 18_797 })],
      next: null,
    });
  });

  it('answers for one directory', async () => {
    expect((await ask('/api/waiting?directory=new')).json()).toEqual({ items: [], next: null });
  });
});

describe('GET /api/waiting/{digest}', () => {
  it('answers with one plan', async () => {
    const answer = await ask(`/api/waiting/${HELD_PLAN.digest}`);
    expect(answer.json()).toMatchObject({
      state: 'waiting',
      seen: { runs: 62 },
      decisions: ['approve', 'reject'],
    });
  });

  it('refuses a digest that no kept run held', async () => {
    const answer = await ask(`/api/waiting/${'b'.repeat(64)}`);
    expect(answer.json()).toMatchObject({ status: 404, code: 'unknown_plan' });
  });
});

describe('POST /api/waiting/{digest}/approve and /reject', () => {
  const decide = (decision: string, digest = HELD_PLAN.digest) => {
    const asked: (DecisionRequest & { id: number })[] = [];
    const answer = async (id: number, request: DecisionRequest) => {
      asked.push({ id, ...request });
      return { ...RUN, id: 9 };
    };
    const url = `/api/waiting/${digest}/${decision}`;
    const payload = { reason: 'as planned' };
    const { app } = fixture({ approveRun: answer, rejectRun: answer });
    return { asked, answer: app.inject({ method: 'POST', headers: ADMIN, url, payload }) };
  };

  it.each([
    ['approve', 202],
    ['reject', 200],
  ])('%s decides about the run that holds the plan', async (decision, status) => {
    const { asked, answer } = decide(decision);
    expect((await answer).statusCode).toBe(status);
    expect(asked).toEqual([{ id: HELD_PLAN.run, by: 'ops', reason: 'as planned', digest: HELD_PLAN.digest }]);
  });

  it('refuses a digest that no kept run held', async () => {
    const { asked, answer } = decide('approve', 'b'.repeat(64));
    expect((await answer).json()).toMatchObject({ status: 404, code: 'unknown_plan' });
    expect(asked).toEqual([]);
  });
});
