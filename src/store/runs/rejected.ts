/** Remembers which groups have rejected removals. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { Plan } from '../../model/plan.ts';
import { intArray, query } from '../database/sql.ts';

/**
 * Records that a user rejected the held removals of some groups, or of all groups of the run if none are given. The
 * removals of these groups wait in later runs too, even if they no longer exceed a limit of the guard.
 */
export async function rememberRejected(
  em: EntityManager,
  run: number,
  groups?: readonly number[],
): Promise<void> {
  await setRejected(em, run, sql`${run}::bigint`, groups);
}

/**
 * Records that a user approved the held removals of some groups, or of all; the other groups of the run count as
 * rejected.
 */
export async function rememberApproved(
  em: EntityManager,
  run: number,
  groups?: readonly number[],
): Promise<void> {
  if (groups !== undefined) await rememberRejected(em, run);
  await setRejected(em, run, sql`null`, groups);
}

async function setRejected(
  em: EntityManager,
  run: number,
  rejectedRun: RawBuilder<unknown>,
  groups: readonly number[] | undefined,
): Promise<void> {
  const some = groups && sql`and d.access_group_id = any(${intArray(groups)}::integer[])`;
  await query(
    em,
    sql`
      update directory_group d set rejected_run = ${rejectedRun}
      from sync_run r
      join sync_run_group g on g.run_id = r.id and g.outcome = 'held' and g.kind <> 'missing'
      where r.id = ${run} and r.reverts is null and d.directory = r.directory and d.access_group_id = g.access_group_id ${some ?? sql``}`,
  );
}

/**
 * Clears the rejection of groups from which the plan of a trusted full read removes no member. Groups with unknown
 * members keep the rejection.
 */
export async function forgetRejected(em: EntityManager, { directory, changes }: Plan): Promise<void> {
  const kept = changes.flatMap(({ kind, remove, deleteGroup, accessGroupId }) =>
    accessGroupId !== undefined && (kind === 'unknown' || remove.length > 0 || deleteGroup === true)
      ? [accessGroupId]
      : [],
  );
  await query(
    em,
    sql`
      update directory_group set rejected_run = null
      where directory = ${directory} and rejected_run is not null
        and (access_group_id is null or access_group_id <> all(${intArray(kept)}::integer[]))`,
  );
}
