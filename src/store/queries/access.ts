/** Lists what a user can access, now or at an earlier time. */
import { type RawBuilder, sql } from 'kysely';
import type { Grant, Page, PageRequest, ProjectKey, UserAccess } from '../../model/access.ts';
import type { Database } from '../database/database.ts';
import { withLevel } from '../database/level.ts';
import { afterKey, pageOf } from '../database/page.ts';
import { query } from '../database/sql.ts';
import { readFrom } from '../database/transaction.ts';
import { findUser } from '../manual/lookups.ts';
import { groupsOf } from './memberships.ts';

type BareGrant = Omit<Grant, 'access'>;
export type Bare<T> = Omit<T, 'access' | 'via'> & { readonly via: readonly BareGrant[] };

/**
 * Aggregates the grants of one user on one project, best first. `a` has the columns of access_grant; `g` is the table
 * of groups.
 */
export const BEST_FIRST: RawBuilder<unknown> = sql`
  json_agg(
    json_build_object('kind', a.via, 'type', a.type, 'group', g.name, 'groupId', g.id) order by a.type, a.rank, g.name
  )`;

/**
 * The projects that a user can access and the grants that allow it, by team and project. With `at`, the memberships are
 * those that the audit shows for that time; levels, projects and team members are the current ones, because only
 * memberships have a history. Throws RefusedError if the user does not exist.
 */
export async function userAccess(
  db: Database,
  username: string,
  { limit, after }: PageRequest<ProjectKey>,
  at?: Date,
): Promise<Page<UserAccess, ProjectKey>> {
  const user = await readFrom(db, em => findUser(em, username));
  const rows = await query(
    db.orm.em.fork(),
    sql<Bare<UserAccess>>`
      with a as (${at === undefined ? sql`select * from access_grant where user_id = ${user}` : grantsAt(user, at)})
      select t.slug as team, p.slug as project, min(a.type) as type, ${BEST_FIRST} as via
      from a
      join project p on p.id = a.project_id
      join team t on t.id = p.team_id
      left join access_group g on g.id = a.access_group_id
      where true ${afterKey(sql`t.slug, p.slug`, after)}
      group by t.slug, p.slug
      order by t.slug, p.slug
      limit ${limit + 1}`,
  );
  const page = pageOf(rows, limit, (row): ProjectKey => [row.team, row.project]);
  return { ...page, items: page.items.map(withLevels) };
}

/** As access_grant for one user, with the memberships at that time. */
function grantsAt(user: number, at: Date): RawBuilder<unknown> {
  return sql`
    select project_id, type, via, rank, access_group_id from access_grant
    where user_id = ${user} and via <> 'group'
    union all
    select p.project_id, g.type, 'group', 2, g.id
    from (${groupsOf(user, at)}) h
    join auth_user u on u.id = ${user} and u.is_active
    join access_group g on g.id = h.id
    join access_group_projects p on p.access_group_id = g.id
    join project v on v.id = p.project_id and v.team_id = g.team_id and v.status = 0
    where not exists (
      select from team_member s where s.team_id = g.team_id and s.user_id = u.id and not s.is_active
    )`;
}

/** The row and its grants, with the names of their levels. */
export function withLevels<Row extends { readonly type: number; readonly via: readonly BareGrant[] }>(
  row: Row,
) {
  return { ...withLevel(row), via: row.via.map(withLevel) };
}
