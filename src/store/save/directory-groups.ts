/** Saves the state of directory groups and their unresolved members. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { UnresolvedMember } from '../../model/current.ts';
import type { DirectoryGroupRow, Plan } from '../../model/plan.ts';
import { chunks, jsonOf, query } from '../database/sql.ts';

interface States {
  readonly run: number;
  readonly plan: Plan;
}

/**
 * Saves the directory groups that are new or changed, and their unresolved members. It leaves unchanged rows untouched,
 * and groups that a user released after the plan was made.
 */
export async function saveStates(em: EntityManager, states: States): Promise<void> {
  await forget(em, states.plan);
  await saveGroups(em, states.plan);
  await saveUnresolved(em, states);
}

/** For a plan of all mapped groups: a group that it does not change keeps no error of an earlier run. */
export async function forgetErrors(em: EntityManager, { directory, changes }: Plan): Promise<void> {
  const changed = changes.flatMap(({ sources }) => sources);
  await query(
    em,
    sql`
      update directory_group set last_error = null
      where directory = ${directory} and last_error is not null and state = 'linked' and frozen_at is null
        and external_id <> all(${changed}::uuid[])`,
  );
}

async function forget(em: EntityManager, { directory, forgotten }: Plan): Promise<void> {
  if (forgotten.length === 0) return;
  await query(
    em,
    sql`
      delete from directory_group
      where directory = ${directory} and external_id = any(${forgotten}::uuid[]) and access_group_id is null`,
  );
}

async function saveGroups(em: EntityManager, { directory, states }: Plan): Promise<void> {
  for (const some of chunks(states)) await saveSomeGroups(em, directory, some);
}

async function saveSomeGroups(em: EntityManager, directory: string, states: readonly DirectoryGroupRow[]) {
  await query(
    em,
    sql`
      with given as materialized (
        select *, case when "missedReads" > 0 then now() end as missing_since
        from json_to_recordset(${jsonOf(states)}::json) as g("externalId" uuid, dn text, cn text, mapping text,
          state text, reason text, "missedReads" smallint, detached boolean)
      ), changed as (
        update directory_group d
        set dn = g.dn, cn = g.cn, mapping = g.mapping, state = g.state, reason = g.reason,
          missed_reads = g."missedReads",
          access_group_id = case when g.detached then null else d.access_group_id end,
          team_id = case when g.detached then null else d.team_id end,
          missing_since = case when g.missing_since is not null then coalesce(d.missing_since, g.missing_since) end
        from given g
        where d.directory = ${directory} and d.external_id = g."externalId" and d.state <> 'released'
      )
      insert into directory_group
        (directory, external_id, dn, cn, mapping, state, reason, missed_reads, missing_since)
      select ${directory}, g."externalId", g.dn, g.cn, g.mapping, g.state, g.reason, g."missedReads", g.missing_since
      from given g
      where not exists (
        select from directory_group d where d.directory = ${directory} and d.external_id = g."externalId"
      )
      order by g."externalId"`,
  );
}

async function saveUnresolved(em: EntityManager, { run, plan }: States): Promise<void> {
  const { directory } = plan;
  for (const some of chunks(plan.unresolved.resolved)) await deleteUnresolved(em, directory, some);
  for (const some of chunks(plan.unresolved.appeared)) await insertUnresolved(em, run, directory, some);
}

async function deleteUnresolved(em: EntityManager, directory: string, resolved: readonly UnresolvedMember[]) {
  await query(
    em,
    sql`
      delete from unresolved_member m
      using json_to_recordset(${jsonOf(resolved)}::json) as g("groupExternalId" uuid, member text, reason text)
      where m.directory = ${directory} and m.group_external_id = g."groupExternalId"
        and md5(m.member) = md5(g.member) and m.reason = g.reason`,
  );
}

async function insertUnresolved(
  em: EntityManager,
  run: number,
  directory: string,
  appeared: readonly UnresolvedMember[],
) {
  await query(
    em,
    sql`
      insert into unresolved_member (directory, group_external_id, member, attribute, reason, run_id)
      select ${directory}, g."groupExternalId", g.member, g.attribute, g.reason, ${run}
      from json_to_recordset(${jsonOf(appeared)}::json)
        as g("groupExternalId" uuid, member text, attribute text, reason text)
      join directory_group d on d.directory = ${directory} and d.external_id = g."groupExternalId"
        and d.state <> 'released'
      where not exists (
        select from unresolved_member m
        where m.directory = ${directory} and m.group_external_id = g."groupExternalId"
          and md5(m.member) = md5(g.member)
      )
      order by g."groupExternalId", g.member`,
  );
}
