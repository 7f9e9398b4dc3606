import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { query } from '../database/sql.ts';

/**
 * Lets no task that was planned before now change this AccessGroup: no guard has judged its removals against the members
 * whom it has by now. The next run plans anew. For use before any other lock, because a task locks its row first.
 */
export async function supersedeTasks(em: EntityManager, id: number): Promise<void> {
  await query(
    em,
    sql`
      update sync_run_group set outcome = 'superseded', reason = 'changed_hands', settled_at = clock_timestamp()
      where outcome = 'pending' and access_group_id = ${id}`,
  );
}
