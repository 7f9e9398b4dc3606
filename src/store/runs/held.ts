/** Loads and counts the removals that a run holds, and computes their digest. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { Approved } from '../../model/plan.ts';
import type { Run, RunCounts } from '../../model/run.ts';
import type { Database } from '../database/database.ts';
import { intArray, query, queryOne } from '../database/sql.ts';

/** These replace a user's id: the deletion of the group itself, and counting its directory group as missed. */
const DELETED = 0;
const ABSENT = -1;

/**
 * `held`: what waits for approval in a run, one row for each AccessGroup and user (or one of the two ids above). The
 * rows of a first run that waits as a whole have no AccessGroup yet, so `whole` describes the entire change. For use
 * after `from`.
 */
export function heldPairs(run: number | RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(
    select access_group_id as group_id, pair.user_id,
      case when pair.user_id is null
        then (select directory from sync_run where id = ${run}) || ' ' || kind || ' ' || team || '/' || name || ' ' || to_add::text
      end as whole
    from sync_run_group
    cross join lateral unnest(case
      when kind = 'missing' then array[${ABSENT}::integer]
      when batch is null then array[null::integer]
      when delete_group then held || ${DELETED}::integer
      else held
    end) as pair(user_id)
    where run_id = ${run} and outcome = 'held'
  ) as held`;
}

/**
 * The SHA-256, in hex, of everything that a run holds, sorted; equal digests mean equal contents. undefined: it holds
 * nothing.
 */
async function heldDigest(em: EntityManager, run: number): Promise<string | undefined> {
  const row = await queryOne(
    em,
    sql<{ digest: string | null }>`
      select encode(sha256(convert_to(
        string_agg(coalesce(whole, group_id || ':' || user_id), ',' order by group_id, user_id, whole), 'UTF8')), 'hex') as digest
      from (select distinct group_id, user_id, whole from ${heldPairs(run)}) as pairs`,
  );
  return row?.digest ?? undefined;
}

/** The amounts that a run holds, from its current rows. undefined: nothing. */
export async function countHeld(
  em: EntityManager,
  run: number,
): Promise<Pick<NonNullable<RunCounts['held']>, 'groups' | 'removals' | 'digest'> | undefined> {
  const digest = await heldDigest(em, run);
  const counts = await queryOne(
    em,
    sql<{ groups: number; removals: number }>`
      select count(*)::int as groups, coalesce(sum(cardinality(held)), 0)::int as removals
      from sync_run_group where run_id = ${run} and outcome = 'held'`,
  );
  return digest === undefined || counts === undefined ? undefined : { ...counts, digest };
}

/** Those of the AccessGroups of which the run holds nothing. */
export async function notHeld(
  em: EntityManager,
  run: number,
  groups: readonly number[],
): Promise<readonly number[]> {
  const rows = await query(
    em,
    sql<{ id: number }>`
      select id from unnest(${intArray(groups)}::integer[]) as id
      where not exists (
        select from sync_run_group where run_id = ${run} and outcome = 'held' and access_group_id = id
      )
      order by id`,
  );
  return rows.map(row => row.id);
}

/** The held removals of a run, as user ids by AccessGroup. */
export async function heldRemovals(
  em: EntityManager,
  run: number,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const rows = await query(
    em,
    sql<{ id: number; held: readonly number[] }>`
      select access_group_id as id, held from sync_run_group where run_id = ${run} and outcome = 'held'`,
  );
  return new Map(rows.map(row => [row.id, row.held]));
}

/**
 * The removals that the run applies on approval: what the approved run holds, of all groups or of some. undefined: this
 * run applies no approval.
 */
export async function loadApproved(
  db: Database,
  { approves, approvedGroups }: Pick<Run, 'approves' | 'approvedGroups'>,
): Promise<Approved | undefined> {
  if (approves === undefined) return undefined;
  const some = approvedGroups && sql`and group_id = any(${intArray(approvedGroups)}::integer[])`;
  const rows = await query(
    db.orm.em.fork(),
    sql<{ id: number; users: readonly number[] }>`
      select group_id as id, array_agg(distinct user_id order by user_id) as users
      from ${heldPairs(approves)}
      where group_id is not null and user_id is not null ${some ?? sql``}
      group by group_id`,
  );
  return new Map(
    rows.map(({ id, users }) => [
      id,
      {
        removals: Int32Array.from(users.filter(user => user > 0)),
        deletes: users.includes(DELETED),
        absent: users.includes(ABSENT),
      },
    ]),
  );
}
