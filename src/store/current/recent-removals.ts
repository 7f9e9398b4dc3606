/** Loads the recent removals of a directory, which count towards the limits of the guard. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { CurrentState } from '../../model/current.ts';
import { query } from '../database/sql.ts';

interface RecentRow {
  readonly accessGroupId: number;
  readonly users: readonly number[];
  readonly added: number;
  readonly emptied: boolean;
  readonly retired: boolean;
}

/**
 * The removals by runs of this directory within the last `windowMs` milliseconds. It leaves out removals that a user
 * approved, decided or reverted, and users who are members again. Runs without removals are skipped, so that a first
 * sync with half a million additions is not scanned.
 */
export async function loadRecentRemovals(
  em: EntityManager,
  directory: string,
  windowMs: number,
): Promise<Pick<CurrentState, 'recentRemovals'>> {
  if (windowMs <= 0) return {};
  const rows = await query(
    em,
    sql<RecentRow>`
      with recent as materialized (
        select id, approves, approved_groups
        from sync_run
        where directory = ${directory} and reverts is null and mode = 'apply' and started_at is not null
          and coalesce(finished_at, now()) >= now() - ${windowMs}::float8 * interval '1 millisecond'
          and coalesce((counts #>> '{applied,removed}')::int, 1) > 0
      )
      select c.access_group_id as "accessGroupId",
        array_agg(distinct c.user_id order by c.user_id) filter (where c.action = 'remove') as users,
        (count(distinct c.user_id) filter (where c.action = 'add'))::int as added,
        not exists (select from access_group_members m where m.access_group_id = c.access_group_id) as emptied,
        bool_or(c.reason like 'group\\_%') as retired
      from recent r
      join membership_change c on c.run_id = r.id
      left join access_group_members m on m.access_group_id = c.access_group_id and m.user_id = c.user_id
      where c.directory = ${directory} and c.reason <> 'decided' and (c.action = 'add') = (m.user_id is not null)
        and not exists (
          select from sync_run_group h
          where h.run_id = r.approves and h.access_group_id = c.access_group_id and c.user_id = any(h.held)
            and (r.approved_groups is null or c.access_group_id = any(r.approved_groups))
        )
      group by c.access_group_id
      having bool_or(c.action = 'remove')
      order by c.access_group_id`,
  );
  if (rows.length === 0) return {};
  return { recentRemovals: rows.map(row => ({ ...row, users: Int32Array.from(row.users) })) };
}
