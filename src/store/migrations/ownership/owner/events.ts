/** Triggers that audit the changes of users to groups. */
import type { Core } from '../../../core/names.ts';
import { WITH_OUR_RIGHTS } from './rights.ts';

/**
 * The database writes the audit of users' changes to groups, their types and their projects. A sync writes its own
 * audit rows, with the run. The reason gives the old and new settings, in the same words as a sync.
 */
export function createManualEvents(core: Core): string {
  return [GROUP_EVENTS, teamEvents(core), PROJECT_EVENTS].join('\n');
}

const GROUP_EVENTS = `
create function access_group_record_manual() returns trigger language plpgsql ${WITH_OUR_RIGHTS} as $$
begin
  if tg_op = 'INSERT' then
    insert into access_group_change (actor, action, access_group_id, group_name, team_slug, reason)
    select ownership_actor(), 'create', g.id, g.name, t.slug, 'manual'
    from arrived g
    join team t on t.id = g.team_id
    order by g.id;
  elsif tg_op = 'DELETE' then
    insert into access_group_change (actor, action, access_group_id, group_name, team_slug, reason)
    select ownership_actor(), 'delete', g.id, g.name, t.slug, 'manual'
    from departed g
    join team t on t.id = g.team_id
    order by g.id;
  else
    insert into access_group_change
      (actor, action, access_group_id, group_name, previous_name, team_slug, directory, reason)
    select ownership_actor(), e.action, g.id, g.name, e.previous_name, t.slug, ownership_directory(g.id), e.reason
    from departed o
    join arrived g using (id)
    join team t on t.id = g.team_id
    cross join lateral (values
      ('rename', o.name, 'manual', o.name <> g.name),
      ('settings', null, format('type %s to %s', o.type, g.type), o.type <> g.type)
    ) as e(action, previous_name, reason, happened)
    where e.happened
    order by g.id, e.action;
  end if;
  return null;
end $$;
create trigger access_group_event_insert after insert on access_group referencing new table as arrived
  for each statement when (not ownership_by_sync()) execute function access_group_record_manual();
create trigger access_group_event_update after update on access_group
  referencing old table as departed new table as arrived
  for each statement when (not ownership_by_sync()) execute function access_group_record_manual();
create trigger access_group_event_delete after delete on access_group referencing old table as departed
  for each statement when (not ownership_by_sync()) execute function access_group_record_manual();
`;

function teamEvents(core: Core): string {
  return `
-- Before the team goes, as long as there is a slug to name.
create function team_record_groups() returns trigger language plpgsql ${WITH_OUR_RIGHTS} as $$
begin
  insert into access_group_change (actor, action, access_group_id, group_name, team_slug, directory, reason)
  select ownership_actor(), 'delete', g.id, g.name, ${core.teams.old('slug')}, ownership_directory(g.id), 'team_deleted'
  from access_group g
  where g.team_id = ${core.teams.old('id')}
  order by g.id;
  return old;
end $$;
create trigger ${core.teams.trigger('team_event')} before delete on ${core.teams.table} for each row execute function team_record_groups();
`;
}

const PROJECT_EVENTS = `
create function access_group_change_record_projects(sign text, groups integer[], projects integer[])
returns void language sql as $$
  insert into access_group_change (actor, action, access_group_id, group_name, team_slug, directory, reason)
  select ownership_actor(), 'settings', g.id, g.name, t.slug, ownership_directory(g.id),
    'projects ' || string_agg(sign || p.slug, ' ' order by p.slug)
  from unnest(groups, projects) as changed(group_id, project_id)
  join access_group g on g.id = changed.group_id
  join team t on t.id = g.team_id
  join project p on p.id = changed.project_id
  group by g.id, t.slug
  order by g.id
$$;
create function access_group_projects_record_manual() returns trigger language plpgsql ${WITH_OUR_RIGHTS} as $$
begin
  if tg_op <> 'INSERT' then
    perform access_group_change_record_projects('-', array_agg(access_group_id), array_agg(project_id)) from departed;
  end if;
  if tg_op <> 'DELETE' then
    perform access_group_change_record_projects('+', array_agg(access_group_id), array_agg(project_id)) from arrived;
  end if;
  return null;
end $$;
create trigger access_group_projects_event_insert after insert on access_group_projects
  referencing new table as arrived
  for each statement when (not ownership_by_sync()) execute function access_group_projects_record_manual();
create trigger access_group_projects_event_update after update on access_group_projects
  referencing old table as departed new table as arrived
  for each statement when (not ownership_by_sync()) execute function access_group_projects_record_manual();
create trigger access_group_projects_event_delete after delete on access_group_projects
  referencing old table as departed
  for each statement when (not ownership_by_sync()) execute function access_group_projects_record_manual();
`;

export function dropManualEvents(core: Core): string {
  return `
drop trigger access_group_projects_event_delete on access_group_projects;
drop trigger access_group_projects_event_update on access_group_projects;
drop trigger access_group_projects_event_insert on access_group_projects;
drop function access_group_projects_record_manual();
drop function access_group_change_record_projects(text, integer[], integer[]);
drop trigger ${core.teams.trigger('team_event')} on ${core.teams.table};
drop function team_record_groups();
drop trigger access_group_event_delete on access_group;
drop trigger access_group_event_update on access_group;
drop trigger access_group_event_insert on access_group;
drop function access_group_record_manual();
`;
}
