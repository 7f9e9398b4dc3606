/** Lists who can access a project, now or at an earlier time. */
import { type RawBuilder, sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { NameKey, Page, PageRequest, ProjectAccess, ProjectName } from '../../model/access.ts';
import type { Database } from '../database/database.ts';
import { afterKey, pageOf } from '../database/page.ts';
import { query, queryOne } from '../database/sql.ts';
import { readFrom } from '../database/transaction.ts';
import { Project } from '../entities/access.ts';
import { type Bare, BEST_FIRST, withLevels } from './access.ts';
import { newestChanges } from './memberships.ts';
import { teamId } from './teams.ts';

/**
 * The users that can access a project and the grants that allow it, by username. With `at`, it replays the audit of the
 * groups that have the project now, up to and including that time; levels, projects and team members are the current
 * ones, because only memberships have a history. Throws RefusedError if the project does not exist.
 */
export async function projectAccess(
  db: Database,
  project: ProjectName,
  { limit, after }: PageRequest<NameKey>,
  at?: Date,
): Promise<Page<ProjectAccess, NameKey>> {
  const id = await projectId(db, project);
  const page = candidates({ project: id, many: await isHeldByMany(db, id) }, { limit, after });
  const { tables, grants } = at === undefined ? current(id, page) : earlier(id, page, at);
  const rows = await query(
    db.orm.em.fork(),
    sql<Candidate>`
      with ${tables}
      select u.username, u.full_name as "fullName", min(a.type) as type, ${BEST_FIRST} as via
      from page u
      left join lateral (${grants}) a on true
      left join access_group g on g.id = a.access_group_id
      group by u.username, u.full_name
      order by u.username`,
  );
  return accessPage(rows, limit);
}

/** The parts of the query: the tables `holder`, users of groups with the project, and `page`; the grants of a user `u`. */
interface Parts {
  readonly tables: RawBuilder<unknown>;
  readonly grants: RawBuilder<unknown>;
}

function current(project: number, page: RawBuilder<unknown>): Parts {
  return {
    tables: sql`
      holder as (
        select m.user_id
        from access_group_projects a
        join access_group_members m on m.access_group_id = a.access_group_id
        where a.project_id = ${project}
      ), page as materialized (${page})`,
    // offset 0 evaluates this for the users of the page only, even if the planner estimates that another order is cheaper
    grants: sql`select * from access_grant w where w.user_id = u.id and w.project_id = ${project} offset 0`,
  };
}

function earlier(project: number, page: RawBuilder<unknown>, at: Date): Parts {
  return {
    tables: sql`
      assigned as materialized (
        select g.id, g.type, g.team_id
        from access_group_projects a
        join access_group g on g.id = a.access_group_id
        join project p on p.id = a.project_id and p.team_id = g.team_id and p.status = 0
        where a.project_id = ${project}
      ), holder as materialized (
        select n.user_id, n.access_group_id
        from (${newestChanges(sql`access_group_id in (select id from assigned)`, at)}) n where n.action = 'add'
      ), page as materialized (${page}),
      held as materialized (select h.* from holder h where h.user_id in (select id from page))`,
    grants: sql`
      select w.type, w.via, w.rank, w.access_group_id
      from access_grant w where w.user_id = u.id and w.project_id = ${project} and w.via <> 'group'
      union all
      select s.type, 'group', 2, s.id
      from held h
      join assigned s on s.id = h.access_group_id
      where h.user_id = u.id and not exists (
        select from team_member t where t.team_id = s.team_id and t.user_id = u.id and not t.is_active
      )`,
  };
}

/** A user who may have access. type null: access_grant gives none. */
type Candidate = Omit<Bare<ProjectAccess>, 'type'> & { readonly type: number | null };

/** Above this number, so many users qualify that a scan by username fills a page quickly. */
const MANY = 2_000;

/**
 * Whether the groups with the project have very many members. The planner cannot tell, because it only knows the
 * average size and sizes vary widely.
 */
async function isHeldByMany(db: Database, project: number): Promise<boolean> {
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
function candidates(
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
function accessPage(rows: readonly Candidate[], limit: number): Page<ProjectAccess, NameKey> {
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
