import { type RawBuilder, sql } from 'kysely';

/**
 * Doubts `d` about members `m` of AccessGroups `g` that a directory owns, for use after `from`. What a row says about a
 * membership or a group that ended by another way than the sync is over, and the next run removes the row.
 */
export const LIVE: RawBuilder<unknown> = sql`membership_doubt d
  join access_group_members m on m.access_group_id = d.access_group_id and m.user_id = d.user_id
  join access_group g on g.id = d.access_group_id and g.managed`;
