import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import { query } from '../database/sql.ts';

/** A membership about which the audit and the table disagree. */
export interface AuditDrift {
  readonly groupId: number;
  readonly userId: number;
  /** Whether the audit, replayed from its beginning, says that the user is a member. */
  readonly audited: boolean;
}

/** So many that a person sees what is wrong; of a lost table nobody reads half a million lines. */
const SHOWN = 100;

/**
 * Replays the audit and compares it with the memberships: the first 100 that differ, by group and user. Empty: what is
 * there is what the audit says. Reads both tables whole, in one statement, so a change that is being made never shows.
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
