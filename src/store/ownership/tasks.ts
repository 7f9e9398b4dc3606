/** Supersedes pending tasks of a group whose owner changes. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { query } from '../database/sql.ts';

/**
 * Keeps tasks that were planned earlier from changing this AccessGroup, because no guard has checked their removals
 * against its current members. The next run plans them again. Call it before any other lock, because a task locks its
 * own row first.
 */
export async function supersedeTasks(em: EntityManager, id: number): Promise<void> {
  await query(
    em,
    sql`
      update sync_run_group set outcome = 'superseded', reason = 'changed_hands', settled_at = clock_timestamp()
      where outcome = 'pending' and access_group_id = ${id}`,
  );
}
