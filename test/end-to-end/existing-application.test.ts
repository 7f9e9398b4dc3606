/** Rollcall in existing applications, with databases of their own design. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeOrganisation } from '../../dev/organisation/generate/organisation.ts';
import { expectedAtFirst } from '../../dev/organisation/truth/truth.ts';
import type { DatabaseSettings } from '../../src/model/settings.ts';
import { inspectDatabase } from '../../src/store/check/inspect.ts';
import { closeDatabase, openDatabase } from '../../src/store/database/database.ts';
import { migrateDown, migrateUp } from '../../src/store/database/migrate.ts';
import { type Application, seedTeams, seedUsers } from '../support/given/applications/application.ts';
import { crm } from '../support/given/applications/crm.ts';
import { django } from '../support/given/applications/django.ts';
import { rails } from '../support/given/applications/rails.ts';
import { type LivedInCompany, openLivedInCompany } from '../support/given/lived-in-company.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import { emptyDatabase } from '../support/servers/database.ts';

const EVERYTHING = { users: true, teams: true };
const organisation = makeOrganisation({ size: 'S' });

/** The application's part of the catalog: everything outside of the schema of Rollcall. */
async function catalog(client: Client): Promise<readonly string[]> {
  // With an empty search path, all names contain their schema.
  await client.query(`set search_path = ''`);
  const { rows } = await client.query<{ line: string }>(`
    with theirs as (
      select oid, nspname from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', 'rollcall')
    )
    select line from (
      select concat_ws(' ', n.nspname, c.relname, c.relkind, c.relrowsecurity,
        nullif(c.relacl, acldefault((case c.relkind when 'S' then 's' else 'r' end)::"char", c.relowner)), a.attnum, a.attname,
        format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid)) as line
      from theirs n join pg_class c on c.relnamespace = n.oid
      left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      union all
      select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(k.oid))
      from pg_constraint k join theirs n on n.oid = k.connamespace
      union all
      select pg_get_triggerdef(t.oid)
      from pg_trigger t join pg_class c on c.oid = t.tgrelid join theirs n on n.oid = c.relnamespace
      where not tgisinternal
      union all
      select pg_get_functiondef(f.oid) from pg_proc f join theirs n on n.oid = f.pronamespace
    ) as lines order by line`);
  await client.query('reset search_path');
  return rows.map(({ line }) => line);
}

/** The database with the application's data; `seed` inserts what belongs to Rollcall's tables after a migration. */
async function openApplication(app: Application) {
  const { url } = await emptyDatabase();
  // The role of the tests has the name of Rollcall's schema, which would be in its default search path.
  const client = new Client({ connectionString: url, options: '-c search_path=public' });
  await client.connect();
  await client.query(app.schema);
  await seedUsers(client, app, organisation);
  if (app.core.teams !== undefined) await seedTeams(client, app);
  const settings: DatabaseSettings = { url, poolSize: 5, schema: 'rollcall', core: app.core };
  return {
    client,
    settings,
    async seed() {
      if (app.core.teams === undefined) await seedTeams(client, app);
      await client.query(`
        set search_path = rollcall;
        with made as (insert into access_group (team_id, name) select id, 'Handmade' from team where slug = 'teams' returning id)
        insert into access_group_members (access_group_id, user_id)
        select made.id, u.id from made, auth_user u where u.username = 'local.only';
        analyze;
        reset search_path`);
    },
  };
}

describe.each<[string, Application]>([
  ['a Django application', django],
  ['a Rails application', rails],
  ['an application with its users in another schema and no teams', crm],
])('%s', (_, app) => {
  let application: Awaited<ReturnType<typeof openApplication>>;
  let before: readonly string[];
  let company: LivedInCompany;

  beforeAll(async () => {
    application = await openApplication(app);
    before = await catalog(application.client);
    company = await openLivedInCompany(organisation, undefined, async () => {
      const db = await openDatabase(application.settings);
      expect(await inspectDatabase(db, EVERYTHING)).toEqual([]);
      await migrateUp(db);
      await application.seed();
      return { db, settings: application.settings, [Symbol.asyncDispose]: () => closeDatabase(db) };
    });
  });

  afterAll(async () => {
    await company[Symbol.asyncDispose]();
    await application.client.end();
  });

  it('is unchanged except for the triggers that audit deletions (G51)', async () => {
    const after = await catalog(application.client);
    const added = after.filter(line => !before.includes(line));
    expect(before.filter(line => !after.includes(line))).toEqual([]);
    const names = added.map(line => /^CREATE TRIGGER (\w+) BEFORE DELETE/.exec(line)?.[1]);
    const ofTeams = ['rollcall_team_a_await_members', 'rollcall_team_audit', 'rollcall_team_event'];
    expect(names).toEqual(['rollcall_auth_user_audit', ...(app.core.teams ? ofTeams : [])]);
    expect(await inspectDatabase(company.db, EVERYTHING)).toEqual([]);
  });

  it('gets the true members of the directory, and no changes the second time (G51)', async () => {
    expect((await company.sync()).status).toBe('succeeded');
    expect(await company.managed()).toEqual(expectedAtFirst(organisation));
    expect(await company.syncForNothing()).toEqual({ status: 'succeeded', written: [] });
  });

  it('keeps its own constraints and triggers, and its deletions are in the audit (G51)', async () => {
    const [statement, sqlState] = app.mistake;
    await expect(application.client.query(statement)).rejects.toMatchObject({ code: sqlState });
    const [member] = await rowsOf(
      company.db,
      sql<{ username: string; groups: number }>`
        select u.username, count(*)::int as groups
        from access_group_members m join auth_user u on u.id = m.user_id
        group by u.username order by groups desc, u.username limit 1`,
    );
    const role = `app_${randomUUID().replaceAll('-', '')}`;
    const schema = app.core.users.schema;
    await application.client.query(`
      create role ${role};
      grant usage on schema ${schema} to ${role};
      grant all on all tables in schema ${schema} to ${role};
      grant all on all sequences in schema ${schema} to ${role};
      set session authorization ${role}`);
    await application.client.query(app.deleteUser, [member?.username]);
    await application.client.query(`reset session authorization; drop owned by ${role}; drop role ${role}`);
    const audited = await rowsOf(
      company.db,
      sql`select count(*)::int as groups from membership_change
        where actor = ${role} and reason = 'user_deleted' and username = ${member?.username ?? ''}`,
    );
    expect(audited).toEqual([{ groups: member?.groups }]);
  });

  it('gets the users of onUnknown: create, with the values that its columns need (G51)', async () => {
    const { rows: known } = await application.client.query<{ username: string }>(app.effects);
    Object.assign(company.directory.users, { onUnknown: 'create', usernameLimit: 255 });
    expect((await company.sync()).status).toBe('succeeded');
    const { rows } = await application.client.query<{ username: string }>(app.effects);
    expect(rows.length).toBeGreaterThan(known.length);
    Object.assign(company.directory.users, { onUnknown: 'skip' });
  });

  it('is unchanged after migrate down, and has its groups again after migrate up (G51)', async () => {
    for (let left = await migrateDown(company.db); left.length > 0; ) left = await migrateDown(company.db);
    expect(await catalog(application.client)).toEqual(before);
    const { rows } = await application.client.query(
      `select from pg_class where relnamespace = 'rollcall'::regnamespace`,
    );
    expect(rows).toEqual([]);
    await migrateUp(company.db);
    await application.seed();
    expect((await company.sync()).status).toBe('succeeded');
    expect((await company.managed()).size).toBe(expectedAtFirst(organisation).size);
  });
});
