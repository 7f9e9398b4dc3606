/** Writes the members of groups whose changes are reverted. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import { markActor, markSync } from '../database/session-variables.ts';
import { query } from '../database/sql.ts';

/** The number of changed members by seq; rows without a change are absent. */
export type Written = ReadonlyMap<number, number>;

/**
 * Applies the pending rows of a revert, except what they hold. Frozen groups are written as the sync, with its audit.
 * Manual groups are written as the user, and the database writes the audit.
 */
export async function writeMembers(
  em: EntityManager,
  { run, by }: { readonly run: number; readonly by: string },
): Promise<{ readonly added: Written; readonly removed: Written }> {
  await markSync(em);
  const managed = [await add(em, run, by, true), await remove(em, run, by, true)] as const;
  await markActor(em, by, { run, reason: 'revert' });
  const manual = [await add(em, run, by, false), await remove(em, run, by, false)] as const;
  return {
    added: new Map([...managed[0], ...manual[0]]),
    removed: new Map([...managed[1], ...manual[1]]),
  };
}

interface CountRow {
  readonly seq: number;
  readonly count: number;
}

async function add(em: EntityManager, run: number, by: string, managed: boolean): Promise<Written> {
  const rows = await query(
    em,
    sql<CountRow>`
      with coming as materialized (
        select row.seq, row.group_id, row.group_name, row.slug, u.id as user_id, u.username
        from ${pendingRows(run, managed)}
        cross join lateral unnest(row.to_add) as wanted(user_id)
        join auth_user u on u.id = wanted.user_id
        where not exists (
          select from access_group_members m where m.access_group_id = row.group_id and m.user_id = u.id
        )
        order by row.group_id, u.id
      ), added as (
        insert into access_group_members (access_group_id, user_id) select group_id, user_id from coming
      ), ${audited('add', sql`coming`, { run, by, managed })}
      select seq, count(*)::int as count from coming group by seq`,
  );
  return new Map(rows.map(row => [row.seq, row.count]));
}

async function remove(em: EntityManager, run: number, by: string, managed: boolean): Promise<Written> {
  const rows = await query(
    em,
    sql<CountRow>`
      with leaving as materialized (
        select row.seq, row.group_id, row.group_name, row.slug, u.id as user_id, u.username
        from ${pendingRows(run, managed)}
        cross join lateral (select unnest(row.to_remove) as user_id except select unnest(row.held)) as surplus
        join access_group_members m on m.access_group_id = row.group_id and m.user_id = surplus.user_id
        join auth_user u on u.id = m.user_id
        order by row.group_id, u.id
      ), removed as (
        delete from access_group_members m using leaving l
        where m.access_group_id = l.group_id and m.user_id = l.user_id
      ), certain as (
        delete from membership_doubt d using leaving l
        where d.access_group_id = l.group_id and d.user_id = l.user_id
      ), ${audited('remove', sql`leaving`, { run, by, managed })}
      select seq, count(*)::int as count from leaving group by seq`,
  );
  return new Map(rows.map(row => [row.seq, row.count]));
}

function pendingRows(run: number, managed: boolean): RawBuilder<unknown> {
  return sql`(
    select r.seq, r.to_add, r.to_remove, r.held, g.id as group_id, g.name as group_name, t.slug
    from sync_run_group r
    join access_group g on g.id = r.access_group_id and g.managed = ${managed}
    join team t on t.id = g.team_id
    where r.run_id = ${run} and r.outcome = 'pending'
  ) as row`;
}

function audited(
  action: 'add' | 'remove',
  rows: RawBuilder<unknown>,
  { run, by, managed }: { readonly run: number; readonly by: string; readonly managed: boolean },
): RawBuilder<unknown> {
  return sql`audited as (
    insert into membership_change
      (run_id, actor, action, access_group_id, user_id, username, group_name, team_slug, directory, reason)
    select ${run}, ${by}, ${action}, c.group_id, c.user_id, c.username, c.group_name, c.slug,
      ownership_directory(c.group_id), 'revert'
    from ${rows} c
    where ${managed}
  )`;
}
