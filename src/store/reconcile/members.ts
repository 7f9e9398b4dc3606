/** Adds and removes the members of managed groups from the rows of a saved plan. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { query } from '../database/sql.ts';
import { type RunTargets, SURPLUS, targetRows } from './groups.ts';

/** The number of changed members by AccessGroup id; unchanged groups are absent. */
export type Changed = ReadonlyMap<number, number>;

/**
 * Adds the desired users who are not members yet, each with its audit row. It compares with the current members, not
 * with those at the time of the plan. Deleted users are left out (case C11). Rows are inserted in index order.
 */
export async function addMembers(
  em: EntityManager,
  { run, directory, targets }: RunTargets,
): Promise<Changed> {
  if (targets.length === 0) return new Map();
  const rows = await query(
    em,
    sql<CountRow>`
      with lacking as materialized (
        select g.id as group_id, u.id as user_id, u.username, g.name as group_name, t.slug
        from ${targetRows(run, targets)}
        join access_group g on g.id = row.group_id
        join team t on t.id = g.team_id
        cross join lateral (
          select unnest(row.desired) as user_id
          except
          select m.user_id from access_group_members m where m.access_group_id = row.group_id
        ) as absent
        join auth_user u on u.id = absent.user_id
        order by g.id, u.id
      ), added as (
        insert into access_group_members (access_group_id, user_id) select group_id, user_id from lacking
      ), audited as (
        insert into membership_change
          (run_id, action, access_group_id, user_id, username, group_name, team_slug, directory, reason)
        select ${run}, 'add', group_id, user_id, username, group_name, slug, ${directory}, 'member' from lacking
      )
      select group_id as id, count(*)::int as count from lacking group by group_id`,
  );
  return toMap(rows);
}

/**
 * Removes the members who are neither desired nor held, with their audit rows and doubts. The audit names the user who
 * decided a doubt.
 */
export async function removeMembers(
  em: EntityManager,
  { run, directory, targets }: RunTargets,
): Promise<Changed> {
  if (targets.length === 0) return new Map();
  const rows = await query(
    em,
    sql<CountRow>`
      with surplus as materialized (
        select row.group_id, gone.user_id,
          case when row.kind = 'retire' then 'group_' || coalesce(row.reason, 'retired') else coalesce((
            select fact.key from jsonb_each(row.facts) as fact where fact.value @> to_jsonb(gone.user_id) limit 1
          ), 'not_member') end as reason,
          (select d.decided_by from membership_doubt d where d.access_group_id = row.group_id
            and d.user_id = gone.user_id and d.decision = 'remove') as decided_by
        from ${targetRows(run, targets)}
        cross join lateral ${SURPLUS}
      ), removed as (
        delete from access_group_members m
        using surplus s
        where m.access_group_id = s.group_id and m.user_id = s.user_id
        returning s.group_id, s.user_id, s.reason, s.decided_by
      ), certain as (
        delete from membership_doubt d
        using removed r
        where d.access_group_id = r.group_id and d.user_id = r.user_id
      ), audited as (
        insert into membership_change
          (run_id, actor, action, access_group_id, user_id, username, group_name, team_slug, directory, reason)
        select ${run}, case when r.reason = 'decided' then r.decided_by end, 'remove', g.id, r.user_id,
          coalesce(u.username, '#' || r.user_id), g.name, t.slug, ${directory}, r.reason
        from removed r
        join access_group g on g.id = r.group_id
        join team t on t.id = g.team_id
        -- An application can hide rows of its users. The removal is on record all the same.
        left join auth_user u on u.id = r.user_id
        order by g.id, r.user_id
      )
      select group_id as id, count(*)::int as count from removed group by group_id`,
  );
  return toMap(rows);
}

interface CountRow {
  readonly id: number;
  readonly count: number;
}

function toMap(rows: readonly CountRow[]): Changed {
  return new Map(rows.map(row => [row.id, row.count]));
}
