/** Compares the audit with the memberships and reports where they differ. */
import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import { query } from '../database/sql.ts';

/** A membership for which the audit and the membership table disagree. */
export interface AuditDrift {
  readonly groupId: number;
  readonly userId: number;
  /** Whether the user is a member according to the replayed audit. */
  readonly audited: boolean;
}

/** Enough to find the cause; after the loss of a table, half a million rows would not help. */
const SHOWN = 100;

/**
 * Replays the audit and returns the first 100 differences from the memberships, by group and user. An empty result
 * means that both agree. One statement reads both tables, so a concurrent change cannot appear as a difference.
 */
export async function auditDrift(db: Database): Promise<readonly AuditDrift[]> {
  return query(
    db.orm.em.fork(),
    sql<AuditDrift>`
      select coalesce(c.access_group_id, m.access_group_id) as "groupId", coalesce(c.user_id, m.user_id) as "userId",
        m.id is null as audited
      from (
        select access_group_id, user_id
        from (
          select distinct on (access_group_id, user_id) access_group_id, user_id, action
          from membership_change
          order by access_group_id, user_id, id desc
        ) as newest
        where action = 'add'
      ) as c
      full join access_group_members m on m.access_group_id = c.access_group_id and m.user_id = c.user_id
      where c.user_id is null or m.id is null
      order by 1, 2
      limit ${SHOWN}`,
  );
}
