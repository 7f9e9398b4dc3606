/** Lists the members that a run added, removed, holds or would change. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { Page } from '../../model/access.ts';
import type { RunMember, RunMemberKey, RunMemberRequest } from '../../model/audit.ts';
import type { Database } from '../database/database.ts';
import { afterKey, pageOf } from '../database/page.ts';
import { intArray, query, queryOne } from '../database/sql.ts';

type MemberRow = Omit<RunMember, 'at' | 'accessGroupId'> & {
  readonly seq: number;
  readonly rank: number;
  readonly userId: number;
  readonly accessGroupId: number | null;
  readonly ms: number | null;
};

/**
 * Up to this number, the matches of a search are looked up by id. A search with more matches fills a page quickly
 * without that.
 */
const LOOKED_UP_BY_ID = 1_000;

/**
 * Lists the members that a run added, removed, holds or (for a dry run) would change, by group in the order of its
 * plan. `search` matches usernames and TEAM/NAME of groups. It reads only as many groups as the page needs.
 */
export async function runMembers(
  db: Database,
  run: number,
  { limit, after, search, held = false, group }: RunMemberRequest,
): Promise<Page<RunMember, RunMemberKey>> {
  const em = db.orm.em.fork();
  const matches = search === undefined ? undefined : await findMatches(em, run, search);
  const filter = { run, from: after?.[0] ?? 0, group, matches };
  const once = matches?.few === true ? sql`materialized` : sql`not materialized`;
  const order = sql`seq, rank, username, user_id`;
  const page = sql`where true ${afterKey(order, after)} order by ${order} limit ${limit + 1}`;
  const others = sql`union all (select * from done ${page}) union all (select * from planned ${page})`;
  const rows = await query(
    em,
    sql<MemberRow>`
      with done as ${once} (${done(filter)}), held as ${once} (${waiting(filter)}), planned as ${once} (
        ${planned('add', filter)} union all ${planned('remove', filter)}
      )
      select seq, rank, action, team, name as "group", access_group_id as "accessGroupId", username,
        user_id as "userId", reason, rank = 1 as held, extract(epoch from at)::float8 * 1000 as ms
      from ((select * from held ${page}) ${held ? sql`` : others}) as merged
      order by ${order}
      limit ${limit + 1}`,
  );
  const found = pageOf(rows, limit, (row): RunMemberKey => [row.seq, row.rank, row.username, row.userId]);
  return { ...found, items: found.items.map(memberOf) };
}

/**
 * The matches of a search: ids of users and AccessGroups, and rows of the plan, each as `intArray` text. A group that
 * is yet to be created has no id.
 */
interface SearchMatches {
  readonly users: string;
  readonly groups: string;
  readonly seqs: string;
  readonly few: boolean;
}

/** The run, the row of its plan to start at, and the matches of the search. */
interface RowFilter {
  readonly run: number;
  readonly from: number;
  readonly group: number | undefined;
  readonly matches: SearchMatches | undefined;
}

async function findMatches(em: EntityManager, run: number, search: string): Promise<SearchMatches> {
  const text = sql`lower(${search})`;
  const found = await queryOne(
    em,
    sql<{ users: readonly number[]; groups: readonly number[] | null; seqs: readonly number[] | null }>`
      select array(select id from auth_user where strpos(lower(username), ${text}) > 0) as users,
        array_agg(seq) as seqs, array_agg(access_group_id) filter (where access_group_id is not null) as groups
      from sync_run_group
      where run_id = ${run} and strpos(lower(team || '/' || name), ${text}) > 0`,
  );
  const [users, groups, seqs] = [found?.users ?? [], found?.groups ?? [], found?.seqs ?? []];
  const few = users.length + seqs.length <= LOOKED_UP_BY_ID;
  return { users: intArray(users), groups: intArray(groups), seqs: intArray(seqs), few };
}

function done(filter: RowFilter): RawBuilder<unknown> {
  return sql`
    select r.seq, 0 as rank, c.action, c.team_slug as team, c.group_name as name, c.access_group_id, c.username,
      c.user_id, c.reason, c.at
    from sync_run_group r
    join membership_change c on c.run_id = ${filter.run} and c.access_group_id = r.access_group_id
    where r.added + r.removed > 0 and ${matchingRows(filter, byIds)}`;
}

function waiting(filter: RowFilter): RawBuilder<unknown> {
  return sql`
    select r.seq, 1 as rank, 'remove' as action, r.team, r.name, r.access_group_id, u.username, u.id as user_id,
      'held' as reason, r.settled_at as at
    from sync_run_group r
    cross join lateral unnest(r.held) as h(user_id)
    join auth_user u on u.id = h.user_id
    where r.outcome = 'held' and ${matchingRows(filter, byRow)}`;
}

function planned(action: 'add' | 'remove', filter: RowFilter): RawBuilder<unknown> {
  return sql`
    select r.seq, 2 as rank, ${action}::text as action, r.team, r.name, r.access_group_id, u.username,
      u.id as user_id, 'planned' as reason, null::timestamptz as at
    from sync_run_group r
    cross join lateral unnest(${action === 'add' ? sql`r.to_add` : sql`r.to_remove`}) as w(user_id)
    join auth_user u on u.id = w.user_id
    where r.outcome = 'planned' and ${matchingRows(filter, byRow)}`;
}

function matchingRows(
  { run, from, group, matches }: RowFilter,
  condition: (matches: SearchMatches) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  const some = group === undefined ? sql`` : sql`and r.access_group_id = ${group}`;
  const rows = sql`r.run_id = ${run} and r.seq >= ${from} ${some}`;
  return matches === undefined ? rows : sql`${rows} and (${condition(matches)})`;
}

function byRow({ users, seqs }: SearchMatches): RawBuilder<unknown> {
  return sql`u.id = any(${users}::integer[]) or r.seq = any(${seqs}::integer[])`;
}

function byIds({ users, groups }: SearchMatches): RawBuilder<unknown> {
  return sql`c.user_id = any(${users}::integer[]) or c.access_group_id = any(${groups}::integer[])`;
}

function memberOf({ ms, action, team, group, accessGroupId, username, reason, held }: MemberRow): RunMember {
  const at = ms === null ? undefined : new Date(ms);
  return { at, action, team, group, accessGroupId: accessGroupId ?? undefined, username, reason, held };
}
