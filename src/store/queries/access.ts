/** Lists what users can access, and who can access projects. */
import { type RawBuilder, sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type {
  Grant,
  NameKey,
  Page,
  PageRequest,
  ProjectAccess,
  ProjectKey,
  ProjectName,
  UserAccess,
} from '../../model/access.ts';
import type { Database } from '../database/database.ts';
import { withLevel } from '../database/level.ts';
import { afterKey, pageOf } from '../database/page.ts';
import { query, queryOne } from '../database/sql.ts';
import { readFrom } from '../database/transaction.ts';
import { Project } from '../entities/access.ts';
import { findUser } from '../manual/lookups.ts';
import { teamId } from './teams.ts';

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
 * The projects that a user can access and the grants that allow it, by team and project. Throws RefusedError if the
 * user does not exist.
 */
export async function userAccess(
  db: Database,
  username: string,
  { limit, after }: PageRequest<ProjectKey>,
): Promise<Page<UserAccess, ProjectKey>> {
  const user = await readFrom(db, em => findUser(em, username));
  const rows = await query(
    db.orm.em.fork(),
    sql<Bare<UserAccess>>`
      select t.slug as team, p.slug as project, min(a.type) as type, ${BEST_FIRST} as via
      from access_grant a
      join project p on p.id = a.project_id
      join team t on t.id = p.team_id
      left join access_group g on g.id = a.access_group_id
      where a.user_id = ${user} ${afterKey(sql`t.slug, p.slug`, after)}
      group by t.slug, p.slug
      order by t.slug, p.slug
      limit ${limit + 1}`,
  );
  return userAccessPage(rows, limit);
}

/** Cuts rows of {@link userAccess} to a page. */
export function userAccessPage(
  rows: readonly Bare<UserAccess>[],
  limit: number,
): Page<UserAccess, ProjectKey> {
  const page = pageOf(rows, limit, (row): ProjectKey => [row.team, row.project]);
  return { ...page, items: page.items.map(withLevels) };
}

/**
 * The users that can access a project and the grants that allow it, by username. Throws RefusedError if the project
 * does not exist.
 */
export async function projectAccess(
  db: Database,
  project: ProjectName,
  { limit, after }: PageRequest<NameKey>,
): Promise<Page<ProjectAccess, NameKey>> {
  const id = await projectId(db, project);
  const who = { project: id, many: await isHeldByMany(db, id) };
  const rows = await query(
    db.orm.em.fork(),
    sql<Candidate>`
      with holder as (
        select m.user_id
        from access_group_projects a
        join access_group_members m on m.access_group_id = a.access_group_id
        where a.project_id = ${id}
      ), page as materialized (${candidates(who, { limit, after })})
      select u.username, u.full_name as "fullName", min(a.type) as type, ${BEST_FIRST} as via
      from page u
      left join lateral (
        -- offset 0 evaluates this for the users of the page only, whatever the planner estimates
        select * from access_grant w where w.user_id = u.id and w.project_id = ${id} offset 0
      ) a on true
      left join access_group g on g.id = a.access_group_id
      group by u.username, u.full_name
      order by u.username`,
  );
  return accessPage(rows, limit);
}

/** A user who may have access. type null: access_grant gives none. */
export type Candidate = Omit<Bare<ProjectAccess>, 'type'> & { readonly type: number | null };

/** Above this number, so many users qualify that a scan by username fills a page quickly. */
const MANY = 2_000;

/**
 * Whether the groups with the project have very many members. The planner cannot tell, because it only knows the
 * average size and sizes vary widely.
 */
export async function isHeldByMany(db: Database, project: number): Promise<boolean> {
  const found = await queryOne(
    db.orm.em.fork(),
    sql`
      select from access_group_projects a
      join access_group_members m on m.access_group_id = a.access_group_id
      where a.project_id = ${project}
      offset ${MANY} limit 1`,
  );
  return found !== undefined;
}

/**
 * Selects one page of candidates: superusers, team members, and those that the `holder` condition selects. Actual
 * access is then computed for these only, instead of for all members of a large group.
 */
export function candidates(
  { project, many }: { readonly project: number; readonly many: boolean },
  { limit, after }: PageRequest<NameKey>,
): RawBuilder<unknown> {
  const among = sql`
    u.id in (
      select user_id from holder
      union all
      select m.user_id from team_member m join project p on p.team_id = m.team_id where p.id = ${project}
      union all
      select id from auth_user where is_superuser
    )`;
  // "is true" keeps the planner from joining: it hashes the ids and scans the usernames
  return sql`
    select u.id, u.username, u.full_name
    from auth_user u
    where u.is_active and ${many ? sql`(${among}) is true` : among} ${afterKey(sql`u.username`, after)}
    order by u.username
    limit ${limit + 1}`;
}

/** The candidates of a page who have access. The result may be shorter than the page although more pages follow. */
export function accessPage(rows: readonly Candidate[], limit: number): Page<ProjectAccess, NameKey> {
  const page = pageOf(rows, limit, (row): NameKey => [row.username]);
  const items = page.items.flatMap(({ type, ...row }) =>
    type === null ? [] : [withLevels({ ...row, type })],
  );
  return { ...page, items };
}

/** The id of the project. Throws RefusedError if it does not exist. */
export async function projectId(db: Database, { team, project }: ProjectName): Promise<number> {
  const owner = await teamId(db, team);
  const found = await readFrom(db, em => em.findOne(Project, { team: owner, slug: project }));
  if (found === null) throw new RefusedError('unknown_project', `team "${team}" has no project "${project}"`);
  return found.id;
}

/** The row and its grants, with the names of their levels. */
export function withLevels<Row extends { readonly type: number; readonly via: readonly BareGrant[] }>(
  row: Row,
) {
  return { ...withLevel(row), via: row.via.map(withLevel) };
}
