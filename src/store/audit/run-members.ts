import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { Page } from '../../model/access.ts';
import type { RunMember, RunMemberKey, RunMemberRequest } from '../../model/audit.ts';
import type { Database } from '../database/database.ts';
import { behind, pageOf } from '../database/page.ts';
import { intArray, query, queryOne } from '../database/sql.ts';

type MemberRow = Omit<RunMember, 'at' | 'accessGroupId'> & {
  readonly seq: number;
  readonly rank: number;
  readonly userId: number;
  readonly accessGroupId: number | null;
  readonly ms: number | null;
};

/** Up to here, what a search finds is looked up by its ids; beyond, a page of it is soon full anyway. */
const FEW = 1_000;

/**
 * The members whom a run added and removed, holds or (of a dry run) would change, group by group in the order of its plan.
 * `search` is looked for in usernames and in TEAM/NAME of groups. Only as many groups are looked at as the page needs.
 */
export async function runMembers(
  db: Database,
  run: number,
  { limit, after, search, held = false }: RunMemberRequest,
): Promise<Page<RunMember, RunMemberKey>> {
  const em = db.orm.em.fork();
  const some = search === undefined ? undefined : await findSome(em, run, search);
  const which = { run, from: after?.[0] ?? 0, some };
  const once = some?.few === true ? sql`materialized` : sql`not materialized`;
  const order = sql`seq, rank, username, user_id`;
  const page = sql`where true ${behind(order, after)} order by ${order} limit ${limit + 1}`;
  const others = sql`union all (select * from done ${page}) union all (select * from planned ${page})`;
  const rows = await query(
    em,
    sql<MemberRow>`
      with done as ${once} (${done(which)}), held as ${once} (${waiting(which)}), planned as ${once} (
        ${planned('add', which)} union all ${planned('remove', which)}
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

/** Ids of users and AccessGroups, and rows of the plan, as `intArray` writes them. A group to be created has no id yet. */
interface Some {
  readonly users: string;
  readonly groups: string;
  readonly seqs: string;
  readonly few: boolean;
}

/** From which row of the plan on, and of whom. */
interface Which {
  readonly run: number;
  readonly from: number;
  readonly some: Some | undefined;
}

async function findSome(em: EntityManager, run: number, search: string): Promise<Some> {
  const text = search.toLowerCase();
  const found = await queryOne(
    em,
    sql<{ users: readonly number[]; groups: readonly number[] | null; seqs: readonly number[] | null }>`
      select array(select id from auth_user where strpos(lower(username), ${text}) > 0) as users,
        array_agg(seq) as seqs, array_agg(access_group_id) filter (where access_group_id is not null) as groups
      from sync_run_group
      where run_id = ${run} and strpos(lower(team || '/' || name), ${text}) > 0`,
  );
  const [users, groups, seqs] = [found?.users ?? [], found?.groups ?? [], found?.seqs ?? []];
  const few = users.length + seqs.length <= FEW;
  return { users: intArray(users), groups: intArray(groups), seqs: intArray(seqs), few };
}

function done(which: Which): RawBuilder<unknown> {
  return sql`
    select r.seq, 0 as rank, c.action, c.team_slug as team, c.group_name as name, c.access_group_id, c.username,
      c.user_id, c.reason, c.at
    from sync_run_group r
    join membership_change c on c.run_id = ${which.run} and c.access_group_id = r.access_group_id
    where r.added + r.removed > 0 and ${ofThese(which, byIds)}`;
}

function waiting(which: Which): RawBuilder<unknown> {
  return sql`
    select r.seq, 1 as rank, 'remove' as action, r.team, r.name, r.access_group_id, u.username, u.id as user_id,
      'held' as reason, r.settled_at as at
    from sync_run_group r
    cross join lateral unnest(r.held) as h(user_id)
    join auth_user u on u.id = h.user_id
    where r.outcome = 'held' and ${ofThese(which, byRow)}`;
}

function planned(action: 'add' | 'remove', which: Which): RawBuilder<unknown> {
  return sql`
    select r.seq, 2 as rank, ${action}::text as action, r.team, r.name, r.access_group_id, u.username,
      u.id as user_id, 'planned' as reason, null::timestamptz as at
    from sync_run_group r
    cross join lateral unnest(${action === 'add' ? sql`r.to_add` : sql`r.to_remove`}) as w(user_id)
    join auth_user u on u.id = w.user_id
    where r.outcome = 'planned' and ${ofThese(which, byRow)}`;
}

function ofThese(
  { run, from, some }: Which,
  condition: (some: Some) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  const rows = sql`r.run_id = ${run} and r.seq >= ${from}`;
  return some === undefined ? rows : sql`${rows} and (${condition(some)})`;
}

function byRow({ users, seqs }: Some): RawBuilder<unknown> {
  return sql`u.id = any(${users}::integer[]) or r.seq = any(${seqs}::integer[])`;
}

function byIds({ users, groups }: Some): RawBuilder<unknown> {
  return sql`c.user_id = any(${users}::integer[]) or c.access_group_id = any(${groups}::integer[])`;
}

function memberOf({ ms, action, team, group, accessGroupId, username, reason, held }: MemberRow): RunMember {
  const at = ms === null ? undefined : new Date(ms);
  return { at, action, team, group, accessGroupId: accessGroupId ?? undefined, username, reason, held };
}
