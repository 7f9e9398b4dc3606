/** Lists who had access to a project at an earlier time. */
import { sql } from 'kysely';
import type { NameKey, Page, PageRequest, ProjectAccess, ProjectName } from '../../model/access.ts';
import type { Database } from '../database/database.ts';
import { query } from '../database/sql.ts';
import { accessPage, BEST_FIRST, type Candidate, candidates, isHeldByMany, projectId } from './access.ts';

/**
 * As projectAccess, with the memberships at a point in time. It replays the audit of the groups that have the project
 * now, up to and including that time. Levels, projects and team members are the current ones, because only memberships
 * have a history.
 */
export async function projectAccessAt(
  db: Database,
  project: ProjectName,
  { limit, after }: PageRequest<NameKey>,
  at: Date,
): Promise<Page<ProjectAccess, NameKey>> {
  const id = await projectId(db, project);
  const who = { project: id, many: await isHeldByMany(db, id) };
  const rows = await query(
    db.orm.em.fork(),
    sql<Candidate>`
      with assigned as materialized (
        select g.id, g.name, g.type, g.team_id
        from access_group_projects a
        join access_group g on g.id = a.access_group_id
        join project p on p.id = a.project_id and p.team_id = g.team_id and p.status = 0
        where a.project_id = ${id}
      ), newest as (
        select distinct on (c.access_group_id, c.user_id) c.access_group_id, c.user_id, c.action
        from membership_change c
        where c.access_group_id in (select id from assigned) and c.at <= ${at.toISOString()}::timestamptz
        order by c.access_group_id, c.user_id, c.id desc
      ), holder as materialized (
        select user_id, access_group_id from newest where action = 'add'
      ), page as materialized (${candidates(who, { limit, after })}),
      held as materialized (select h.* from holder h where h.user_id in (select id from page))
      select u.username, u.full_name as "fullName", min(a.type) as type, ${BEST_FIRST} as via
      from page u
      left join lateral (
        select w.type, w.via, w.rank, w.access_group_id
        from access_grant w where w.user_id = u.id and w.project_id = ${id} and w.via <> 'group'
        union all
        select s.type, 'group', 2, s.id
        from held h
        join assigned s on s.id = h.access_group_id
        where h.user_id = u.id and not exists (
          select from team_member t where t.team_id = s.team_id and t.user_id = u.id and not t.is_active
        )
      ) a on true
      left join access_group g on g.id = a.access_group_id
      group by u.username, u.full_name
      order by u.username`,
  );
  return accessPage(rows, limit);
}
