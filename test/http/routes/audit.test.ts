/** The audit is listed in pages, filtered, exported and followed by cursor. */
import { describe, expect, it } from 'vitest';
import type { AuditRequest } from '../../../src/model/audit.ts';
import { auditAnswers, ENTRY } from '../../support/given/http/audit-answers.ts';
import { fixture, VIEWER } from '../../support/given/http/http-server.ts';

const SHOWN = {
  at: '2026-03-01T11:58:30.000Z',
  kind: 'member',
  action: 'add',
  runId: 7,
  team: 'platform',
  group: 'eng',
  groupId: 3,
  username: 'ada.lovelace',
  directory: 'corp',
  reason: 'member',
};

function ask(url: string, headers = {}, method: 'GET' | 'HEAD' = 'GET') {
  const asked: Partial<AuditRequest>[] = [];
  const { app } = fixture({ audit: auditAnswers(asked) });
  return { asked, answer: app.inject({ method, url, headers: { ...VIEWER, ...headers } }) };
}

const cursor = (key: readonly unknown[]) => Buffer.from(JSON.stringify(key)).toString('base64url');

describe('GET /api/audit', () => {
  it('answers a page with the cursor of the next', async () => {
    const first = await ask('/api/audit?limit=1').answer;
    expect(first.json()).toEqual({ items: [SHOWN], next: expect.any(String) });
    const second = ask(`/api/audit?cursor=${first.json().next}`);
    expect((await second.answer).statusCode).toBe(200);
    expect(second.asked).toEqual([{ limit: 50, after: [1_772_366_310_000_001, 'member', 12] }]);
  });

  it('filters by user, group, run and time', async () => {
    const { asked, answer } = ask(
      '/api/audit?user=ada&team=platform&group=eng&run=7&since=2026-03-01T00:00:00Z&until=2026-03-02T00:00:00%2B01:00',
    );
    expect((await answer).statusCode).toBe(200);
    expect(asked).toMatchObject([
      {
        user: 'ada',
        team: 'platform',
        group: 'eng',
        run: 7,
        since: new Date('2026-03-01T00:00:00Z'),
        until: new Date('2026-03-01T23:00:00Z'),
      },
    ]);
  });

  it('streams everything as JSON Lines on request', async () => {
    const { asked, answer } = ask('/api/audit?user=ada', { accept: 'application/jsonl' });
    const { headers, body } = await answer;
    expect(headers['content-type']).toMatch(/^application\/jsonl/);
    expect(
      body
        .split('\n')
        .slice(0, 2)
        .map(line => JSON.parse(line)),
    ).toEqual([SHOWN, { ...SHOWN, action: 'remove' }]);
    expect(body.endsWith('\n')).toBe(true);
    expect(asked).toEqual([{ user: 'ada' }]);
  });

  it('streams everything as CSV on request', async () => {
    const { asked, answer } = ask('/api/audit?user=ada', { accept: 'text/csv' });
    const { headers, body } = await answer;
    expect(headers).toMatchObject({
      'content-type': expect.stringMatching(/^text\/csv/),
      'content-disposition': 'attachment; filename="audit.csv"',
    });
    expect(body.split('\r\n').slice(0, 2)).toEqual([
      'at,kind,action,team,group,groupId,previousName,username,directory,runId,actor,databaseRole,reason',
      '2026-03-01T11:58:30.000Z,member,add,platform,eng,3,,ada.lovelace,corp,7,,,member',
    ]);
    expect(asked).toEqual([{ user: 'ada' }]);
  });

  it('refuses CSV after a cursor, because its lines have none', async () => {
    expect((await ask('/api/audit?after=start', { accept: 'text/csv' }).answer).statusCode).toBe(400);
  });

  it('streams the entries after a cursor, each with its own cursor (G32)', async () => {
    const lines = { accept: 'application/jsonl' };
    const { asked, answer } = ask('/api/audit?user=ada&after=4711-member-12', lines);
    expect(JSON.parse((await answer).body)).toEqual({ ...SHOWN, cursor: '4711-member-12 and on' });
    expect(asked).toEqual([{ user: 'ada' }]);
  });

  it('refuses a page after a cursor of the stream, and says how to request it', async () => {
    const answer = await ask('/api/audit?after=start').answer;
    expect(answer.statusCode).toBe(400);
    expect(answer.json().detail).toContain('Accept: application/jsonl');
  });

  it('answers HEAD with the headers, and reads nothing', async () => {
    const { asked, answer } = ask('/api/audit', { accept: 'application/jsonl' }, 'HEAD');
    const { statusCode, headers, body } = await answer;
    expect([statusCode, headers['content-type'], body]).toEqual([200, 'application/jsonl', '']);
    expect(asked).toEqual([]);
  });

  it('aborts a stream that fails, so that no client takes it for complete', async () => {
    const stream = async function* () {
      yield ENTRY;
      throw new Error('the database went away');
    };
    const { app } = fixture({ audit: { ...auditAnswers(), stream } });
    const broken = app.inject({ url: '/api/audit', headers: { ...VIEWER, accept: 'application/jsonl' } });
    await expect(broken).rejects.toThrow();
  });

  it.each([
    '/api/audit?group=eng',
    '/api/audit?since=yesterday',
    '/api/audit?run=x',
    '/api/audit?cursor=WzFd',
    '/api/audit?who=ada',
    '/api/audit?after=yesterday',
    `/api/audit?cursor=${cursor(['2026-13-45 00:00:00+00', 'member', 12])}`,
    `/api/audit?cursor=${cursor([1e300, 'member', 12])}`,
    `/api/audit?cursor=${cursor([1, 'person', 12])}`,
    '/api/audit?since=0000-01-01T00:00:00Z',
  ])('%s is refused', async url => {
    const refused = await ask(url).answer;
    expect(refused.statusCode).toBe(400);
    expect(refused.json()).toMatchObject({ code: 'invalid_request' });
  });

  it('needs a token', async () => {
    expect((await fixture().app.inject({ url: '/api/audit' })).statusCode).toBe(401);
  });
});
