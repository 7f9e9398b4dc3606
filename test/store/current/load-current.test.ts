/** What loadCurrent returns about a directory. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { loadCurrent } from '../../../src/store/current/load-current.ts';
import { change, creation, ids, planOf, rowsOf, seed, sync, uuid } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const NO_PEOPLE = { teams: [], protect: [], people: [] };
const person = (n: number, username?: string, email?: string) => ({ externalId: uuid(n), username, email });

describe('loadCurrent', () => {
  it('is empty for an empty database', async () => {
    await using fresh = await freshDatabase();
    expect(await loadCurrent(fresh.db, 'corp', { ...NO_PEOPLE, teams: ['red'] })).toEqual({
      lastRead: undefined,
      linked: false,
      totals: { groups: 0, memberships: 0 },
      groups: [],
      managed: [],
      named: [],
      teams: [],
      links: [],
      refusedLinks: [],
      users: [],
      protectedIds: ids(),
      unresolved: [],
      references: new Map(),
      changes: new Map(),
      doubts: [],
      ownedTeams: [],
    });
  });

  it('finds the groups of this directory with their members and projects, and every name of their teams', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 12, ['red', 'blue', 'green']);
    const unresolved = [{ groupExternalId: uuid(2), member: 'cn=ghost', reason: 'dangling_dn' }];
    const plan = planOf([creation(1, ids(12, 3, 1), { setProjects: ['p3', 'p1'] }), creation(2, ids())], {
      unresolved: { appeared: unresolved, resolved: [] },
    });
    await sync(fresh.db, plan);
    await sync(fresh.db, planOf([change(3, { kind: 'conflict' })], { directory: 'branch' }));
    await rowsOf(
      fresh.db,
      sql`insert into access_group (team_id, name, type) values (1, 'manual', 0), (2, 'elsewhere', 50)`,
    );
    const current = await loadCurrent(fresh.db, 'corp', { ...NO_PEOPLE, teams: ['blue', 'unknown'] });
    const group = { teamId: 1, type: 50, managed: true };
    expect(current.managed).toEqual([
      { ...group, id: 1, name: 'group1', members: ids(1, 3, 12), projects: ['p1', 'p3'] },
      { ...group, id: 2, name: 'group2', members: ids(), projects: [] },
    ]);
    const known = {
      mapping: 'm',
      state: 'linked',
      reason: undefined,
      frozen: false,
      rejected: false,
      missedReads: 0,
    };
    expect(current.groups).toEqual([
      { ...known, externalId: uuid(1), dn: 'cn=group1,dc=test', cn: 'group1', accessGroupId: 1 },
      { ...known, externalId: uuid(2), dn: 'cn=group2,dc=test', cn: 'group2', accessGroupId: 2 },
    ]);
    expect(current.teams.map(team => [team.id, team.slug, team.projects])).toEqual([
      [1, 'red', ['p1', 'p2', 'p3']],
      [2, 'blue', ['p1', 'p2', 'p3']],
    ]);
    expect(current.named.map(named => [named.teamId, named.name, named.type, named.managed])).toEqual([
      [1, 'group1', 50, true],
      [1, 'group2', 50, true],
      [1, 'manual', 0, false],
      [2, 'elsewhere', 50, false],
    ]);
    expect(current.unresolved).toEqual(unresolved);
  });

  it('loads the members of one group if only that one was read', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    await sync(fresh.db, planOf([creation(1, ids(1)), creation(2, ids(2))]));
    const current = await loadCurrent(fresh.db, 'corp', { ...NO_PEOPLE, groups: [uuid(2)] });
    expect(current.managed.map(group => group.id)).toEqual([2]);
    expect(current.groups.map(group => group.accessGroupId)).toEqual([2]);
    expect(current.totals).toEqual({ groups: 2, memberships: 2 });
  });

  it('loads also the groups that feed the same AccessGroup, nested groups, and those with a wanted name', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    await sync(fresh.db, planOf([creation(1, ids(1)), creation(2, ids(2)), creation(3, ids(2))]));
    await rowsOf(
      fresh.db,
      sql`
        insert into directory_group (directory, external_id, dn, cn, mapping, state, access_group_id, team_id)
        select directory, ${uuid(4)}, 'cn=sibling', 'sibling', mapping, state, access_group_id, team_id
        from directory_group where external_id = ${uuid(2)}`,
    );
    const wanted = { ...NO_PEOPLE, groups: [uuid(2)], nested: [uuid(3)], names: ['group1'] };
    const current = await loadCurrent(fresh.db, 'corp', { ...wanted, teams: ['red'] });
    expect(current.groups.map(group => group.externalId)).toEqual([uuid(2), uuid(3), uuid(4)]);
    expect(current.managed.map(group => group.name)).toEqual(['group2']);
    expect(current.named.map(group => group.name)).toEqual(['group1', 'group2']);
  });

  it('returns users with the username or address in any case, and says which are linked (C4)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 5);
    await rowsOf(fresh.db, sql`update auth_user set username = 'Ann' where id = 1`);
    const links = [2, 5].map(userId => ({
      externalId: uuid(userId),
      userId,
      dn: 'uid=x',
      username: undefined,
      matchedBy: 'username' as const,
    }));
    await sync(fresh.db, planOf([], { links }));
    await sync(
      fresh.db,
      planOf([], {
        directory: 'branch',
        links: [
          {
            ...links[0],
            userId: 3,
            externalId: uuid(3),
            dn: 'uid=y',
            username: undefined,
            matchedBy: 'email',
          },
        ],
      }),
    );
    const people = [
      person(2, 'user2'),
      person(10, 'aNN'),
      person(11, undefined, 'USER3@example.test'),
      person(12, 'user5', ''),
    ];
    const current = await loadCurrent(fresh.db, 'corp', { ...NO_PEOPLE, people });
    expect(current.links).toEqual([
      { externalId: uuid(2), userId: 2, dn: 'uid=x', username: undefined, matchedBy: 'username' },
    ]);
    expect(current.users).toEqual([
      { id: 1, username: 'Ann', email: 'user1@example.test', linked: false },
      { id: 3, username: 'user3', email: 'user3@example.test', linked: false },
      { id: 5, username: 'user5', email: 'user5@example.test', linked: true },
    ]);
  });

  it('finds names that contain the syntax characters of PostgreSQL arrays', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 5);
    const names = ['a"b', 'a\\b', 'a,b', '{a}', 'null'];
    for (const [at, name] of names.entries())
      await rowsOf(fresh.db, sql`update auth_user set username = ${name} where id = ${at + 1}`);
    const people = names.map((name, at) => person(at + 10, name));

    const current = await loadCurrent(fresh.db, 'corp', { ...NO_PEOPLE, people });

    expect(current.users.map(user => user.username)).toEqual(names);
  });

  it('loads every link of the directory if most of it was read', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    await sync(
      fresh.db,
      planOf([], {
        links: [{ externalId: uuid(1), userId: 1, dn: 'uid=x', username: undefined, matchedBy: 'username' }],
      }),
    );
    const people = Array.from({ length: 6_000 }, (_, at) => person(at + 1, `nobody${at}`));
    const current = await loadCurrent(fresh.db, 'corp', { ...NO_PEOPLE, people });
    expect(current.links.map(link => link.userId)).toEqual([1]);
    expect(current.users).toEqual([]);
  });

  it('protects by glob, ignoring case, and treats only * and ? as wildcards', async () => {
    await using fresh = await freshDatabase();
    const names = ['svc-backup', 'SVC-ldap', 'svc', 'bot1', 'bot12', 'a_b', 'axb', 'c%d', 'cxd'];
    await rowsOf(fresh.db, sql`insert into auth_user (username) select unnest(${names}::text[])`);
    const protectedNames = async (...protect: string[]) => {
      const { protectedIds } = await loadCurrent(fresh.db, 'corp', { ...NO_PEOPLE, protect });
      return Array.from(protectedIds, id => names[id - 1]);
    };
    expect(await protectedNames('svc-*', 'bot?')).toEqual(['svc-backup', 'SVC-ldap', 'bot1']);
    expect(await protectedNames('a_b', 'c%d')).toEqual(['a_b', 'c%d']);
    expect(await protectedNames()).toEqual([]);
  });
});
