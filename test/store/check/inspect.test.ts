/** The inspection of an application's tables before the first write: each problem with what to do. */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import type { CoreSettings } from '../../../src/model/settings.ts';
import { inspectDatabase } from '../../../src/store/check/inspect.ts';
import { closeDatabase, openDatabase } from '../../../src/store/database/database.ts';
import { migrateUp } from '../../../src/store/database/migrate.ts';
import { teamMembers } from '../../../src/store/queries/teams.ts';
import { emptyDatabase } from '../../support/servers/database.ts';

const APPLICATION = `
  create table users (id bigint primary key, login text not null unique, mail text, enabled boolean, code uuid);
  create table teams (id integer primary key, slug varchar(50) not null unique, title text not null)`;

const CORE: CoreSettings = {
  users: {
    schema: 'public',
    table: 'users',
    columns: { id: 'id', username: 'login', email: 'mail', active: 'enabled' },
    constants: {},
  },
  teams: {
    schema: 'public',
    table: 'teams',
    columns: { id: 'id', slug: 'slug', name: 'title' },
    constants: {},
  },
};

function withUsers(columns: object): CoreSettings {
  return { ...CORE, users: { ...CORE.users, columns: { ...CORE.users.columns, ...columns } } };
}

interface Application extends AsyncDisposable {
  readonly owner: Client;
  /** The problems for this configuration, and for the role of the URL or the superuser. */
  inspect(
    core?: CoreSettings,
    options?: { url?: string; creates?: boolean },
  ): ReturnType<typeof inspectDatabase>;
  readonly url: string;
  migrate(core: CoreSettings): Promise<unknown>;
}

async function openApplication(): Promise<Application> {
  const { url } = await emptyDatabase();
  const owner = new Client({ connectionString: url, options: '-c search_path=public' });
  await owner.connect();
  await owner.query(APPLICATION);
  const open = (core: CoreSettings, address: string) =>
    openDatabase({ url: address, poolSize: 2, schema: 'rollcall', core });
  return {
    owner,
    url,
    async inspect(core = CORE, { url: address = url, creates = false } = {}) {
      const db = await open(core, address);
      return inspectDatabase(db, { users: creates, teams: creates }).finally(() => closeDatabase(db));
    },
    async migrate(core) {
      const db = await open(core, url);
      return migrateUp(db).finally(() => closeDatabase(db));
    },
    [Symbol.asyncDispose]: () => owner.end(),
  };
}

/** The statements of the fixes. */
function statements(findings: Awaited<ReturnType<typeof inspectDatabase>>): string[] {
  return findings.flatMap(({ fix }) => /^run: (.*)/.exec(fix ?? '')?.[1] ?? []);
}

describe('the views of an application', () => {
  it('show a team member without the time that the application does not record (G51)', async () => {
    await using opened = await openApplication();
    await opened.owner.query(`
      create table members (team_id integer not null, user_id bigint not null, primary key (team_id, user_id));
      insert into users values (1, 'alice'); insert into teams values (1, 'red', 'Red'); insert into members values (1, 1)`);
    const columns = { team: 'team_id', user: 'user_id' };
    const core = { ...CORE, teamMembers: { schema: 'public', table: 'members', columns, constants: {} } };
    await opened.migrate(core);
    const db = await openDatabase({ url: opened.url, poolSize: 2, schema: 'rollcall', core });
    const page = await teamMembers(db, 'red', { limit: 10 }).finally(() => closeDatabase(db));
    expect(page.items).toMatchObject([{ username: 'alice', type: 50, suspended: false, dateAdded: null }]);
  });
});

