/** Saves unresolved references, the last changes of groups, and doubts. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Plan, Verdict } from '../../model/plan.ts';
import { chunks, intArray, jsonOf, query } from '../database/sql.ts';

interface Doubts {
  readonly run: number;
  readonly plan: Plan;
}

/**
 * Saves the values of the directory that lead to no single entry, each since the first of the consecutive reads that
 * found it so.
 */
export async function saveReferences(
  em: EntityManager,
  { run, plan, verdict }: Doubts & { readonly verdict: Verdict },
): Promise<void> {
  const { appeared = [], resolved = [], proving = [] } = plan.references ?? {};
  const settled = verdict.holds.length === 0 ? [...resolved, ...proving] : resolved;
  for (const keys of chunks(settled)) {
    await query(
      em,
      sql`
        delete from unresolved_reference
        where directory = ${plan.directory} and key_hash in (select md5(key)::uuid from unnest(${keys}::text[]) as key)`,
    );
  }
  for (const some of chunks(appeared)) {
    await query(
      em,
      sql`
        insert into unresolved_reference as r (directory, key, absent, groups, run_id)
        select ${plan.directory}, g.key, g.absent, g.groups, ${run}
        from json_to_recordset(${jsonOf(some)}::json) as g(key text, absent boolean, groups jsonb)
        order by md5(g.key)
        on conflict (directory, key_hash) do update
        set absent = excluded.absent, groups = excluded.groups,
          since = case when r.absent = excluded.absent then r.since else excluded.since end,
          run_id = case when r.absent = excluded.absent then r.run_id else excluded.run_id end`,
    );
  }
}

/** Saves when groups and nested groups had last changed. */
export async function saveEntryChanges(
  em: EntityManager,
  { directory, entryChanges = [] }: Plan,
): Promise<void> {
  for (const some of chunks(entryChanges))
    await query(
      em,
      sql`
        insert into directory_entry_change (directory, external_id, changed_at)
        select ${directory}, g."externalId", g."changedAt"
        from json_to_recordset(${jsonOf(some)}::json) as g("externalId" uuid, "changedAt" text)
        order by g."externalId"
        on conflict (directory, external_id) do update set changed_at = excluded.changed_at`,
    );
}

/**
 * Saves the members in doubt of the AccessGroups that were judged. A member with the decision `remove` stays on record
 * until the removal is applied, because the guard may hold it and the approved run then judges it again. A doubt keeps
 * its start for as long as it lasts, and its decision for as long as it is of the same kind and its basis gains nothing
 * new. Unchanged rows are not written. Returns the doubts that are new or have a new basis, by `doubtId`.
 */
export async function saveDoubts(em: EntityManager, { run, plan }: Doubts): Promise<ReadonlySet<string>> {
  const { directory, doubts } = plan;
  await forgetDoubts(em, plan);
  const news = new Set<string>();
  for (const some of chunks(doubts)) {
    const rows = await query(
      em,
      sql<{ group: number; user: number }>`
        insert into membership_doubt as d (access_group_id, user_id, directory, kind, keys, dns, run_id)
        select g."accessGroupId", g."userId", ${directory}, g.kind, g.keys, g.dns, ${run}
        from json_to_recordset(${jsonOf(some)}::json)
          as g("accessGroupId" integer, "userId" integer, kind text, keys text[], dns text[])
        join access_group_members m on m.access_group_id = g."accessGroupId" and m.user_id = g."userId"
        where not exists (
          select from membership_doubt same
          where same.access_group_id = g."accessGroupId" and same.user_id = g."userId"
            and same.kind = g.kind and same.keys = g.keys
        )
        order by g."accessGroupId", g."userId"
        on conflict (access_group_id, user_id) do update
        set kind = excluded.kind, keys = excluded.keys, dns = excluded.dns, run_id = excluded.run_id,
          (decision, decided_by, decision_reason, decided_at) = (
            select d.decision, d.decided_by, d.decision_reason, d.decided_at
            where excluded.kind = d.kind and excluded.keys <@ d.keys
          )
        returning access_group_id as "group", user_id as "user"`,
    );
    for (const { group, user } of rows) news.add(doubtId(group, user));
  }
  return news;
}

/** The key of the doubt about one member of one AccessGroup. */
export function doubtId(accessGroupId: number, userId: number): string {
  return `${accessGroupId}/${userId}`;
}

async function forgetDoubts(em: EntityManager, { directory, judged, doubts, changes }: Plan): Promise<void> {
  const leaving = changes.flatMap(({ accessGroupId, facts }) =>
    (facts?.decided ?? []).map(userId => ({ accessGroupId, userId })),
  );
  const staying = doubts.map(({ accessGroupId, userId }) => ({ accessGroupId, userId }));
  const lasting = [...staying, ...leaving];
  await query(
    em,
    sql`
      with lasting as materialized (
        select * from json_to_recordset(${jsonOf(lasting)}::json) as g("accessGroupId" integer, "userId" integer)
      )
      delete from membership_doubt d
      where d.directory = ${directory} and d.access_group_id = any(${intArray(judged)}::integer[])
        and not exists (
          select from lasting l where l."accessGroupId" = d.access_group_id and l."userId" = d.user_id
        )`,
  );
}
