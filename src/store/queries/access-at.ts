/** Lists who had access to a project, and what a user could access, at an earlier time. */
import { sql } from 'kysely';
import type {
  NameKey,
  Page,
  PageRequest,
  ProjectAccess,
  ProjectKey,
  ProjectName,
  UserAccess,
} from '../../model/access.ts';
import type { Database } from '../database/database.ts';
import { afterKey } from '../database/page.ts';
import { query } from '../database/sql.ts';
import { readFrom } from '../database/transaction.ts';
import { findUser } from '../manual/lookups.ts';
import {
  accessPage,
  type Bare,
  BEST_FIRST,
  type Candidate,
  candidates,
  isHeldByMany,
  projectId,
  userAccessPage,
} from './access.ts';
import { groupsOf } from './memberships.ts';

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

/** As userAccess, with the memberships at a point in time. What is current in projectAccessAt is current here too. */
export async function userAccessAt(
  db: Database,
  username: string,
  { limit, after }: PageRequest<ProjectKey>,
  at: Date,
): Promise<Page<UserAccess, ProjectKey>> {
  const user = await readFrom(db, em => findUser(em, username));
  const rows = await query(
    db.orm.em.fork(),
    sql<Bare<UserAccess>>`
      with holding as (${groupsOf(user, at)}),
      a as (
        select project_id, type, via, rank, access_group_id from access_grant
        where user_id = ${user} and via <> 'group'
        union all
        select p.project_id, g.type, 'group', 2, g.id
        from holding h
        join auth_user u on u.id = ${user} and u.is_active
        join access_group g on g.id = h.id
        join access_group_projects p on p.access_group_id = g.id
        where not exists (
          select from team_member s where s.team_id = g.team_id and s.user_id = u.id and not s.is_active
        )
      )
      select t.slug as team, p.slug as project, min(a.type) as type, ${BEST_FIRST} as via
      from a
      join project p on p.id = a.project_id and p.status = 0
      join team t on t.id = p.team_id
      left join access_group g on g.id = a.access_group_id
      where true ${afterKey(sql`t.slug, p.slug`, after)}
      group by t.slug, p.slug
      order by t.slug, p.slug
      limit ${limit + 1}`,
  );
  return userAccessPage(rows, limit);
}
