-- Creates the roles of Rollcall and gives each of them only the rights that it needs (docs/operations.md#roles):
--   owner        owns the tables and runs `rollcall migrate`
--   runtime      runs everything else: no right to alter a table, nor to change or delete the audit
--   application  the team's part: users, teams, projects, manual groups, levels; reads the rest
-- Run it as a superuser in the database of Rollcall, before `rollcall migrate up`, and once more after it for the application:
--   psql -d rollcall -f deploy/roles.sql
-- It may be repeated. Passwords are yours to set. Other names, and the right to remove old audit rows:
--   PGOPTIONS='-c roles.application=crm -c roles.schema=rollcall -c roles.retention=on' psql -d rollcall -f deploy/roles.sql
do $$
declare
  owner constant text := coalesce(nullif(current_setting('roles.owner', true), ''), 'rollcall_owner');
  runtime constant text := coalesce(nullif(current_setting('roles.runtime', true), ''), 'rollcall');
  application constant text := coalesce(nullif(current_setting('roles.application', true), ''), 'rollcall_application');
  home constant text := coalesce(nullif(current_setting('roles.schema', true), ''), 'public');
  retention constant boolean := coalesce(nullif(current_setting('roles.retention', true), ''), 'off')::boolean;
  name text;
  kind "char";
begin
  foreach name in array array[owner, runtime, application] loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I login', name);
    end if;
    execute format('grant connect on database %I to %I', current_database(), name);
  end loop;

  if to_regnamespace(quote_ident(home)) is null then
    execute format('create schema %I authorization %I', home, owner);
  end if;
  -- A role that may create functions in the schema could replace those that the triggers call.
  execute format('revoke create on schema %I from public, %I, %I', home, runtime, application);
  execute format('grant usage, create on schema %I to %I', home, owner);
  execute format('grant usage on schema %I to %I, %I', home, runtime, application);
  -- The queue is in this schema if neither redis nor database.schema is set. It belongs to the runtime.
  if home = 'public' and to_regnamespace('rollcall_queue') is null then
    execute format('create schema rollcall_queue authorization %I', runtime);
  end if;

  -- For the tables of each migration. The migration itself takes back the rights on the audit.
  execute format('alter default privileges for role %I in schema %I grant select, insert, update, delete on tables to %I',
    owner, home, runtime);
  execute format('alter default privileges for role %I in schema %I grant select on tables to %I', owner, home, application);

  for name, kind in
    select c.relname, c.relkind from pg_class c
    where c.relnamespace = to_regnamespace(quote_ident(home)) and c.relowner = owner::regrole and c.relkind in ('r', 'p', 'v')
  loop
    execute format('revoke all on %I.%I from %I, %I', home, name, runtime, application);
    execute format('grant select on %I.%I to %I, %I', home, name, runtime, application);
    if name in ('membership_change', 'access_group_change') then
      execute format('grant insert%s on %I.%I to %I', case when retention then ', delete' else '' end, home, name, runtime);
    elsif name <> 'schema_migration' and kind <> 'v' then
      execute format('grant insert, update, delete on %I.%I to %I', home, name, runtime);
    end if;
    if kind <> 'v' and name in ('auth_user', 'team', 'team_member', 'project',
      'access_group', 'access_group_members', 'access_group_projects')
    then
      execute format('grant insert, update, delete on %I.%I to %I', home, name, application);
    end if;
  end loop;
end $$;
