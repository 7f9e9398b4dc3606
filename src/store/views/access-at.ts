import { sql } from 'kysely';
import type { Page, PageWish, ProjectAccess } from '../../model-access.ts';
import type { Database } from '../database.ts';
import { query } from '../sql.ts';
import { type Bare, BEST_FIRST, type ProjectName, projectId, withLevels } from './access.ts';
import { behind, pageOf } from './page.ts';
import type { NameKey } from './teams.ts';

/**
 * As projectAccess, by the memberships of an instant: the audit of the groups that hold the project now, replayed up to
 * and including it. Levels, projects and team members are those of now, because only memberships have a history.
 */
export async function projectAccessAt(
  db: Database,
  project: ProjectName,
  { limit, after }: PageWish<NameKey>,
  at: Date,
): Promise<Page<ProjectAccess, NameKey>> {
  const id = await projectId(db, project);
  const rows = await query(
    db.orm.em.fork(),
    sql<Bare<ProjectAccess>>`
      with assigned as (
        select g.id, g.name, g.type, g.team_id
        from access_group_projects a join access_group g on g.id = a.access_group_id
        where a.project_id = ${id}
      ), newest as materialized (
        select distinct on (c.access_group_id, c.user_id) c.access_group_id, c.user_id, c.action
        from membership_change c
        where c.access_group_id in (select id from assigned) and c.at <= ${at.toISOString()}::timestamptz
        order by c.access_group_id, c.user_id, c.id desc
      ), a as (
        select user_id, type, via, rank, access_group_id
        from access_grant where project_id = ${id} and via <> 'group'
        union all
        select n.user_id, s.type, 'group', 2, s.id
        from newest n
        join assigned s on s.id = n.access_group_id
        join project p on p.id = ${id} and p.status = 0
        where n.action = 'add' and not exists (
          select from team_member t where t.team_id = s.team_id and t.user_id = n.user_id and not t.is_active
        )
      )
      select u.username, u.full_name as "fullName", min(a.type) as type, ${BEST_FIRST} as via
      from a
      join auth_user u on u.id = a.user_id and u.is_active
      left join assigned g on g.id = a.access_group_id
      where true ${behind(sql`u.username`, after)}
      group by u.username, u.full_name
      order by u.username
      limit ${limit + 1}`,
  );
  const page = pageOf(rows, limit, (row): NameKey => [row.username]);
  return { ...page, items: page.items.map(withLevels) };
}
