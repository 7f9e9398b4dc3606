/** The inspection of applications with other keys, types and rights: what it advises is right, and is enough. */
import { describe, expect, it } from 'vitest';
import type { CoreSettings } from '../../../src/model/settings.ts';
import { NUMBERS, numbers, openApplication, table } from '../../support/given/applications/small.ts';

/** Users and teams are uuids, the role of a member is an enum, and a deletion is a time. */
const UUIDS = `
  create type role as enum ('OWNER', 'ADMIN', 'MEMBER');
  create table users (
    id uuid primary key default gen_random_uuid(), login text not null unique, deleted_at timestamptz, staff smallint
  );
  create table teams (
    id uuid primary key default gen_random_uuid(), slug text not null unique, owner_id uuid references users
  );
  create table members (
    team_id uuid not null references teams, user_id uuid not null references users, role role not null,
    primary key (team_id, user_id)
  );
  create table projects (
    id bigserial primary key, team_id uuid not null references teams, slug text not null, state text,
    unique (team_id, slug)
  );
  insert into users (login, staff) values ('alice', 1), ('bob', 0), ('carol', null);
  insert into teams (slug, owner_id) select slug, users.id from users cross join (values ('red'), ('blue')) as s (slug)
  where login = 'alice';
  -- The order of the rows of the members is not that of the teams or users.
  insert into members select t.id, u.id, 'ADMIN' from teams t, users u where slug = 'blue' and login = 'carol';
  insert into members select t.id, u.id, 'OWNER' from teams t, users u where slug = 'red' and login = 'bob';
  insert into projects (team_id, slug, state) select id, 'site', 'active' from teams where slug = 'blue'`;

const uuids = {
  users: table('users', { id: 'id', username: 'login', active: 'deleted_at', superuser: 'staff' }),
  teams: table('teams', { id: 'id', slug: 'slug', owner: 'owner_id' }),
  teamMembers: table('members', { team: 'team_id', user: 'user_id', type: 'role' }),
  projects: table('projects', { id: 'id', team: 'team_id', slug: 'slug', active: 'state' }),
};

const IDENTITY = 'add column rollcall_id integer generated always as identity unique';
const ADDED = `
  alter table users ${IDENTITY};
  alter table users add column rollcall_active boolean generated always as ("deleted_at" is null) stored;
  alter table users add column rollcall_superuser boolean generated always as ("staff" <> 0) stored;
  alter table teams ${IDENTITY};
  alter table members add column rollcall_type integer
    generated always as (case "role" when 'OWNER' then 0 when 'ADMIN' then 25 else 50 end) stored;
  alter table projects add column rollcall_active boolean generated always as ("state" = 'active') stored`;

const keyed: CoreSettings = {
  users: table('users', {
    id: 'rollcall_id',
    key: 'id',
    username: 'login',
    active: 'rollcall_active',
    superuser: 'rollcall_superuser',
  }),
  teams: table('teams', { id: 'rollcall_id', key: 'id', slug: 'slug', owner: 'owner_id' }),
  teamMembers: table('members', { team: 'team_id', user: 'user_id', type: 'rollcall_type' }),
  projects: table('projects', { id: 'id', team: 'team_id', slug: 'slug', active: 'rollcall_active' }),
};