describe('the inspection', () => {
  it.each([
    [
      'a column that is not there',
      withUsers({ username: 'name' }),
      '',
      'has no column "name"',
      'login, mail',
    ],
    [
      'an id that is a uuid',
      withUsers({ id: 'code' }),
      '',
      'code is uuid, not integer or bigint',
      'identity unique',
    ],
    [
      'a flag that is a text',
      withUsers({ active: 'mail' }),
      '',
      'mail is text, not boolean',
      'generated always as',
    ],
    [
      'ids that are too large',
      CORE,
      `insert into users values (2147483648, 'late')`,
      'ids up to 2147483648',
      'set database.users.id: rollcall_id',
    ],
    [
      'a view',
      CORE,
      'alter table users rename to u; create view users as select * from u',
      'is a view',
      'a table',
    ],
    [
      'a partitioned table',
      CORE,
      `drop table users;
       create table users (id bigint, login text not null, mail text, enabled boolean, part integer, primary key (id, part))
         partition by list (part)`,
      'is partitioned',
      'not partitioned',
    ],
    [
      'a table that is not there',
      CORE,
      'drop table users',
      'there is no table public.users',
      'database.users.table',
    ],
  ])('reports %s with a fix (G51)', async (_, core, statement, message, fix) => {
    await using opened = await openApplication();
    if (statement !== '') await opened.owner.query(statement);
    const [finding] = await opened.inspect(core);
    expect(finding).toMatchObject({ subject: 'database.users', level: 'fail' });
    expect(finding?.message).toContain(message);
    expect(finding?.fix).toContain(fix);
  });

  it.each([
    ['a username that may be null', 'alter table users alter column login drop not null'],
    ['a username that is not unique', 'alter table users drop constraint users_login_key'],
    ['an id without a key', 'alter table teams drop constraint teams_pkey'],
  ])('reports %s with the statement that fixes it (G51)', async (_, statement) => {
    await using opened = await openApplication();
    await opened.owner.query(statement);
    const found = await opened.inspect();
    expect(found).toHaveLength(1);
    for (const mending of statements(found)) await opened.owner.query(mending);
    expect(await opened.inspect()).toEqual([]);
  });

  it('accepts a username that is unique in lower case (G51)', async () => {
    await using opened = await openApplication();
    await opened.owner.query(
      'alter table users drop constraint users_login_key; create unique index on users (lower(login))',
    );
    expect(await opened.inspect()).toEqual([]);
  });

  it('names the missing rights of a role, and is empty after these grants (G51, G52)', async () => {
    await using opened = await openApplication();
    const role = `keeper_${randomUUID().replaceAll('-', '')}`;
    const url = new URL(opened.url);
    await opened.owner.query(`create role ${role} login password 'secret'`);
    Object.assign(url, { username: role, password: 'secret' });
    const before = await opened.inspect(CORE, { url: url.href, creates: true });
    expect(before.map(({ message }) => message)).toEqual([
      `there is no schema rollcall, and the role ${role} may not create it`,
      `public.users: the role ${role} may not select, references, trigger`,
      `public.users: the role ${role} may not insert rows`,
      'users.onUnknown: create needs a default for public.users.id',
      `public.teams: the role ${role} may not select, references, trigger`,
      `public.teams: the role ${role} may not insert rows`,
      'createTeam: true needs a default for public.teams.id',
    ]);
    for (const grant of statements(before)) await opened.owner.query(grant);
    expect(await opened.inspect(CORE, { url: url.href })).toEqual([]);
    const db = await openDatabase({ url: url.href, poolSize: 2, schema: 'rollcall', core: CORE });
    expect(await migrateUp(db).finally(() => closeDatabase(db))).toHaveLength(3);
    expect(await opened.inspect(CORE, { url: url.href })).toEqual([]);
    await opened.owner.query(`drop owned by ${role} cascade; drop role ${role}`);
  });

  it('reports that the configuration has changed since migrate up, and migrate up accepts other columns (G51)', async () => {
    await using opened = await openApplication();
    await opened.migrate(CORE);
    const renamed = withUsers({ email: undefined });
    expect(await opened.inspect(renamed)).toMatchObject([{ fix: 'run "rollcall migrate up"' }]);
    await opened.migrate(renamed);
    expect(await opened.inspect(renamed)).toEqual([]);

    const { users } = CORE;
    expect(await opened.inspect({ users })).toMatchObject([
      { message: expect.stringContaining('rollcall.team is') },
    ]);
    await opened.owner.query('create table people (like users including all)');
    const elsewhere = { ...CORE, users: { ...users, table: 'people' } };
    expect(await opened.inspect(elsewhere)).toMatchObject([
      { message: expect.stringContaining('Rollcall was set up with public.users') },
    ]);
  });

  it('lets the application change a mapped column after its view is dropped, and migrate up makes the view again (G51)', async () => {
    await using opened = await openApplication();
    await opened.migrate(CORE);
    await expect(opened.owner.query('alter table users alter column login type varchar(90)')).rejects.toThrow(
      'view',
    );
    await opened.owner.query(
      'drop view rollcall.auth_user cascade; alter table users alter column login type varchar(90)',
    );
    expect(await opened.inspect()).toMatchObject([
      { message: expect.stringContaining('rollcall.auth_user is missing') },
    ]);
    await opened.migrate(CORE);
    expect(await opened.inspect()).toEqual([]);
    await opened.owner.query('select from rollcall.access_effective');
  });
});
