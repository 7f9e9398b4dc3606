/** Changes of people after the plan was made never fail the run. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { UserLink } from '../../../src/model/current.ts';
import {
  creation,
  ids,
  membersByGroup,
  planOf,
  rowsOf,
  seed,
  sync,
  uuid,
} from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { holdLock } from '../../support/servers/lock.ts';

const link = (n: number, userId: number): UserLink => {
  return { externalId: uuid(n), userId, dn: `uid=p${n}`, username: undefined, matchedBy: 'username' };
};
const newcomer = (n: number, username: string) => {
  return { externalId: uuid(n), dn: `uid=p${n}`, username, email: '', fullName: '' };
};
const linked = sql<{ n: number; id: number }>`
  select right(external_id::text, 4)::int as n, user_id as id from directory_user order by 1`;

describe('people in a plan who changed meanwhile', () => {
  it('creates more people than fit into one statement, and links each to their own entry', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 1);
    const newUsers = Array.from({ length: 5_003 }, (_, at) => newcomer(at + 1, `p${at + 1}`));
    await sync(fresh.db, planOf([creation(1, ids(-5_003, -1))], { newUsers }));

    const own = sql`
      select count(*)::int as count from directory_user d
      join auth_user u on u.id = d.user_id and 'uid=' || u.username = d.dn`;
    expect(await rowsOf(fresh.db, own)).toEqual([{ count: 5_003 }]);
    const members = sql`
      select u.username from access_group_members m join auth_user u on u.id = m.user_id order by u.id`;
    expect(await rowsOf(fresh.db, members)).toEqual([{ username: 'p1' }, { username: 'p5003' }]);
  });

  it.each([
    ['a constraint', [`alter table auth_user add check (username not like 'bad%')`], 'bad1: '],
    [
      'a trigger',
      [
        `create function refuse() returns trigger language plpgsql as $$ begin
           if new.username like 'bad%' then raise exception 'no licence'; end if; return new; end $$`,
        'create trigger refuse before insert on auth_user for each row execute function refuse()',
      ],
      'bad1: no licence',
    ],
  ])(
    'a user whom %s refuses is left out and named, and every other change is applied (G31)',
    async (_, statements, reason) => {
      await using fresh = await freshDatabase();
      await seed(fresh.db, 1);
      for (const statement of statements) await rowsOf(fresh.db, sql.raw(statement));
      const newUsers = ['good1', 'bad1', 'good2', 'bad2'].map((name, at) => newcomer(at + 1, name));
      const run = await sync(fresh.db, planOf([creation(1, ids(-4, -3, -2, -1, 1))], { newUsers }));
      expect(run).toMatchObject({ status: 'partial', counts: { refused: { users: 2 } } });
      expect(run?.counts.refused?.first).toContain(reason);
      const members = sql`
      select u.username from access_group_members m join auth_user u on u.id = m.user_id order by u.id`;
      expect(await rowsOf(fresh.db, members)).toEqual([
        { username: 'user1' },
        { username: 'good1' },
        { username: 'good2' },
      ]);
    },
  );

  it('a local user who was linked to another entry is neither linked nor added to the group, and the others are (G12)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 3);
    await sync(fresh.db, planOf([], { links: [link(10, 1)] }));
    await sync(fresh.db, planOf([creation(1, ids(1, 2))], { links: [link(11, 1), link(12, 2)] }));
    expect(await rowsOf(fresh.db, linked)).toEqual([
      { n: 10, id: 1 },
      { n: 12, id: 2 },
    ]);
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [2] });
  });

  it('an identity that was linked to another local user keeps that link, and no user is created for it (G13)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 2);
    await sync(fresh.db, planOf([], { links: [link(10, 1)] }));
    const newUsers = [newcomer(10, 'late'), newcomer(11, 'fresh')];
    await sync(fresh.db, planOf([creation(1, ids(-1, -2, 2))], { newUsers, links: [link(12, 2)] }));
    expect(await rowsOf(fresh.db, sql`select username::text from auth_user where id > 2`)).toEqual([
      { username: 'fresh' },
    ]);
    expect(await membersByGroup(fresh.db)).toEqual({ group1: [2, 3] });
  });

  it.each([
    ['creates the same user', `insert into auth_user (username) values ('zoe')`, { group1: [2] }],
    ['deletes the user of a link', 'delete from auth_user where id = 2', { group1: [3] }],
    [
      'links the user of a link',
      `insert into directory_user (directory, external_id, dn, user_id, matched_by, run_id)
       values ('corp', '${uuid(20)}', 'uid=p20', 2, 'username', 1)`,
      { group1: [3] },
    ],
  ])(
    'waits for a transaction that %s, and continues without that user (G12, G13)',
    async (_, statement, members) => {
      await using fresh = await freshDatabase();
      await seed(fresh.db, 2);
      await using other = await holdLock(fresh.settings.url, statement);
      const plan = planOf([creation(1, ids(-1, 2))], {
        newUsers: [newcomer(11, 'zoe')],
        links: [link(12, 2)],
      });
      const saving = sync(fresh.db, plan);
      await other.isWaitedFor();
      await other.commit();
      expect(await saving).toMatchObject({ status: 'succeeded' });
      expect(await membersByGroup(fresh.db)).toEqual(members);
    },
  );

  it('the run succeeds and every key stays unique after any links and creations in between (G12, G13, G14)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, 4);
    const pair = fc.tuple(fc.integer({ min: 10, max: 14 }), fc.integer({ min: 1, max: 5 }));
    const names = fc.uniqueArray(
      fc.constantFrom('user1', 'user2', 'zoe', 'ann', 'x'.repeat(31), 'nul\0', 'a\ud800'),
      {
        maxLength: 4,
      },
    );
    const race = fc.record({
      before: fc.array(pair, { maxLength: 4 }),
      links: fc.array(pair, { maxLength: 5 }),
      names,
    });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(race, async ({ before, links, names }) => {
        const asLinks = (pairs: [number, number][]) => pairs.map(([n, userId]) => link(n, userId));
        const newUsers = names.map((name, at) => newcomer(at + 12, name));
        expect(await sync(fresh.db, planOf([], { links: asLinks(before) }))).toMatchObject({
          status: 'succeeded',
        });
        const wanted = [...links.map(([, id]) => id), ...names.map((_, at) => -at - 1)];
        const plan = planOf([creation(++round, ids(...new Set(wanted)))], {
          links: asLinks(links),
          newUsers,
        });
        expect(await sync(fresh.db, plan)).toMatchObject({ status: 'succeeded' });
        const found = await rowsOf(fresh.db, linked);
        const members = await membersByGroup(fresh.db);
        for (const member of members[`group${round}`] ?? [])
          expect(found.map(row => row.id)).toContain(member);
        await rowsOf(fresh.db, sql`delete from directory_user`);
        await rowsOf(fresh.db, sql`delete from auth_user where id > 4`);
      }),
      { numRuns: 25 },
    );
  });
});
