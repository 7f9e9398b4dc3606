/** The contents, paging and search of the lists. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GroupFilter, Key, Page, PageRequest } from '../../../src/model/access.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { createGroup } from '../../../src/store/manual/groups.ts';
import { addMember, removeMember } from '../../../src/store/manual/members.ts';
import { assignProject } from '../../../src/store/manual/projects.ts';
import { userAccess } from '../../../src/store/queries/access.ts';
import { getGroup, listGroups } from '../../../src/store/queries/groups.ts';
import { groupMembers, listUsers } from '../../../src/store/queries/members.ts';
import { memberships } from '../../../src/store/queries/memberships.ts';
import { projectAccess } from '../../../src/store/queries/project-access.ts';
import { listTeams, teamMembers, teamProjects } from '../../../src/store/queries/teams.ts';
import { creation, groupId, ids, planOf, rowsOf, seed, sync } from '../../support/given/saved-plan.ts';
import { type FreshDatabase, freshDatabase } from '../../support/servers/database.ts';

type Names = PageRequest<readonly [string]>;

let fresh: FreshDatabase;
let db: Database;

beforeAll(async () => {
  fresh = await freshDatabase();
  db = fresh.db;
  await seed(db, 9, ['red', 'blue']);
  await rowsOf(db, sql`update auth_user set full_name = 'Ada Lovelace' where id = 1`);
  await rowsOf(db, sql`update auth_user set is_superuser = true where id = 9`);
  await rowsOf(
    db,
    sql`insert into team_member (team_id, user_id, is_active) values (1, 2, true), (1, 3, false)`,
  );
  await sync(db, planOf([creation(1, ids(1, 2, 3)), creation(2, ids(4))]));
  for (const name of ['eng-api', 'eng-web', 'API Team'])
    await createGroup(db, { team: 'red', name, type: 0, actor: 'ops' });
  await createGroup(db, { team: 'blue', name: 'eng-api', type: 50, actor: 'ops' });
  await addMember(db, await groupId(db, 'API Team'), 'user5', 'ops');
  await assignProject(db, await groupId(db, 'API Team'), 'p1', 'ops');
  await assignProject(db, await groupId(db, 'group1'), 'p1', 'ops');
});
afterAll(() => fresh[Symbol.asyncDispose]());

/** Reads all items of a list in pages of two. */
async function all<Item, K extends Key>(
  list: (page: { limit: number; after: K | undefined }) => Promise<Page<Item, K>>,
): Promise<Item[]> {
  const found: Item[] = [];
  let after: K | undefined;
  do {
    const page = await list({ limit: 2, after });
    expect(page.items.length).toBeLessThanOrEqual(2);
    found.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return found;
}

describe('lists', () => {
  it('groups are sorted by name and id, each once, on any page (model D7)', async () => {
    const found = await all((page: GroupFilter) => listGroups(db, page));
    const rows = await rowsOf(
      db,
      sql<{ name: string; id: number }>`select name, id from access_group order by name, id`,
    );
    expect(found.map(({ name, id }) => ({ name, id }))).toEqual(rows);
  });

  it('show the level, owner, members and projects of a group', async () => {
    const { items } = await listGroups(db, { team: 'red', limit: 50 });
    const shown = items.map(group => [group.name, group.access, group.state, group.members, group.projects]);
    expect(new Set(shown)).toEqual(
      new Set([
        ['API Team', 'owner', 'manual', 1, ['p1']],
        ['eng-api', 'owner', 'manual', 0, []],
        ['eng-web', 'owner', 'manual', 0, []],
        ['group1', 'user', 'in_sync', 3, ['p1']],
        ['group2', 'user', 'in_sync', 1, []],
      ]),
    );
  });

  it.each([
    ['api', ['API Team', 'eng-api', 'eng-api']],
    ['ENG-A', ['eng-api', 'eng-api']],
    ['eng web', ['eng-web']],
    ['pi', []],
    ["'; drop table team --", []],
    ['~', []],
  ])('find the groups with words that begin with %j', async (search, names) => {
    const found = await all((page: GroupFilter) => listGroups(db, { ...page, search }));
    expect(found.map(group => group.name).toSorted()).toEqual(names);
  });

  it.each([
    [{ state: 'manual' } as const, 4],
    [{ state: 'in_sync' } as const, 2],
    [{ state: 'missing' } as const, 0],
    [{ state: 'waiting' } as const, 0],
    [{ directory: 'corp' }, 2],
    [{ directory: 'other' }, 0],
  ])('contain the groups that match %j', async (filter, count) => {
    const { items } = await listGroups(db, { ...filter, limit: 50 });
    expect(items).toHaveLength(count);
  });

  it('count what is in each team, and page its members and projects', async () => {
    expect(await all((page: Names) => listTeams(db, page))).toEqual([
      { slug: 'blue', name: 'blue', groups: 1, members: 0, projects: 3 },
      { slug: 'red', name: 'red', groups: 5, members: 2, projects: 3 },
    ]);
    const members = await all((page: Names) => teamMembers(db, 'red', page));
    expect(members.map(({ username, suspended }) => [username, suspended])).toEqual([
      ['user2', false],
      ['user3', true],
    ]);
    const projects = await all((page: Names) => teamProjects(db, 'red', page));
    expect(projects.map(({ slug, groups }) => [slug, groups])).toEqual([
      ['p1', 2],
      ['p2', 0],
      ['p3', 0],
    ]);
  });

  it('show for every member since when, and by which run or user', async () => {
    const [synced] = await all((page: GroupFilter) => listGroups(db, { ...page, search: 'group1' }));
    const members = await all((page: Names) => groupMembers(db, synced?.id ?? 0, page));
    expect(members.map(({ username, runId, actor }) => [username, runId, actor])).toEqual([
      ['user1', 1, null],
      ['user2', 1, null],
      ['user3', 1, null],
    ]);
    const [manual] = (await groupMembers(db, await groupId(db, 'API Team'), { limit: 9 })).items;
    expect(manual).toMatchObject({ username: 'user5', runId: null, actor: 'ops', since: expect.any(Date) });
  });

  it.each([
    ['lovelace', ['user1']],
    ['ada love', ['user1']],
    ['user1', ['user1']],
    ['example', []],
  ])('find people with words that begin with %j', async (search, usernames) => {
    const found = await all((page: Names) => listUsers(db, { ...page, search }));
    expect(found.map(user => user.username)).toEqual(usernames);
  });

  it.each([
    ['unknown_team', () => listGroups(db, { team: 'green', limit: 1 })],
    ['unknown_team', () => teamMembers(db, 'green', { limit: 1 })],
    ['unknown_group', () => getGroup(db, 4711)],
    ['unknown_user', () => userAccess(db, 'ghost', { limit: 1 })],
    ['unknown_project', () => projectAccess(db, { team: 'red', project: 'p9' }, { limit: 1 })],
  ])('refuse unknown names with %s', async (code, look) => {
    await expect(look()).rejects.toMatchObject({ name: 'RefusedError', code });
  });
});

describe('access', () => {
  it('of a project: all users with access, with all grants, the best first', async () => {
    const found = await all((page: Names) => projectAccess(db, { team: 'red', project: 'p1' }, page));
    expect(
      found.map(({ username, access, via }) => [username, access, via.map(way => way.group ?? way.kind)]),
    ).toEqual([
      ['user1', 'user', ['group1']],
      ['user2', 'user', ['team', 'group1']],
      ['user5', 'owner', ['API Team']],
      ['user9', 'owner', ['superuser']],
    ]);
  });

  it('of a user: the same grants from the other side', async () => {
    const found = await all((page: PageRequest<readonly [string, string]>) => userAccess(db, 'user2', page));
    expect(found.map(({ team, project, via }) => [team, project, via.map(way => way.kind)])).toEqual([
      ['red', 'p1', ['team', 'group']],
      ['red', 'p2', ['team']],
      ['red', 'p3', ['team']],
    ]);
  });

  it('of a user: groups without projects and suspended teams are memberships too (G85)', async () => {
    const of = async (user: string) =>
      (await all((page: PageRequest<readonly [string, string]>) => memberships(db, user, page))).map(
        ({ kind, team, group, directory, suspended }) => [kind, team, group, directory, suspended],
      );
    expect(await of('user4')).toEqual([['group', 'red', 'group2', 'corp', false]]);
    expect(await of('user3')).toEqual([
      ['team', 'red', null, null, true],
      ['group', 'red', 'group1', 'corp', true],
    ]);
    expect(await of('user9')).toEqual([['superuser', null, null, null, false]]);
    expect(await of('user7')).toEqual([]);
  });

  it('at a point in time: by the memberships in the audit', async () => {
    const project = { team: 'red', project: 'p1' };
    const then = await now();
    await removeMember(db, await groupId(db, 'API Team'), 'user5', 'ops');
    await addMember(db, await groupId(db, 'API Team'), 'user6', 'ops');
    const users = async (at: Date) => {
      const found = await all((page: Names) => projectAccess(db, project, page, at));
      return found.map(user => user.username);
    };
    const page = { limit: 9 };
    expect((await memberships(db, 'user5', page)).items).toEqual([]);
    expect((await userAccess(db, 'user5', page)).items).toEqual([]);
    expect((await memberships(db, 'user5', page, then)).items).toMatchObject([{ group: 'API Team' }]);
    expect((await userAccess(db, 'user5', page, then)).items).toMatchObject([{ project: 'p1' }]);
    expect((await userAccess(db, 'user6', page, then)).items).toEqual([]);
    expect(await users(then)).toEqual(['user1', 'user2', 'user5', 'user9']);
    const current = await all((page: Names) => projectAccess(db, project, page));
    expect(await all((page: Names) => projectAccess(db, project, page, new Date('2100-01-01')))).toEqual(
      current,
    );
    expect(current.map(user => user.username)).toEqual(['user1', 'user2', 'user6', 'user9']);
  });
});

async function now(): Promise<Date> {
  const [row] = await rowsOf(
    db,
    sql<{ ms: number }>`select ceil(extract(epoch from now()) * 1000)::float8 as ms`,
  );
  return new Date(row?.ms ?? 0);
}
