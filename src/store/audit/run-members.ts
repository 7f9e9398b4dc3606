import { type RawBuilder, sql } from 'kysely';
import type { Page } from '../../model-access.ts';
import type { RunMember, RunMemberKey, RunMemberWish } from '../../model-audit.ts';
import type { Database } from '../database.ts';
import { query } from '../sql.ts';
import { behind, pageOf } from '../views/page.ts';

type MemberRow = Omit<RunMember, 'at'> & {
  readonly seq: number;
  readonly rank: number;
  readonly userId: number;
  readonly ms: number | null;
};

/**
 * The members whom a run added and removed, holds or (of a dry run) would change, group by group in the order of its plan.
 * `search` is looked for in usernames and in TEAM/NAME of groups. Only as many groups are looked at as the page needs.
 */
export async function runMembers(
  db: Database,
  run: number,
  { limit, after, search, held = false }: RunMemberWish,
): Promise<Page<RunMember, RunMemberKey>> {
  const order = sql`r.seq, m.rank, m.username, m.user_id`;
  const rows = await query(
    db.orm.em.fork(),
    sql<MemberRow>`
      select r.seq, m.rank, m.action, m.team, m."group", m.username, m.user_id as "userId", m.reason,
        r.access_group_id as "accessGroupId",
        m.rank = 1 as held, extract(epoch from m.at)::float8 * 1000 as ms
      from sync_run_group r
      cross join lateral (${membersOfRow()}) as m
      where r.run_id = ${run} and r.seq >= ${after?.[0] ?? 0}
        and ${held ? sql`r.outcome = 'held' and m.rank = 1` : sql`(r.added + r.removed > 0 or r.outcome in ('held', 'planned'))`}
        ${behind(order, after)} ${containing(search)}
      order by ${order}
      limit ${limit + 1}`,
  );
  const page = pageOf(rows, limit, (row): RunMemberKey => [row.seq, row.rank, row.username, row.userId]);
  return { ...page, items: page.items.map(memberOf) };
}

/** Of `r`, a row of the plan: rank 0 what was done, 1 what is held, 2 what a dry run found. */
function membersOfRow(): RawBuilder<unknown> {
  return sql`
    select 0 as rank, c.action, c.team_slug as team, c.group_name as "group", c.username, c.user_id, c.reason, c.at
    from membership_change c
    where c.run_id = r.run_id and c.access_group_id = r.access_group_id and r.added + r.removed > 0
    union all
    select 1, 'remove', r.team, r.name, u.username, u.id, 'held', r.settled_at
    from unnest(r.held) as h(user_id) join auth_user u on u.id = h.user_id
    where r.outcome = 'held'
    union all
    select 2, 'add', r.team, r.name, u.username, u.id, 'planned', null
    from unnest(r.to_add) as a(user_id) join auth_user u on u.id = a.user_id
    where r.outcome = 'planned'
    union all
    select 2, 'remove', r.team, r.name, u.username, u.id, 'planned', null
    from unnest(r.to_remove) as d(user_id) join auth_user u on u.id = d.user_id
    where r.outcome = 'planned'`;
}

function containing(search: string | undefined): RawBuilder<unknown> {
  if (search === undefined) return sql``;
  const text = search.toLowerCase();
  return sql`and (strpos(lower(m.username), ${text}) > 0 or strpos(lower(r.team || '/' || r.name), ${text}) > 0)`;
}

function memberOf({ ms, action, team, group, accessGroupId, username, reason, held }: MemberRow): RunMember {
  const at = ms === null ? undefined : new Date(ms);
  return { at, action, team, group, accessGroupId: accessGroupId ?? undefined, username, reason, held };
}
