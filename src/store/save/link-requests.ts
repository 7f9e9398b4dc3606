/** Saves the links that wait for confirmation. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Plan } from '../../model/plan.ts';
import { jsonOf, query } from '../database/sql.ts';
import { orWithoutDeleted } from './people.ts';

/**
 * Adds the requests of the plan, and updates those whose entry has another DN or username. `whole`: requests that the plan does
 * not have are deleted. An unchanged request is not written.
 */
export async function saveLinkRequests(
  em: EntityManager,
  { run, plan, whole }: { readonly run: number; readonly plan: Plan; readonly whole: boolean },
): Promise<void> {
  const { directory, linkRequests = [] } = plan;
  if (whole) await forgetOthers(em, plan);
  if (linkRequests.length === 0) return;
  await orWithoutDeleted(em, inner =>
    query(
      inner,
      sql`
        insert into link_request as r (directory, external_id, dn, username, user_id, matched_by, run_id)
        select ${directory}, g."externalId", g.dn, g.username, g."userId", g."matchedBy", ${run}
        from json_to_recordset(${jsonOf(linkRequests)}::json)
          as g("externalId" uuid, "userId" integer, dn text, username text, "matchedBy" text)
        join auth_user u on u.id = g."userId"
        order by g."externalId"
        on conflict (directory, external_id, user_id) do update
        set dn = excluded.dn, username = excluded.username, matched_by = excluded.matched_by, run_id = excluded.run_id,
          decision = null, decided_by = null, decision_reason = null, decided_at = null
        where r.decision = 'confirm'
          or r.decision is null and (r.dn <> excluded.dn or r.username is distinct from excluded.username)`,
    ),
  );
}

/** A person who left, was linked, or matches another user does not wait any more. */
async function forgetOthers(em: EntityManager, { directory, linkRequests = [] }: Plan): Promise<void> {
  await query(
    em,
    sql`
      delete from link_request r
      where r.directory = ${directory} and r.decision is null and not exists (
        select from json_to_recordset(${jsonOf(linkRequests)}::json) as g("externalId" uuid, "userId" integer)
        where g."externalId" = r.external_id and g."userId" = r.user_id
      )`,
  );
}
