/** Loads what a run changed, and locks the groups for its revert. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { Done } from '../../model/audit.ts';
import type { ManagedTotals } from '../../model/current.ts';
import { intArray, query, queryOne } from '../database/sql.ts';
import { lockLinks } from '../reconcile/locks.ts';

type DoneRow = Omit<Done, 'members' | 'added' | 'removed'> & {
  readonly members: readonly number[] | null;
  readonly added: readonly number[] | null;
  readonly removed: readonly number[] | null;
};

/** The changes of members by a run according to the audit, by team and group name, with their current state. */
export async function loadDone(em: EntityManager, run: number): Promise<Done[]> {
  const rows = await query(
    em,
    sql<DoneRow>`
      with mine as materialized (
        select distinct on (access_group_id, user_id) id, access_group_id, user_id, action, group_name, team_slug
        from membership_change
        where run_id = ${run}
        order by access_group_id, user_id, id desc
      ), judged as (
        select m.*, u.id is null or exists (
          select from membership_change n
          where n.access_group_id = m.access_group_id and n.user_id = m.user_id and n.id > m.id
        ) as overtaken
        from mine m
        left join auth_user u on u.id = m.user_id
      ), by_group as (
        select access_group_id as id, max(group_name) as name, max(team_slug) as team,
          array_agg(user_id order by user_id) filter (where action = 'add' and not overtaken) as added,
          array_agg(user_id order by user_id) filter (where action = 'remove' and not overtaken) as removed,
          (count(*) filter (where overtaken))::int as overtaken
        from judged
        group by access_group_id
      )
      select b.id as "accessGroupId", coalesce(t.slug, b.team) as team, coalesce(g.name, b.name) as name,
        coalesce(g.type, 50) as type, s.state, b.added, b.removed, b.overtaken,
        case when s.state in ('manual', 'frozen') then array(
          select m.user_id from access_group_members m where m.access_group_id = b.id order by m.user_id
        ) end as members
      from by_group b
      left join access_group g on g.id = b.id
      left join team t on t.id = g.team_id
      cross join lateral (select ${stateOf()} as state) as s
      order by team, name, b.id`,
  );
  return rows.map(row => ({
    ...row,
    members: Int32Array.from(row.members ?? []),
    added: Int32Array.from(row.added ?? []),
    removed: Int32Array.from(row.removed ?? []),
  }));
}

/** The state of `g`, which is an access_group or null. */
function stateOf(): RawBuilder<Done['state']> {
  return sql`case
    when g.id is null then 'gone'
    when not g.managed then 'manual'
    when exists (select from directory_group d where d.access_group_id = g.id and d.frozen_at is not null) then 'frozen'
    else 'live'
  end`;
}

/**
 * Locks the groups that a revert may change against the sync and users, until the transaction ends. The lock order is
 * that of a reconcile: the directory groups first.
 */
export async function lockDone(em: EntityManager, run: number): Promise<void> {
  const groups = await query(
    em,
    sql<{ id: number }>`
      select g.id from access_group g
      where g.id in (select access_group_id from membership_change where run_id = ${run}) and ${stateOf()} <> 'live'`,
  );
  const ids = intArray(groups.map(group => group.id));
  const sources = await query(
    em,
    sql<{ directory: string; externalId: string }>`
      select directory, external_id as "externalId" from directory_group
      where access_group_id = any(${ids}::integer[])
      order by directory, external_id`,
  );
  for (const [directory, some] of Map.groupBy(sources, source => source.directory)) {
    await lockLinks(
      em,
      directory,
      some.map(source => source.externalId),
    );
  }
  await query(em, sql`select from access_group where id = any(${ids}::integer[]) order by id for update`);
}

/** The totals for the guard: the directory's managed groups, and the groups of the run that were released since. */
export async function loadRevertTotals(
  em: EntityManager,
  directory: string,
  done: readonly Done[],
): Promise<ManagedTotals> {
  const released = intArray(done.filter(({ state }) => state === 'manual').map(group => group.accessGroupId));
  const totals = await queryOne(
    em,
    sql<ManagedTotals>`
      with counted as (
        select access_group_id as id from directory_group where directory = ${directory} and access_group_id is not null
        union
        select unnest(${released}::integer[])
      )
      select (select count(*)::int from counted) as groups, (
        select count(*)::int from access_group_members m where m.access_group_id in (select id from counted)
      ) as memberships`,
  );
  return totals ?? { groups: 0, memberships: 0 };
}
