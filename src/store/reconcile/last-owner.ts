/** Keeps the last owner of a team when a batch would remove them. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { intArray, query } from '../database/sql.ts';
import { type RunTargets, SURPLUS, targetRows } from './groups.ts';

/**
 * Waits until no other transaction removes owners from the teams of these rows. Without the lock, two groups, of one
 * run or of two directories, could each remove an owner and leave none. Returns whether any of the rows could remove an
 * owner.
 */
export async function lockOwners(em: EntityManager, run: number, seqs: readonly number[]): Promise<boolean> {
  const locked = await query(
    em,
    sql`
      select pg_advisory_xact_lock(key)
      from (
        select distinct hashtextextended('rollcall.owners/' || g.team_id, 0) as key
        from sync_run_group r
        join access_group g on g.id = r.access_group_id and g.type = 0
        where r.run_id = ${run} and r.seq = any(${intArray(seqs)}::integer[]) and cardinality(r.to_remove) > 0
        order by key
      ) as keys`,
  );
  return locked.length > 0;
}

/**
 * Keeps one owner in each team that these rows would leave without any. The plan has already ensured this, but other
 * owners may have left since. Call it after lockOwners, between additions and removals. plan/people/last-owner.ts
 * defines who is an owner and which one stays.
 */
export async function keepLastOwners(em: EntityManager, { run, targets }: RunTargets): Promise<void> {
  await query(
    em,
    sql`
      with losing as materialized (
        select g.team_id, row.seq, row.group_id, gone.user_id,
          u.is_active and not exists (
            select from team_member s where s.team_id = g.team_id and s.user_id = u.id and not s.is_active
          ) as owns
        from ${targetRows(run, targets)}
        join access_group g on g.id = row.group_id and g.type = 0
        cross join lateral ${SURPLUS}
        join auth_user u on u.id = gone.user_id
      ), staying as materialized (
        select distinct l.team_id from losing l
        where exists (
          select from team_member m
          join auth_user u on u.id = m.user_id and u.is_active
          where m.team_id = l.team_id and m.type = 0 and m.is_active
        ) or exists (
          select from access_group g
          join access_group_members m on m.access_group_id = g.id
          join auth_user u on u.id = m.user_id and u.is_active
          where g.team_id = l.team_id and g.type = 0
            and not exists (
              select from team_member s where s.team_id = g.team_id and s.user_id = u.id and not s.is_active
            )
            and not exists (select from losing x where x.group_id = g.id and x.user_id = u.id)
        )
      ), last as (
        select distinct on (team_id) seq, user_id from losing
        where owns and team_id not in (select team_id from staying)
        order by team_id, user_id, group_id
      )
      update sync_run_group r
      set desired = r.desired || last.user_id, reason = 'last_owner',
        explanation = 'the team would have no owner, so one member who should be removed stays'
      from last
      where r.run_id = ${run} and r.seq = last.seq`,
  );
}
