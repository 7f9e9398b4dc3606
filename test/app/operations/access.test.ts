/**
 * Access of users through the API of a real database, and the defects of the original application, which must not
 * return.
 */
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { accessOf } from '../../../src/app/operations/access.ts';
import { manualOf } from '../../../src/app/operations/groups.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { arrange, TABLE } from '../../store/audit/truth-table.ts';
import { ADMIN, fixture, VIEWER } from '../../support/given/http/http-server.ts';
import { rowsOf, seed } from '../../support/given/saved-plan.ts';
import { type FreshDatabase, freshDatabase } from '../../support/servers/database.ts';

/** The API over the database. */
function api(db: Database) {
  const { app } = fixture({
    access: accessOf({ db, current: { settings: { directories: [] } } }),
    manual: manualOf(db),
  });
  const request = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
    app.inject({ method, url, headers: ADMIN, ...(payload && { payload }) });
  return { app, request, get: async (url: string) => (await request('GET', url)).json() };
}

interface Shown {
  readonly project: string;
  readonly username: string;
  readonly type: number;
  readonly via: readonly { readonly kind: string }[];
}

describe('who can access what, through the API', () => {
  it.each(TABLE)('truth table row $row: $title', async situation => {
    await using fresh = await freshDatabase();
    await arrange(fresh.db, situation);
    const { get } = api(fresh.db);
    const { items } = await get('/api/users/user1/access');
    const shown = items.map(({ project, type, via }: Shown) => [project, [type, via[0]?.kind]]);
    expect(Object.fromEntries(shown)).toEqual(situation.access);
    for (const project of ['p1', 'p2', 'p3']) {
      const people = (await get(`/api/projects/red/${project}/access`)).items;
      const levels = people.map(({ username, type }: Shown) => [username, type]);
      const expected = situation.access[project];
      expect(levels).toEqual(expected === undefined ? [] : [['user1', expected[0]]]);
      const explained = await get(`/api/explain?user=user1&team=red&project=${project}`);
      expect(explained.answer).toBe(expected !== undefined);
      expect(explained.missing.length === 0).toBe(explained.answer);
    }
  });

  it('truth table row 18: a project of another team cannot be assigned', async () => {
    await using fresh = await twoTeams();
    const { request } = api(fresh.db);
    expect((await request('PUT', '/api/groups/1/projects/only-blue')).json()).toMatchObject({
      status: 404,
      code: 'unknown_project',
    });
  });
});

/** Teams red and blue with user1 and user2, and in red the manual group 1, "API Team". */
async function twoTeams(): Promise<FreshDatabase> {
  const fresh = await freshDatabase();
  await seed(fresh.db, 2, ['red', 'blue']);
  await rowsOf(fresh.db, sql`insert into project (team_id, slug, name) values (2, 'only-blue', 'Only blue')`);
  await manualOf(fresh.db).createGroup({ team: 'red', name: 'API Team', type: 50 }, 'ops');
  return fresh;
}

