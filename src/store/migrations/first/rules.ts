/** Triggers that keep a group's projects in its own team. */
import type { Core } from '../../core/names.ts';

/**
 * The rule that a group's projects belong to its own team. The join table has no team column for a foreign key, so
 * triggers guard three sides: the assignment (one check for each statement), and a change of team on either end. The
 * foreign keys have locked both rows by then, so no other transaction can move one.
 */
export function createRules(core: Core): string {
  return `
create function access_group_projects_check_team() returns trigger language plpgsql as $$
declare
  wrong record;
begin
  select g.name as group_name, p.slug into wrong
  from assigned a
  join access_group g on g.id = a.access_group_id
  join project p on p.id = a.project_id
  where g.team_id <> p.team_id
  limit 1;
  if found then
    raise exception 'project "%" belongs to another team than access group "%"', wrong.slug, wrong.group_name
      using errcode = 'check_violation', constraint = 'access_group_projects_same_team',
        hint = 'Assign only projects of the group''s own team.';
  end if;
  return null;
end $$;
create trigger access_group_projects_same_team_insert after insert on access_group_projects
  referencing new table as assigned for each statement execute function access_group_projects_check_team();
create trigger access_group_projects_same_team_update after update on access_group_projects
  referencing new table as assigned for each statement execute function access_group_projects_check_team();

create function access_group_projects_refuse_move() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'project' and exists (select from access_group_projects where project_id = old.id)
    or tg_table_name = 'access_group' and exists (select from access_group_projects where access_group_id = old.id)
  then
    raise exception '% % has group assignments in its team and cannot move to another team', tg_table_name, old.id
      using errcode = 'check_violation', constraint = 'access_group_projects_same_team',
        hint = 'Remove the assignments first.';
  end if;
  return new;
end $$;
${core.projects.isOurs ? PROJECT_STAYS : ''}create trigger access_group_same_team before update of team_id on access_group
  for each row when (old.team_id <> new.team_id) execute function access_group_projects_refuse_move();
`;
}

/**
 * The application may move its own projects between teams. A project in another team than the group is not granted by
 * the group: see access_grant.
 */
const PROJECT_STAYS = `create trigger project_same_team before update of team_id on project
  for each row when (old.team_id <> new.team_id) execute function access_group_projects_refuse_move();
`;

export function dropRules(core: Core): string {
  return `
drop trigger access_group_same_team on access_group;
${core.projects.isOurs ? 'drop trigger project_same_team on project;' : ''}
drop function access_group_projects_refuse_move();
drop trigger access_group_projects_same_team_update on access_group_projects;
drop trigger access_group_projects_same_team_insert on access_group_projects;
drop function access_group_projects_check_team();
`;
}
