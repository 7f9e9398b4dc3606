import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { Approved } from '../model-plan.ts';
import type { Database } from './database.ts';
import { query, queryOne } from './sql.ts';

/**
 * `held`: what waits for a person in a run, a row each AccessGroup and user. User 0 stands for the deletion of the
 * group itself. For use after `from`.
 */
function heldPairs(run: number): RawBuilder<unknown> {
  return sql`(
    select access_group_id as group_id, unnest(held || case when delete_group then '{0}' else '{}' end::integer[]) as user_id
    from sync_run_group
    where run_id = ${run} and outcome = 'held' and access_group_id is not null
  ) as held`;
}

/** SHA-256, in hex, over the sorted removals that a run holds: equal digests mean the same removals. undefined: none. */
export async function heldDigest(em: EntityManager, run: number): Promise<string | undefined> {
  const row = await queryOne(
    em,
    sql<{ digest: string | null }>`
      select encode(sha256(convert_to(
        string_agg(group_id || ':' || user_id, ',' order by group_id, user_id), 'UTF8')), 'hex') as digest
      from (select distinct group_id, user_id from ${heldPairs(run)}) as pairs`,
  );
  return row?.digest ?? undefined;
}

/** What a person allowed who approved this run: everything that it holds. */
export async function loadApproved(db: Database, run: number): Promise<Approved> {
  const rows = await query(
    db.orm.em.fork(),
    sql<{ id: number; users: readonly number[] }>`
      select group_id as id, array_agg(distinct user_id order by user_id) as users
      from ${heldPairs(run)}
      group by group_id`,
  );
  return new Map(
    rows.map(({ id, users }) => [
      id,
      { removals: Int32Array.from(users.filter(user => user > 0)), deletes: users.includes(0) },
    ]),
  );
}
