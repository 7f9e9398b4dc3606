/** A Rails application: bigint ids, timestamps without defaults, and a trigger that keeps a history of its users. */
import type { Application } from './application.ts';

const TIMES = 'created_at timestamp(6) not null, updated_at timestamp(6) not null';

export const rails: Application = {
  schema: `
    create table users (
      id bigserial primary key, login varchar not null, email varchar, full_name varchar,
      active boolean not null default true, admin boolean not null default false, ${TIMES}
    );
    create unique index index_users_on_login on users (login);
    create table user_histories (id bigserial primary key, user_id bigint not null, event varchar not null);
    create function keep_user_history() returns trigger language plpgsql as $$
    begin
      insert into user_histories (user_id, event) values (coalesce(new.id, old.id), lower(tg_op));
      return coalesce(new, old);
    end $$;
    create trigger users_history after insert or delete on users
      for each row execute function keep_user_history();
    create table teams (
      id bigserial primary key, slug varchar not null, name varchar not null, owner_id bigint references users, ${TIMES}
    );
    create unique index index_teams_on_slug on teams (slug);
    create table memberships (
      id bigserial primary key,
      team_id bigint not null references teams on delete cascade,
      user_id bigint not null references users on delete cascade,
      role integer not null default 50,
      suspended boolean not null default false,
      enabled boolean generated always as (not suspended) stored,
      ${TIMES}
    );
    create unique index index_memberships on memberships (team_id, user_id);
    create table projects (
      id bigserial primary key,
      team_id bigint not null references teams on delete cascade,
      slug varchar not null,
      name varchar not null,
      visible boolean not null default true,
      ${TIMES}
    );
    create unique index index_projects on projects (team_id, slug);
    create table comments (
      id bigserial primary key,
      user_id bigint not null references users on delete cascade,
      body text not null check (body <> '')
    );
    create table active_storage_blobs (id bigserial primary key, key varchar not null unique);
    create table schema_migrations (version varchar primary key);
    create table ar_internal_metadata (key varchar primary key, value varchar, ${TIMES});
    insert into schema_migrations values ('20240101000000');
    -- Ids as an application has after years.
    alter sequence users_id_seq restart 2000000001;`,
  user: `
    insert into users (login, email, full_name, active, created_at, updated_at)
    values ($1, nullif($2, ''), $3, $4, now(), now())`,
  team: 'insert into teams (slug, name, created_at, updated_at) values ($1, $2, now(), now())',
  project: `
    insert into projects (slug, name, team_id, created_at, updated_at)
    select $2, $2, id, now(), now() from teams where slug = $1`,
  core: {
    users: {
      schema: 'public',
      table: 'users',
      columns: {
        id: 'id',
        username: 'login',
        email: 'email',
        fullName: 'full_name',
        active: 'active',
        superuser: 'admin',
      },
      constants: { created_at: 'now', updated_at: 'now' },
    },
    teams: {
      schema: 'public',
      table: 'teams',
      columns: { id: 'id', slug: 'slug', name: 'name', owner: 'owner_id' },
      constants: { created_at: 'now', updated_at: 'now' },
    },
    teamMembers: {
      schema: 'public',
      table: 'memberships',
      columns: { team: 'team_id', user: 'user_id', type: 'role', active: 'enabled', added: 'created_at' },
      constants: {},
    },
    projects: {
      schema: 'public',
      table: 'projects',
      columns: { id: 'id', team: 'team_id', slug: 'slug', name: 'name', active: 'visible' },
      constants: {},
    },
  },
  deleteUser: 'delete from users where login = $1',
  mistake: ["insert into comments (user_id, body) select id, '' from users limit 1", '23514'],
  effects: `
    select u.login as username from users u join user_histories h on h.user_id = u.id and h.event = 'insert'
    where u.created_at <= now()`,
};