describe('the defects of the original', () => {
  const GROUPS = '/api/teams/red/groups';

  it('the response that creates a group links to it (model D1)', async () => {
    await using fresh = await twoTeams();
    const { request, get } = api(fresh.db);
    const made = await request('POST', GROUPS, { name: 'new' });
    expect(await get(String(made.headers.location))).toMatchObject({ name: 'new', team: 'red' });
  });

  it('a name that is too long for the column is refused, one that fits is stored (model D2)', async () => {
    await using fresh = await twoTeams();
    const { request } = api(fresh.db);
    expect((await request('POST', GROUPS, { name: 'é'.repeat(65) })).statusCode).toBe(400);
    const kept = await request('POST', GROUPS, { name: '🚀'.repeat(64) });
    expect(kept.json()).toMatchObject({ name: '🚀'.repeat(64) });
  });

  it('a name that the team has already is refused with 409, in any spelling; another team can use it (model D3)', async () => {
    await using fresh = await twoTeams();
    const { request } = api(fresh.db);
    for (const name of ['API Team', '  API   Team ']) {
      const again = await request('POST', GROUPS, { name });
      expect(again.json()).toMatchObject({ status: 409, code: 'name_taken' });
    }
    expect((await request('POST', '/api/teams/blue/groups', { name: 'API Team' })).statusCode).toBe(201);
  });

  it('one rule for all routes: changes require the role admin (model D4, R15)', async () => {
    const { app } = fixture();
    const { paths } = (await app.inject('/openapi.json')).json();
    const open: string[] = [];
    for (const [path, operations] of Object.entries<object>(paths)) {
      for (const [method, { responses }] of Object.entries(operations))
        if (method !== 'get' && !('403' in responses)) open.push(`${method} ${path}`);
    }
    expect(open).toEqual([]);
  });

  it('a group can be renamed and deleted (model D5)', async () => {
    await using fresh = await twoTeams();
    const { request } = api(fresh.db);
    expect((await request('PATCH', '/api/groups/1', { name: 'Other', type: 0 })).json()).toMatchObject({
      name: 'Other',
      access: 'owner',
    });
    expect((await request('DELETE', '/api/groups/1')).statusCode).toBe(204);
    expect((await request('GET', '/api/groups/1')).json()).toMatchObject({ code: 'unknown_group' });
    expect((await request('DELETE', '/api/groups/1')).statusCode).toBe(404);
  });

  it('the role of the token decides whether a group can be created (model D6)', async () => {
    await using fresh = await twoTeams();
    const { app } = api(fresh.db);
    const ask = (headers: object) =>
      app.inject({ method: 'POST', url: GROUPS, headers: { ...headers }, payload: { name: 'x' } });
    expect([await ask({}), await ask(VIEWER), await ask(ADMIN)].map(answer => answer.statusCode)).toEqual([
      401, 403, 201,
    ]);
  });

  it('groups are sorted by name (model D7)', async () => {
    await using fresh = await twoTeams();
    const { request, get } = api(fresh.db);
    for (const name of ['b', 'c', 'a']) await request('POST', GROUPS, { name });
    const names = (await get(GROUPS)).items.map((group: { name: string }) => group.name);
    expect(names.filter((name: string) => name.length === 1)).toEqual(['a', 'b', 'c']);
  });

  it('no user can create a system agent group (model D8)', async () => {
    await using fresh = await twoTeams();
    const { request, get } = api(fresh.db);
    expect((await request('POST', GROUPS, { name: 'x', type: 100 })).statusCode).toBe(400);
    expect((await request('PATCH', '/api/groups/1', { type: 100 })).statusCode).toBe(400);
    expect(await get('/api/groups/1')).toMatchObject({ type: 50 });
  });

  it('a group cannot have a project of another team (model D9)', async () => {
    await using fresh = await twoTeams();
    const { request, get } = api(fresh.db);
    await request('PUT', '/api/groups/1/projects/only-blue');
    await request('PUT', '/api/groups/1/projects/p1');
    expect(await get('/api/groups/1')).toMatchObject({ projects: ['p1'] });
  });

  it('membership of a group gives access, and the end of the membership ends it (model D10)', async () => {
    await using fresh = await twoTeams();
    const { request, get } = api(fresh.db);
    const reached = async () =>
      (await get('/api/users/user1/access')).items.map(({ project }: Shown) => project);
    await request('PUT', '/api/groups/1/projects/p1');
    await request('PUT', '/api/groups/1/members/user1');
    await request('PUT', '/api/groups/1/members/user1');
    expect(await reached()).toEqual(['p1']);
    await request('DELETE', '/api/groups/1/members/user1');
    expect(await reached()).toEqual([]);
  });

  it('data is stored as jsonb (model D11)', async () => {
    await using fresh = await twoTeams();
    await rowsOf(fresh.db, sql`update access_group set data = '{"colour": "red"}'`);
    const found = await rowsOf(fresh.db, sql`select data ->> 'colour' as colour from access_group`);
    expect(found).toEqual([{ colour: 'red' }]);
  });

  it('each of them has a test (model D12)', () => {
    const text = readFileSync(new URL(import.meta.url), 'utf8');
    const tested = [...text.matchAll(/it\('.*\(model D(\d+)/g)].map(match => Number(match[1]));
    expect(tested).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });
});
