/** SQL for the doubts that still concern a membership. */
import { type RawBuilder, sql } from 'kysely';

/**
 * Doubts `d` about members `m` of managed AccessGroups `g`, for use after `from`. A doubt is obsolete once its
 * membership or group has ended by other means than the sync; the next run deletes its row.
 */
export const CURRENT_DOUBTS: RawBuilder<unknown> = sql`membership_doubt d
  join access_group_members m on m.access_group_id = d.access_group_id and m.user_id = d.user_id
  join access_group g on g.id = d.access_group_id and g.managed`;
