/** Lists teams with their members and projects. */
import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type {
  NameKey,
  Page,
  PageRequest,
  ProjectSummary,
  TeamMember,
  TeamSummary,
} from '../../model/access.ts';
import type { Database } from '../database/database.ts';
import { fromEpochMs, withLevel } from '../database/level.ts';
import { afterKey, pageOf } from '../database/page.ts';
import { query } from '../database/sql.ts';
import { readFrom } from '../database/transaction.ts';
import { Team } from '../entities/access.ts';

/** Lists teams by slug. */
export async function listTeams(
  db: Database,
  { limit, after }: PageRequest<NameKey>,
): Promise<Page<TeamSummary, NameKey>> {
  const rows = await query(
    db.orm.em.fork(),
    sql<TeamSummary>`
      with page as materialized (
        select * from team where true ${afterKey(sql`slug`, after)} order by slug limit ${limit + 1}
      )
      select t.slug, t.name,
        (select count(*)::int from access_group g where g.team_id = t.id) as groups,
        (select count(*)::int from team_member m where m.team_id = t.id) as members,
        (select count(*)::int from project p where p.team_id = t.id) as projects
      from page t
      order by t.slug`,
  );
  return pageOf(rows, limit, team => [team.slug]);
}

/** The id of the team with that slug. Throws RefusedError if it does not exist. */
export async function teamId(db: Database, slug: string): Promise<number> {
  const team = await readFrom(db, em => em.findOne(Team, { slug }));
  if (team === null) throw new RefusedError('unknown_team', `there is no team "${slug}"`);
  return team.id;
}

/** The members of the whole team, by username. Throws RefusedError if the team does not exist. */
export async function teamMembers(
  db: Database,
  slug: string,
  { limit, after }: PageRequest<NameKey>,
): Promise<Page<TeamMember, NameKey>> {
  const team = await teamId(db, slug);
  const rows = await query(
    db.orm.em.fork(),
    sql<Omit<TeamMember, 'access' | 'dateAdded'> & { added: number | null }>`
      select u.username, u.full_name as "fullName", u.is_active as "isActive", m.type,
        not m.is_active as suspended, extract(epoch from m.date_added)::float8 * 1000 as added
      from team_member m
      join auth_user u on u.id = m.user_id
      where m.team_id = ${team} ${afterKey(sql`u.username`, after)}
      order by u.username
      limit ${limit + 1}`,
  );
  const page = pageOf(rows, limit, (row): NameKey => [row.username]);
  const items = page.items.map(({ added, ...row }) => ({ ...withLevel(row), dateAdded: fromEpochMs(added) }));
  return { ...page, items };
}

/** The team's projects by slug. Throws RefusedError if the team does not exist. */
export async function teamProjects(
  db: Database,
  slug: string,
  { limit, after }: PageRequest<NameKey>,
): Promise<Page<ProjectSummary, NameKey>> {
  const team = await teamId(db, slug);
  const rows = await query(
    db.orm.em.fork(),
    sql<ProjectSummary>`
      select p.slug, p.name, p.status = 0 as visible,
        (select count(*)::int from access_group_projects a where a.project_id = p.id) as groups
      from project p
      where p.team_id = ${team} ${afterKey(sql`p.slug`, after)}
      order by p.slug
      limit ${limit + 1}`,
  );
  return pageOf(rows, limit, project => [project.slug]);
}
