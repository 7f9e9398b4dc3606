/** What a role of the application can claim, and what the database makes of it. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { listAudit } from '../../../src/store/audit/list.ts';
import { creation, ids, membersByGroup, planOf, rowsOf, seed, sync } from '../../support/given/saved-plan.ts';
import { type FreshDatabase, freshDatabase } from '../../support/servers/database.ts';
import { openRole, type RoleSession } from '../../support/servers/role.ts';

const GRANTS = `
  grant create on schema public to ROLE;
  grant select, insert, update, delete on auth_user, team, access_group, access_group_members, access_group_projects, project
    to ROLE`;
const AS_SYNC = `set rollcall.writer = 'sync'`;

interface Desk extends AsyncDisposable {
  readonly fresh: FreshDatabase;
  readonly app: RoleSession;
}

/** group1 (managed, id 1) with user1 and user2, and the manual group "desk" (id 2) without members. */
async function openDesk(): Promise<Desk> {
  const fresh = await freshDatabase();
  await seed(fresh.db, 3);
  await sync(fresh.db, planOf([creation(1, ids(1, 2))]));
  await rowsOf(fresh.db, sql`insert into access_group (team_id, name) values (1, 'desk')`);
  const app = await openRole(fresh.settings.url, GRANTS);
  const close = async () => {
    await app[Symbol.asyncDispose]();
    await fresh[Symbol.asyncDispose]();
  };
  return { fresh, app, [Symbol.asyncDispose]: close };
}

describe("a role of the application that sets rollcall.writer to 'sync'", () => {
  it.each([
    [
      `insert into access_group_members (access_group_id, user_id) values (1, 3)`,
      'access_group_members_managed',
    ],
    [`delete from access_group_members where access_group_id = 1`, 'access_group_members_managed'],
    [`update access_group set name = 'mine' where id = 1`, 'access_group_managed_name'],
    [`update access_group set managed = false where id = 1`, 'access_group_managed'],
    [`delete from access_group where id = 1`, 'access_group_managed'],
  ])('is refused: %s (G65)', async (statement, constraint) => {
    await using desk = await openDesk();
    await desk.app.run(AS_SYNC);
    await expect(desk.app.run(statement)).rejects.toMatchObject({ code: '23514', constraint });
  });

  it('changes a manual group as the user it is, with audit rows that name its role (G65)', async () => {
    await using desk = await openDesk();
    await desk.app.run(`
      ${AS_SYNC}; set rollcall.actor = 'ines'; set rollcall.run = '1'; set rollcall.reason = 'user_deleted';
      insert into access_group_members (access_group_id, user_id) values (2, 3);
      update access_group set type = 0 where id = 2`);
    const { items } = await listAudit(desk.fresh.db, { group: 'desk', team: 'red', limit: 2 });
    const claimed = { actor: 'ines', databaseRole: desk.app.role, runId: undefined };
    expect(items).toMatchObject([
      { ...claimed, action: 'add', reason: 'manual' },
      { ...claimed, action: 'settings' },
    ]);
  });

  it('may shadow tables and functions, and gains nothing (G65)', async () => {
    await using desk = await openDesk();
    await desk.app.run(`
      create temporary table team (id integer);
      create temporary table access_group (id integer, team_id integer, name text, managed boolean);
      create function public.current_setting(text, boolean) returns text language sql as 'select ''sync''';
      create function public.has_table_privilege(name, regclass, text) returns boolean language sql as 'select true';
      set search_path = pg_temp, public, pg_catalog`);
    const attempts = [
      'insert into access_group_members (access_group_id, user_id) values (1, 3)',
      'delete from public.access_group where id = 1',
      `update public.access_group set name = 'mine' where id = 1`,
    ];
    for (const attempt of attempts)
      await expect(desk.app.run(attempt)).rejects.toMatchObject({ code: '23514' });
    expect(await membersByGroup(desk.fresh.db)).toMatchObject({ group1: [1, 2] });
  });

  it.each(['membership_change_record_cascade', 'access_group_members_check_owner', 'team_record_groups'])(
    'may not use the trigger function %s on a table of its own (G65)',
    async name => {
      await using desk = await openDesk();
      await desk.app.run('create temporary table auth_user (id integer)');
      const trigger = `create trigger forge before delete on pg_temp.auth_user for each row execute function ${name}('user_deleted')`;
      await expect(desk.app.run(trigger)).rejects.toThrow('permission denied for function');
    },
  );
});

describe('the trigger functions', () => {
  it('have a search path of their own, in which temporary tables come last (G65)', async () => {
    await using fresh = await freshDatabase();
    const functions = await rowsOf(
      fresh.db,
      sql<{ name: string; config: string[] | null }>`
        select distinct p.proname as name, p.proconfig as config
        from pg_trigger t join pg_proc p on p.oid = t.tgfoid where not t.tgisinternal`,
    );
    const path = ['search_path=pg_catalog, public, pg_temp'];
    expect(functions.filter(({ config }) => config?.join() !== path.join())).toEqual([]);
    expect(functions.length).toBeGreaterThan(10);
  });
});

describe('the audit', () => {
  it("names a role only where it is neither the actor nor Rollcall's own (G65)", async () => {
    await using desk = await openDesk();
    await desk.app.run('insert into access_group_members (access_group_id, user_id) values (2, 1)');
    const { items } = await listAudit(desk.fresh.db, { limit: 10 });
    expect(items.filter(({ databaseRole }) => databaseRole !== undefined)).toEqual([]);
    expect(items[0]).toMatchObject({ actor: desk.app.role, group: 'desk' });
  });
});
