/** Creates the view of all grants, and the view of effective access on top of it. */
import { createAccess, dropAccess } from '../first/access.ts';

/**
 * All grants of access for each user and visible project. access_effective selects the best of them, so that the
 * displayed reason and the effective level follow the same rule.
 */
export const GRANT_VIEWS = `
create or replace view access_grant (user_id, project_id, type, via, rank, access_group_id) as
select u.id, p.id, 0, 'superuser', 0, null::integer
from auth_user u
cross join project p
where u.is_superuser and u.is_active and p.status = 0
union all
select m.user_id, p.id, m.type, 'team', 1, null
from team_member m
join auth_user u on u.id = m.user_id and u.is_active
join project p on p.team_id = m.team_id and p.status = 0
where m.is_active
union all
select m.user_id, p.id, g.type, 'group', 2, g.id
from access_group_members m
join auth_user u on u.id = m.user_id and u.is_active
join access_group g on g.id = m.access_group_id
join access_group_projects a on a.access_group_id = g.id
join project p on p.id = a.project_id and p.team_id = g.team_id and p.status = 0
where not exists (
  select from team_member s where s.team_id = g.team_id and s.user_id = m.user_id and not s.is_active
);

create or replace view access_effective (user_id, project_id, type, via) as
select distinct on (user_id, project_id) user_id, project_id, type, via
from access_grant
order by user_id, project_id, type, rank;
`;

export const createGrants = `
${dropAccess}
${GRANT_VIEWS}`;

export const dropGrants = `
drop view access_effective;
drop view access_grant;
${createAccess}
`;
