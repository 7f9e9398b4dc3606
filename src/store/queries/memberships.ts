/** Lists what a user is a member of, now or at an earlier time. */
import { type RawBuilder, sql } from 'kysely';
import type { Page, PageRequest, ProjectKey } from '../../model/access.ts';
import type { Membership } from '../../model/operations/access.ts';
import type { Database } from '../database/database.ts';
import { fromEpochMs } from '../database/level.ts';
import { afterKey, pageOf } from '../database/page.ts';
import { query } from '../database/sql.ts';
import { readFrom } from '../database/transaction.ts';
import { findUser } from '../manual/lookups.ts';

/**
 * The teams and AccessGroups that a user is a member of, by team and group. With `at`, it replays the audit of the
 * groups up to and including that time; teams and suspensions are the current ones, because they have no history. Without
 * `at`, it shows what PostgreSQL holds, also if the audit does not know it. Throws RefusedError if the user does not
 * exist.
 */
export async function memberships(
  db: Database,
  username: string,
  { limit, after }: PageRequest<ProjectKey>,
  at?: Date,
): Promise<Page<Membership, ProjectKey>> {
  const user = await readFrom(db, em => findUser(em, username));
  const rows = await query(
    db.orm.em.fork(),
    sql<Omit<Membership, 'since'> & { readonly since: number | null }>`
      with holding as (${groupsOf(user, at)}),
      membership as (
        select 'superuser' as kind, '' as team, '' as "group", null::integer as id, null::timestamptz as since
        from auth_user where id = ${user} and is_superuser and is_active
        union all
        select 'team', t.slug, '', null, null from team_member m join team t on t.id = m.team_id where m.user_id = ${user}
        union all
        select 'group', coalesce(t.slug, h.team), coalesce(g.name, h.name), h.id, h.since
        from holding h left join access_group g on g.id = h.id left join team t on t.id = g.team_id
      )
      select m.kind, nullif(m.team, '') as team, nullif(m."group", '') as "group", m.id as "groupId",
        (select min(d.directory) from directory_group d join access_group g on g.id = d.access_group_id
          where g.id = m.id and g.managed) as directory,
        not u.is_active or exists (
          select from team_member s join team t on t.id = s.team_id
          where t.slug = m.team and s.user_id = u.id and not s.is_active
        ) as suspended,
        extract(epoch from m.since)::float8 * 1000 as since
      from membership m
      join auth_user u on u.id = ${user}
      where true ${afterKey(sql`m.team, m."group"`, after)}
      order by m.team, m."group"
      limit ${limit + 1}`,
  );
  const page = pageOf(rows, limit, (row): ProjectKey => [row.team ?? '', row.group ?? '']);
  return { ...page, items: page.items.map(row => ({ ...row, since: fromEpochMs(row.since) })) };
}

/** The groups of a user as `id`, `team`, `name` and `since`: from the memberships, or at a time from the audit. */
export function groupsOf(user: number, at: Date | undefined): RawBuilder<unknown> {
  const newest = newestChanges(sql`user_id = ${user}`, at);
  if (at !== undefined)
    return sql`
      select n.access_group_id as id, n.team_slug as team, n.group_name as name, n.at as since
      from (${newest}) n where n.action = 'add'`;
  return sql`
    select m.access_group_id as id, '' as team, '' as name, n.at as since
    from access_group_members m
    left join (${newest}) n on n.access_group_id = m.access_group_id and n.action = 'add'
    where m.user_id = ${user}`;
}

/** The newest audit row of each member and group, up to and including that time. */
export function newestChanges(which: RawBuilder<unknown>, at: Date | undefined): RawBuilder<unknown> {
  return sql`
    select distinct on (access_group_id, user_id) access_group_id, user_id, action, team_slug, group_name, at
    from membership_change
    where ${which} ${at === undefined ? sql`` : sql`and at <= ${at.toISOString()}::timestamptz`}
    order by access_group_id, user_id, id desc`;
}
