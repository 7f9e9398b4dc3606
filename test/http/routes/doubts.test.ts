/** Doubts are listed and decided over HTTP. */
import { describe, expect, it } from 'vitest';
import { RefusedError } from '../../../src/errors.ts';
import type { DoubtOperations } from '../../../src/model/operations/doubts.ts';
import { DOUBT, doubtAnswers } from '../../support/given/http/doubt-answers.ts';
import { ADMIN, fixture, PERSONAL, VIEWER } from '../../support/given/http/http-server.ts';
import { RUN } from '../../support/given/http/status-answers.ts';

const BODY = { decision: 'remove', reason: 'she left' };

function open(more: Partial<DoubtOperations> = {}) {
  const asked: unknown[] = [];
  const answers = doubtAnswers({ ...RUN, id: 8, status: 'queued' });
  const doubts: DoubtOperations = {
    list(request) {
      asked.push(request);
      return answers.list(request);
    },
    decide(deciding) {
      asked.push(deciding);
      return more.decide === undefined ? answers.decide(deciding) : more.decide(deciding);
    },
  };
  return { ...fixture({ doubts }), asked };
}

const decide = (api: ReturnType<typeof open>, payload: object, headers = ADMIN) =>
  api.app.inject({ method: 'POST', url: '/api/groups/3/doubts/ada.lovelace', payload, headers });

describe('GET /api/doubts', () => {
  it('answers a viewer with complete doubts and the next cursor', async () => {
    const api = open();
    const answer = await api.app.inject({ url: '/api/doubts', headers: VIEWER });
    expect(answer.json().items).toEqual([
      expect.objectContaining({ ...DOUBT, since: '2026-03-01T09:00:00.000Z', endsByReading: true }),
    ]);
    const { next } = answer.json();
    const url = `/api/doubts?directory=corp&kind=unreadable&limit=1&cursor=${next}`;
    expect((await api.app.inject({ url, headers: VIEWER })).statusCode).toBe(200);
    expect(api.asked.at(-1)).toEqual({
      directories: ['corp'],
      kind: 'unreadable',
      limit: 1,
      after: ['platform', 'eng', 'ada.lovelace'],
    });
  });

  it('refuses unknown kinds', async () => {
    const answer = await open().app.inject({ url: '/api/doubts?kind=odd', headers: VIEWER });
    expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_request' });
  });
});

describe('POST /api/groups/{id}/doubts/{username}', () => {
  it('answers `remove` with the queued run, recorded for the token', async () => {
    const api = open();
    const answer = await decide(api, BODY);
    expect(answer.statusCode).toBe(202);
    expect(answer.headers['location']).toBe('/api/runs/8');
    expect(answer.json()).toMatchObject({ id: 8, status: 'queued' });
    expect(api.asked).toEqual([{ accessGroupId: 3, usernames: ['ada.lovelace'], by: 'ops', ...BODY }]);
    const logged = api.lines.filter(line => line.includes('doubt decided')).join();
    expect(logged).not.toBe('');
    expect(PERSONAL.slice(0, 3).filter(word => logged.includes(word))).toEqual([]);
    expect(logged).not.toContain('she left');
  });

  it('answers `keep` without a run', async () => {
    const answer = await decide(open(), { ...BODY, decision: 'keep' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ accessGroupId: 3, username: 'ada.lovelace', decision: 'keep' });
  });

  it.each([
    ['unknown_doubt', 404],
    ['already_decided', 409],
    ['frozen_group', 409],
  ] as const)('answers %s as %i', async (code, status) => {
    const refuse = async () => {
      throw new RefusedError(code, 'it is over');
    };
    const answer = await decide(open({ decide: refuse }), BODY);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ status, code, detail: 'It is over.' });
  });

  it('needs a reason and one of the two decisions', async () => {
    const api = open();
    for (const body of [{ decision: 'remove' }, { ...BODY, reason: ' ' }, { ...BODY, decision: 'maybe' }])
      expect((await decide(api, body)).statusCode).toBe(400);
    expect((await decide(api, BODY, VIEWER)).statusCode).toBe(403);
    expect(api.asked).toEqual([]);
  });
});
