-- Creates the roles of Rollcall and gives each of them only the rights that it needs (docs/operations.md#roles):
--   owner        owns the tables and runs `rollcall migrate`
--   runtime      runs everything else: no right to alter a table, nor to change or delete the audit
--   application  the team's part: users, teams, projects, manual groups, levels; reads the rest
-- Run it as a superuser in the database of Rollcall, before `rollcall migrate up`, and once more after it for the application:
--   psql -d rollcall -f deploy/roles.sql
-- It may be repeated. Passwords are yours to set. Other names, and the right to remove old audit rows:
--   PGOPTIONS='-c roles.application=crm -c roles.schema=rollcall -c roles.retention=on' psql -d rollcall -f deploy/roles.sql
-- For database.core: theirs, the tables of the application, and whether Rollcall creates users or teams in them:
--   PGOPTIONS='-c roles.application=shop -c roles.schema=rollcall -c roles.users=public.users -c roles.teams=public.teams
--     -c roles.team_members=public.memberships -c roles.projects=public.projects -c roles.creates=on'
do $$
declare
  owner constant text := coalesce(nullif(current_setting('roles.owner', true), ''), 'rollcall_owner');
  runtime constant text := coalesce(nullif(current_setting('roles.runtime', true), ''), 'rollcall');
  application constant text := coalesce(nullif(current_setting('roles.application', true), ''), 'rollcall_application');
  home constant text := coalesce(nullif(current_setting('roles.schema', true), ''), 'public');
  creates constant boolean := coalesce(nullif(current_setting('roles.creates', true), ''), 'off')::boolean;
  queue constant text := case home when 'public' then 'rollcall_queue' else home || '_tasks' end;
  retention constant boolean := coalesce(nullif(current_setting('roles.retention', true), ''), 'off')::boolean;
  name text;
  kind "char";
  rights text;
  place regclass;
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
  -- The queue is in this schema unless redis is set. It belongs to the runtime.
  if to_regnamespace(quote_ident(queue)) is null then
    execute format('create schema %I authorization %I', queue, runtime);
  end if;

  -- For the tables of each migration. The migration itself takes back the rights on the audit.
  execute format('alter default privileges for role %I in schema %I grant select, insert, update, delete on tables to %I',
    owner, home, runtime);
  execute format('alter default privileges for role %I in schema %I grant select on tables to %I', owner, home, application);

  -- With database.core: theirs, what the owner and the runtime need of the tables of the application.
  for name, rights in values
    ('users', 'select, references, trigger'), ('teams', 'select, references, trigger'), ('team_members', 'select'),
    ('projects', 'select, references')
  loop
    continue when coalesce(current_setting('roles.' || name, true), '') = '';
    place := current_setting('roles.' || name)::regclass;
    execute format('grant usage on schema %s to %I, %I', (select relnamespace::regnamespace from pg_class where oid = place),
      owner, runtime);
    execute format('grant %s on %s to %I', rights, place, owner);
    continue when not creates or name not in ('users', 'teams');
    execute format('grant select, insert on %s to %I', place, runtime);
    for name in
      select d.objid::regclass::text from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
      where d.classid = 'pg_class'::regclass and d.refobjid = place
    loop
      execute format('grant usage on sequence %s to %I', name, runtime);
    end loop;
  end loop;

  for name, kind in
    select c.relname, c.relkind from pg_class c
    where c.relnamespace = to_regnamespace(quote_ident(home)) and c.relowner = owner::regrole and c.relkind in ('r', 'p', 'v')
  loop
    execute format('revoke all on %I.%I from %I, %I', home, name, runtime, application);
    execute format('grant select on %I.%I to %I, %I', home, name, runtime, application);
    if name in ('membership_change', 'access_group_change', 'audit_seal') then
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
