/** Lists the members of a group, and local users. */
import { sql } from 'kysely';
import type { GroupMember, NameKey, Page, UserFilter, UserSummary } from '../../model/access.ts';
import type { Database } from '../database/database.ts';
import { fromEpochMs } from '../database/level.ts';
import { afterKey, matching, pageOf, SEARCHED } from '../database/page.ts';
import { query } from '../database/sql.ts';

/** The members of a group by username, each with the audit row that added them. */
export async function groupMembers(
  db: Database,
  group: number,
  { limit, after, search }: UserFilter,
): Promise<Page<GroupMember, NameKey>> {
  const rows = await query(
    db.orm.em.fork(),
    sql<Omit<GroupMember, 'since'> & { at: number | null }>`
      with page as materialized (
        select u.id, u.username, u.full_name, u.is_active
        from access_group_members m
        join auth_user u on u.id = m.user_id
        where m.access_group_id = ${group} ${matching(SEARCHED.people, search)} ${afterKey(sql`u.username`, after)}
        order by u.username
        limit ${limit + 1}
      ), origin as materialized (
        select distinct on (c.user_id) c.user_id, c.at, c.run_id, c.reason, c.actor
        from membership_change c
        where c.user_id = any(array(select id from page)) and c.access_group_id = ${group} and c.action = 'add'
        order by c.user_id, c.id desc
      )
      select p.username, p.full_name as "fullName", p.is_active as "isActive",
        extract(epoch from o.at)::float8 * 1000 as at, o.run_id::float8 as "runId", o.reason, o.actor
      from page p
      left join origin o on o.user_id = p.id
      order by p.username`,
  );
  const page = pageOf(rows, limit, (row): NameKey => [row.username]);
  return { ...page, items: page.items.map(({ at, ...row }) => ({ ...row, since: fromEpochMs(at) })) };
}

/** Lists local users by username. */
export async function listUsers(
  db: Database,
  { limit, after, search }: UserFilter,
): Promise<Page<UserSummary, NameKey>> {
  const rows = await query(
    db.orm.em.fork(),
    sql<UserSummary>`
      select u.username, u.full_name as "fullName", u.email, u.is_active as "isActive",
        u.is_superuser as "isSuperuser"
      from auth_user u
      where true ${matching(SEARCHED.people, search)} ${afterKey(sql`u.username`, after)}
      order by u.username
      limit ${limit + 1}`,
  );
  return pageOf(rows, limit, user => [user.username]);
}
