/**
 * The level of every user on every visible project, and its source. The smallest type wins; between equal types the
 * simpler reason wins (superuser, team, group). A suspended team membership overrides the directory, and an inactive
 * user has no access. Conditions on user_id or project_id are pushed down below DISTINCT ON.
 */
export const createAccess = `
create view access_effective (user_id, project_id, type, via) as
select distinct on (grants.user_id, grants.project_id) grants.user_id, grants.project_id, grants.type, grants.via
from (
  select u.id as user_id, p.id as project_id, 0 as type, 'superuser' as via, 0 as rank
  from auth_user u
  cross join project p
  where u.is_superuser and u.is_active and p.status = 0
  union all
  select m.user_id, p.id, m.type, 'team', 1
  from team_member m
  join auth_user u on u.id = m.user_id and u.is_active
  join project p on p.team_id = m.team_id and p.status = 0
  where m.is_active
  union all
  select m.user_id, p.id, g.type, 'group', 2
  from access_group_members m
  join auth_user u on u.id = m.user_id and u.is_active
  join access_group g on g.id = m.access_group_id
  join access_group_projects a on a.access_group_id = g.id
  join project p on p.id = a.project_id and p.team_id = g.team_id and p.status = 0
  where not exists (
    select from team_member s where s.team_id = g.team_id and s.user_id = m.user_id and not s.is_active
  )
) grants
order by grants.user_id, grants.project_id, grants.type, grants.rank;
`;

export const dropAccess = `
drop view access_effective;
`;
