/** An application with its users in a schema of its own, names of columns that need quotes, and neither teams nor projects. */
import type { Application } from './application.ts';

export const crm: Application = {
  schema: `
    create schema crm;
    create table crm.users (
      "userId" bigint generated always as identity primary key,
      "login" text not null,
      mail text,
      enabled boolean,
      tenant integer not null default 1
    );
    create unique index users_login on crm.users ("login");
    create table crm.accounts (id serial primary key, owner bigint references crm.users on delete set null);
    create table crm.invoices (
      id serial primary key,
      account integer not null references crm.accounts,
      total numeric(12, 2) not null check (total >= 0)
    );
    create table team (id serial primary key, name text not null);
    insert into team (name) values ('a table of the name of one of ours');
    create function crm.refuse_tenant() returns trigger language plpgsql as $$
    begin
      raise exception 'a user keeps the tenant' using errcode = 'check_violation';
    end $$;
    create trigger users_tenant before update of tenant on crm.users
      for each row execute function crm.refuse_tenant();`,
  user: `insert into crm.users ("login", mail, enabled) select $1, $2, $4::boolean where $3::text is not null`,
  team: 'insert into rollcall.team (slug, name) values ($1, $2)',
  project: `
    insert into rollcall.project (team_id, slug, name) select id, $2, $2 from rollcall.team where slug = $1`,
  core: {
    users: {
      schema: 'crm',
      table: 'users',
      columns: { id: 'userId', username: 'login', email: 'mail', active: 'enabled' },
      constants: {},
    },
  },
  deleteUser: 'delete from crm.users where "login" = $1',
  mistake: ['update crm.users set tenant = 2', '23514'],
  effects: 'select "login" as username from crm.users where tenant = 1 and enabled',
};