describe('the inspection of an application with uuids', () => {
  it('advises a second id of the table that is referred to, never of the row that refers to it (G51)', async () => {
    await using application = await openApplication(UUIDS);
    const found = await application.inspect(uuids);
    const fixes = found.map(({ message, fix }) => `${message}: ${fix}`);
    expect(fixes.filter(fix => fix.includes('.team_id is uuid'))).toEqual([
      expect.stringContaining('set database.teams.key to the column of public.teams'),
      expect.stringContaining('set database.teams.key to the column of public.teams'),
    ]);
    for (const line of ADDED.split(';')) {
      const definition = line
        .trim()
        .replace(/^alter table \w+ /, '')
        .replaceAll(/\s+/g, ' ');
      expect(fixes.join('\n')).toContain(definition);
    }
  });

  it('finds nothing after that, and the views join teams, members and projects by the uuids (G51)', async () => {
    await using application = await openApplication(UUIDS);
    await application.client.query(ADDED);
    expect(await application.inspect(keyed)).toEqual([]);
    await application.migrate(keyed);
    const { rows } = await application.client.query(`
      select t.slug, u.username, m.type, p.slug as project, o.username as owner, u.is_active, u.is_superuser
      from rollcall.team_member m
      join rollcall.team t on t.id = m.team_id
      join rollcall.auth_user u on u.id = m.user_id
      join rollcall.auth_user o on o.id = t.owner_id
      left join rollcall.project p on p.team_id = t.id and p.status = 0
      order by 1`);
    const both = { owner: 'alice', is_active: true, is_superuser: false };
    expect(rows).toEqual([
      { ...both, slug: 'blue', username: 'carol', type: 25, project: 'site' },
      { ...both, slug: 'red', username: 'bob', type: 0, project: null },
    ]);
    await application.client.query('update teams set owner_id = null');
    expect((await application.client.query('select from rollcall.team')).rowCount).toBe(2);
  });

  it.each([
    [
      'refers to another column',
      { ...keyed, users: table('users', { id: 'rollcall_id', username: 'login' }) },
    ],
    [
      'has another type',
      { ...keyed, teams: table('teams', { id: 'rollcall_id', key: 'slug', slug: 'slug' }) },
    ],
  ])('refuses a team or user column that %s (G51)', async (_, core) => {
    await using application = await openApplication(UUIDS);
    await application.client.query(ADDED);
    expect((await application.inspect(core)).map(({ level }) => level)).toContain('fail');
  });

  it('refuses an id that is not the one that team members refer to (G51)', async () => {
    await using application = await openApplication(
      `${NUMBERS}; alter table users add column other integer not null unique default 1`,
    );
    const core = { ...numbers, users: table('users', { id: 'other', username: 'login' }) };
    expect(await application.inspect(core)).toMatchObject([
      {
        subject: 'database.teamMembers',
        message: expect.stringContaining('refers to public.users (id), not to public.users (other)'),
      },
    ]);
  });
});

describe('the inspection of an application that is joined', () => {
  it('refuses ids of another column, which would be those of other users (G51)', async () => {
    await using application = await openApplication(
      `${NUMBERS}; alter table users add column other integer not null unique default 1`,
    );
    await application.migrate(numbers);
    const other = { ...numbers, users: table('users', { id: 'other', key: 'id', username: 'login' }) };
    expect(await application.inspect(other)).toMatchObject([
      { message: 'database.users.id is other, but Rollcall was set up with the ids of id' },
    ]);
  });

  it('reports foreign keys and triggers that went with a table, and their statements restore them (G51)', async () => {
    await using application = await openApplication(NUMBERS);
    await application.migrate(numbers);
    await application.client.query(`
      create table copy (like users including all); insert into copy select * from users;
      drop table users cascade; alter table copy rename to users`);
    await application.migrate(numbers);
    const [finding] = await application.inspect(numbers);
    expect(finding?.message).toContain('access_group_members_user_id_foreign');
    expect(finding?.message).toContain('rollcall_auth_user_audit');
    const statements = /run: (.*); otherwise/.exec(finding?.fix ?? '')?.[1] ?? '';
    await application.client.query(statements);
    expect(await application.inspect(numbers)).toEqual([]);
  });

  it('refuses a second installation, and names the schema of the first (G82)', async () => {
    await using application = await openApplication(NUMBERS);
    await application.migrate(numbers);
    const [finding] = await application.inspect(numbers, { schema: 'second' });
    expect(finding?.message).toBe(
      'public.users belongs to another installation of Rollcall, in the schema rollcall',
    );
  });
});
