/** Runs and their changes are listed over HTTP. */
import { describe, expect, it } from 'vitest';
import type { AuditOperations } from '../../../src/model/operations/audit.ts';
import type { RunPage } from '../../../src/model/operations/runs.ts';
import type { Run } from '../../../src/model/run.ts';
import { auditAnswers, CHANGE, MEMBER } from '../../support/given/http/audit-answers.ts';
import { fixture, VIEWER } from '../../support/given/http/http-server.ts';
import { RUN } from '../../support/given/http/status-answers.ts';

const GET = { method: 'GET', headers: VIEWER } as const;

/** Runs 1 to `count`, newest first, as the database pages them. */
function history(count: number): (page: RunPage) => Promise<Run[]> {
  const all = Array.from({ length: count }, (_, index) => ({ ...RUN, id: count - index }));
  return async ({ limit, before = Number.POSITIVE_INFINITY }) =>
    all.filter(run => run.id < before).slice(0, limit);
}

describe('GET /api/runs', () => {
  it('shows every field of a run, dates as ISO strings', async () => {
    const answer = await fixture().app.inject({ ...GET, url: '/api/runs' });
    const shown = [JSON.parse(JSON.stringify(RUN))];
    expect(answer.json()).toEqual({ items: shown, next: null, runs: shown });
  });

  it('pages through all runs once, and ends without a cursor', async () => {
    const { app } = fixture({ listRuns: history(7) });
    const seen: number[] = [];
    let query = '';
    for (let pages = 1; ; pages++) {
      const { items, next } = (await app.inject({ ...GET, url: `/api/runs?limit=3${query}` })).json();
      seen.push(...items.map((run: Run) => run.id));
      if (next === null) {
        expect(pages).toBe(3);
        break;
      }
      query = `&cursor=${next}`;
    }
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  it('answers runs and changes also in the shape of version 0.1', async () => {
    const { app } = fixture({ listRuns: history(3) });
    const runs = (await app.inject({ ...GET, url: '/api/runs?limit=2' })).json();
    expect(runs).toMatchObject({ runs: runs.items, nextCursor: runs.next });
    const changes = (await app.inject({ ...GET, url: '/api/runs/7/changes' })).json();
    expect(changes.changes).toEqual(changes.items);
  });

  it('has no further page if the last one is exactly full', async () => {
    const { app } = fixture({ listRuns: history(3) });
    const answer = (await app.inject({ ...GET, url: '/api/runs?limit=3' })).json();
    expect(answer.items).toHaveLength(3);
    expect(answer.next).toBeNull();
    expect(answer).not.toHaveProperty('nextCursor');
  });

  it('shows fifty runs by default, and filters by directory and status (G86)', async () => {
    const pages: RunPage[] = [];
    const { app } = fixture({
      listRuns: async page => {
        pages.push(page);
        return [];
      },
    });
    await app.inject({ ...GET, url: '/api/runs?directory=corp' });
    expect(pages).toEqual([{ directory: 'corp', limit: 51 }]);
    await app.inject({ ...GET, url: '/api/runs?status=held&limit=1' });
    expect(pages.at(-1)).toEqual({ status: 'held', limit: 2 });
  });

  it.each([
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['limit=-1', '/limit'],
    ['limit=1e1', '/limit'],
    ['limit=ten', '/limit'],
    ['limit=', '/limit'],
    ['limit=1&limit=2', '/limit'],
    ['cursor=x', '/cursor'],
    ['cursor=99999999999', '/cursor'],
    ['directory=', '/directory'],
    ['status=waiting', '/status'],
    ['directory=a%00b', '/directory'],
    ['direcotry=corp', ''],
  ])('answers 400 for ?%s', async (query, path) => {
    const answer = await fixture().app.inject({ ...GET, url: `/api/runs?${query}` });
    expect(answer.json()).toMatchObject({
      status: 400,
      code: 'invalid_request',
      issues: [{ in: 'query', path }],
    });
  });
});

describe('GET /api/runs/{id}', () => {
  it('shows the run', async () => {
    const answer = await fixture().app.inject({ ...GET, url: '/api/runs/7' });
    expect(answer.json()).toEqual(JSON.parse(JSON.stringify(RUN)));
  });

  it.each(['/api/runs/8', '/api/runs/8/changes'])('%s: 404 if it does not exist', async url => {
    const answer = await fixture().app.inject({ ...GET, url });
    expect(answer.json()).toMatchObject({
      status: 404,
      code: 'unknown_run',
      detail: 'Run 8 does not exist.',
    });
  });

  it.each(['', '0', '-1', '1.5', '0x7', '07', '%207', 'seven', '2147483648'])(
    'answers 400 for the id %j',
    async id => {
      const answer = await fixture().app.inject({ ...GET, url: `/api/runs/${id}` });
      expect(answer.json()).toMatchObject({
        code: 'invalid_request',
        issues: [{ in: 'params', path: '/id' }],
      });
    },
  );
});

describe('GET /api/runs/{id}/changes', () => {
  it('shows every field of a change', async () => {
    const answer = await fixture().app.inject({ ...GET, url: '/api/runs/7/changes' });
    expect(answer.json()).toEqual({ items: [CHANGE], next: null, changes: [CHANGE] });
  });

  it('pages through all changes in order', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const runChanges: AuditOperations['runChanges'] = async (_run, { limit, after: [row] = [-1] }) => {
      const from = row + 1;
      const items = names.slice(from, from + limit).map(name => ({ ...CHANGE, name }));
      return { items, next: from + limit < names.length ? [from + limit - 1] : undefined };
    };
    const { app } = fixture({ audit: { ...auditAnswers(), runChanges } });
    const first = (await app.inject({ ...GET, url: '/api/runs/7/changes?limit=4' })).json();
    const rest = (
      await app.inject({ ...GET, url: `/api/runs/7/changes?limit=4&cursor=${first.next}` })
    ).json();
    const shown = [...first.items, ...rest.items].map(change => change.name);
    expect(shown).toEqual(names);
    expect(rest.next).toBeNull();
  });

  it('passes the search and the filter on', async () => {
    const asked: unknown[] = [];
    const runChanges: AuditOperations['runChanges'] = async (...wanted) => {
      asked.push(wanted);
      return { items: [], next: undefined };
    };
    const { app } = fixture({ audit: { ...auditAnswers(), runChanges } });
    await app.inject({ ...GET, url: '/api/runs/7/changes?search=eng&held=true&limit=2' });
    expect(asked).toEqual([[7, { limit: 2, after: [-1], search: 'eng', held: true }]]);
  });
});

describe('GET /api/runs/{id}/members', () => {
  it('shows the users whom the run added and removed, with the next cursor', async () => {
    const { app } = fixture();
    const answer = await app.inject({ ...GET, url: '/api/runs/7/members?search=ada' });
    const at = MEMBER.at?.toISOString();
    expect(answer.json()).toEqual({ items: [{ ...MEMBER, at }], next: expect.any(String) });
    const next = await app.inject({ ...GET, url: `/api/runs/7/members?cursor=${answer.json().next}` });
    expect(next.statusCode).toBe(200);
    expect((await app.inject({ ...GET, url: '/api/runs/7/members?cursor=x' })).statusCode).toBe(400);
    expect((await app.inject({ ...GET, url: '/api/runs/8/members' })).statusCode).toBe(404);
  });
});
