/** Lists are read page by page, with filters and cursors. */
import { describe, expect, it } from 'vitest';
import type { GroupFilter } from '../../../src/model/access.ts';
import { ACCESS, GROUP } from '../../support/given/http/access-answers.ts';
import { ADMIN, fixture, VIEWER } from '../../support/given/http/http-server.ts';

const GET = { method: 'GET', headers: VIEWER } as const;

/** Groups of these names, as the database pages them. */
function groupsNamed(names: readonly string[], requests: GroupFilter[] = []) {
  const all = names.map((name, index) => ({ ...GROUP, name, id: index + 1 }));
  return fixture({
    access: {
      ...ACCESS,
      async listGroups(request) {
        requests.push(request);
        const from =
          request.after === undefined ? 0 : all.findIndex(group => group.name === request.after?.[0]) + 1;
        const items = all.slice(from, from + request.limit);
        const last = items.at(-1);
        return { items, next: last && from + request.limit < all.length ? [last.name, last.id] : undefined };
      },
    },
  });
}

describe('a list', () => {
  it('is read page by page to its end, with long and unusual names', async () => {
    const names = ['a', 'b/c', '日本', '🚀'.repeat(64), '{"x":1}', "'", 'z'];
    const { app } = groupsNamed(names);
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { items, next } = (await app.inject({ ...GET, url: `/api/groups?limit=2${cursor}` })).json();
      seen.push(...items.map((group: { name: string }) => group.name));
      if (next === null) break;
      expect(next).toMatch(/^[\w-]+$/);
      cursor = `&cursor=${next}`;
    }
    expect(seen).toEqual(names);
  });

  it('passes filters on unchanged, and leaves out missing ones', async () => {
    const requests: GroupFilter[] = [];
    const { app } = groupsNamed([], requests);
    await app.inject({ ...GET, url: '/api/groups?search=eng%20api&state=waiting&directory=corp' });
    await app.inject({ ...GET, url: '/api/teams/platform/groups' });
    expect(requests).toEqual([
      { limit: 50, after: undefined, search: 'eng api', state: 'waiting', directory: 'corp' },
      { limit: 50, after: undefined, team: 'platform' },
    ]);
  });

  it.each([
    ['/api/groups?cursor=nonsense', '/cursor'],
    [`/api/groups?cursor=${Buffer.from('["only a name"]').toString('base64url')}`, '/cursor'],
    [`/api/groups?cursor=${Buffer.from('["a",1e99]').toString('base64url')}`, '/cursor'],
    [`/api/users?cursor=${Buffer.from('["a\\u0000"]').toString('base64url')}`, '/cursor'],
    [`/api/runs/7/members?cursor=${Buffer.from('[2147483648,0,"a",1]').toString('base64url')}`, '/cursor'],
    [`/api/runs/7/members?cursor=${Buffer.from('[1,0,"a",2147483648]').toString('base64url')}`, '/cursor'],
    ['/api/projects/platform/api/access?at=0000-12-31T23:59:59Z', '/at'],
    ['/api/groups?limit=201', '/limit'],
    ['/api/groups?state=linked', '/state'],
    ['/api/groups?search=', '/search'],
    ['/api/groups?managed=true', ''],
    ['/api/projects/platform/api/access?at=yesterday', '/at'],
    ['/api/search?q=', '/q'],
    ['/api/search', '/q'],
    [`/api/search?q=${'a'.repeat(201)}`, '/q'],
    ['/api/search?q=a%00', '/q'],
    ['/api/search?q=a&limit=21', '/limit'],
    ['/api/explain?user=a&team=b', ''],
    ['/api/explain?user=a&team=b&group=c&project=d', ''],
    ['/api/explain?user=a&team=b&group=c&live=1', '/live'],
  ])('answers 400 for %s', async (url, path) => {
    const answer = await fixture().app.inject({ ...GET, url });
    expect(answer.json()).toMatchObject({
      status: 400,
      code: 'invalid_request',
      issues: [{ in: 'query', path }],
    });
  });

  it('parses the time and the question', async () => {
    const asked: unknown[] = [];
    const access = {
      ...ACCESS,
      projectAccess: async (...args: unknown[]) => {
        asked.push(args);
        return { items: [], next: undefined };
      },
      explain: async (...args: unknown[]) => {
        asked.push(args);
        return { answer: false, steps: [], since: null, runId: null, missing: [] };
      },
    };
    const { app } = fixture({ access });
    await app.inject({ ...GET, url: '/api/projects/platform/api/access?at=2026-01-01T01:00:00%2B01:00' });
    await app.inject({ url: '/api/explain?user=ada&team=platform&project=api&live=true', headers: ADMIN });
    expect(asked).toEqual([
      [
        { team: 'platform', project: 'api' },
        { limit: 50, after: undefined },
        new Date('2026-01-01T00:00:00Z'),
      ],
      [{ user: 'ada', team: 'platform', project: 'api' }, { live: true }],
    ]);
  });
});
