/** Creates, renames, updates and deletes managed AccessGroups from the rows of a saved plan. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import { intArray, query } from '../database/sql.ts';

/** A row of the saved plan and the AccessGroup to apply it to. */
export interface RowTarget {
  readonly seq: number;
  readonly groupId: number;
}

/** Targets with the run and directory that the audit names. */
export interface RunTargets {
  readonly run: number;
  readonly directory: string;
  readonly targets: readonly RowTarget[];
}

/**
 * `row`: the saved rows of these targets, each with its `group_id`. For use after `from`. The condition on seqs is
 * repeated so that PostgreSQL reads only the rows of the batch, even if its estimate of the size of the run is wrong.
 */
export function targetRows(run: number, targets: readonly RowTarget[]): RawBuilder<unknown> {
  const seqs = intArray(targets.map(target => target.seq));
  const groups = intArray(targets.map(target => target.groupId));
  return sql`(
    select r.*, t.group_id
    from unnest(${seqs}::integer[], ${groups}::integer[]) as t(seq, group_id)
    join sync_run_group r on r.run_id = ${run} and r.seq = any(${seqs}::integer[]) and r.seq = t.seq
  ) as row`;
}

/**
 * `gone`: the members whose removal a target's `row` plans and who are neither desired nor held. Members that the plan
 * did not judge stay until a later plan does. For use after `cross join lateral`.
 */
export const SURPLUS: RawBuilder<unknown> = sql`(
  select m.user_id from access_group_members m
  where m.access_group_id = row.group_id and m.user_id = any(row.to_remove)
  except
  select unnest(row.desired)
  except
  select unnest(row.held)
) as gone`;

/** Creates the managed AccessGroups of rows that have none. The caller must have checked that the names are free. */
export async function createGroups(
  em: EntityManager,
  { run, directory }: Omit<RunTargets, 'targets'>,
  seqs: readonly number[],
): Promise<readonly RowTarget[]> {
  if (seqs.length === 0) return [];
  return query(
    em,
    sql<RowTarget>`
      with wanted as materialized (
        select * from sync_run_group where run_id = ${run} and seq = any(${intArray(seqs)}::integer[])
      ), created as (
        insert into access_group (team_id, name, type, managed)
        select team_id, name, coalesce(set_type, type), true from wanted order by seq
        returning id, team_id, name
      ), recorded as (
        insert into access_group_change
          (run_id, action, access_group_id, group_name, team_slug, directory, reason)
        select ${run}, 'create', c.id, c.name, t.slug, ${directory}, 'mapped'
        from created c
        join team t on t.id = c.team_id
        order by c.id
      )
      select w.seq, c.id as "groupId"
      from wanted w
      join created c on c.team_id = w.team_id and c.name = w.name`,
  );
}

/** Renames groups to the names of their rows. The caller must have checked that the names are free. */
export async function renameTo(em: EntityManager, { run, directory, targets }: RunTargets): Promise<void> {
  if (targets.length === 0) return;
  await query(
    em,
    sql`
      with renamed as (
        update access_group g set name = row.name
        from ${targetRows(run, targets)}
        join access_group before on before.id = row.group_id
        where g.id = row.group_id and g.managed and g.name <> row.name
        returning g.id, g.team_id, g.name, before.name as previous_name
      )
      ${recordRenames(run, directory)}`,
  );
}

/**
 * Inserts the audit rows of the groups that `renamed` lists: one for each group, without the placeholder names in
 * between.
 */
export function recordRenames(run: number, directory: string): RawBuilder<unknown> {
  return sql`
    insert into access_group_change
      (run_id, action, access_group_id, group_name, previous_name, team_slug, directory, reason)
    select ${run}, 'rename', r.id, r.name, r.previous_name, t.slug, ${directory}, 'mapped'
    from renamed r
    join team t on t.id = r.team_id
    order by r.id`;
}

/** Sets type and projects if the row specifies them. Returns the groups that changed. */
export async function setSettings(
  em: EntityManager,
  { run, directory, targets }: RunTargets,
): Promise<Set<number>> {
  if (targets.length === 0) return new Set();
  const rows = targetRows(run, targets);
  const changed = await query(
    em,
    sql<{ id: number }>`
      with typed as (
        update access_group g set type = row.set_type
        from ${rows}
        join access_group before on before.id = row.group_id
        where g.id = row.group_id and g.type <> row.set_type
        returning g.id, before.type as previous_type, g.type
      ), unassigned as (
        delete from access_group_projects a
        using ${rows}, project p
        where a.access_group_id = row.group_id and p.id = a.project_id and p.slug <> all(row.set_projects)
        returning a.access_group_id as id, a.project_id, '-' as sign
      ), assigned as (
        insert into access_group_projects (access_group_id, project_id)
        select g.id, p.id
        from ${rows}
        join access_group g on g.id = row.group_id
        join project p on p.team_id = g.team_id and p.slug = any(row.set_projects)
        where not exists (
          select from access_group_projects a where a.access_group_id = g.id and a.project_id = p.id
        )
        order by g.id, p.id
        returning access_group_id as id, project_id, '+' as sign
      ), changed as (
        select id, format('type %s to %s', previous_type, type) as reason from typed
        union all
        select c.id, 'projects ' || string_agg(c.sign || p.slug, ' ' order by p.slug)
        from (select * from unassigned union all select * from assigned) as c
        join project p on p.id = c.project_id
        group by c.id
      ), recorded as (
        insert into access_group_change
          (run_id, action, access_group_id, group_name, team_slug, directory, reason)
        select ${run}, 'settings', g.id, g.name, t.slug, ${directory}, c.reason
        from changed c
        join access_group g on g.id = c.id
        join team t on t.id = g.team_id
        order by g.id, c.reason
      )
      select id from typed union select id from unassigned union select id from assigned`,
  );
  return new Set(changed.map(row => row.id));
}

/**
 * Unlinks and deletes those of the groups that have no members left. A protected member keeps its group from being
 * deleted.
 */
export async function deleteGroups(
  em: EntityManager,
  { run, directory, targets }: RunTargets,
): Promise<void> {
  if (targets.length === 0) return;
  const ids = targets.map(target => target.groupId);
  const empty = await query(
    em,
    sql<{ id: number }>`
      select id from access_group g
      where id = any(${intArray(ids)}::integer[]) and managed
        and not exists (select from access_group_members m where m.access_group_id = g.id)`,
  );
  const groups = sql`any(${intArray(empty.map(row => row.id))}::integer[])`;
  await query(
    em,
    sql`update directory_group set access_group_id = null, team_id = null where access_group_id = ${groups}`,
  );
  await query(
    em,
    sql`
      with gone as (
        delete from access_group where id = ${groups} returning id, team_id, name
      )
      insert into access_group_change
        (run_id, action, access_group_id, group_name, team_slug, directory, reason)
      select ${run}, 'delete', g.id, g.name, t.slug, ${directory}, 'group_' || coalesce(row.reason, 'retired')
      from gone g
      join team t on t.id = g.team_id
      join ${targetRows(run, targets)} on row.group_id = g.id
      order by g.id`,
  );
}
