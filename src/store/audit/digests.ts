/** Computes the hash over audit rows in PostgreSQL: over the hashes of the rows, so that a large transaction fits in memory. */
import { type RawBuilder, sql } from 'kysely';
import type { Seal } from '../../model/audit.ts';

/** record_send gives the types and lengths with the values, and depends on no setting of the session. */
const MEMBER_ROW = sql`record_send(row(id, at, run_id, actor::text, action::text, access_group_id, user_id, username::text,
  group_name::text, team_slug::text, directory::text, reason::text, database_role::text))`;
const GROUP_ROW = sql`record_send(row(id, at, run_id, actor::text, action::text, access_group_id, group_name::text,
  previous_name::text, team_slug::text, directory::text, reason::text, database_role::text))`;

/**
 * A query of xact, row_count and digest: the rows of each transaction, for conditions on both tables. xact is not part of the
 * digest, because a restore into another server changes it.
 */
export function digestsByTransaction(member: RawBuilder<unknown>, group = member): RawBuilder<DigestRow> {
  return digests(sql`xact`, member, group);
}

export interface DigestRow {
  readonly xact: string;
  readonly row_count: number;
  readonly digest: string;
}

/** A query of row_count and digest, for the rows that a seal of retention or of a restore covers. */
export function digestOfKept(
  seal: Pick<Seal, 'xact' | 'memberBorder' | 'groupBorder'>,
): RawBuilder<Omit<DigestRow, 'xact'>> {
  const sealed = sql`xact <= ${seal.xact}::xid8`;
  const members = sql`${sealed} and (id >= ${seal.memberBorder} or not ${removable(seal.memberBorder)})`;
  return digests(sql`'0'::xid8`, members, sql`${sealed} and id >= ${seal.groupBorder}`);
}

/** Whether a replay of times after the border can omit the row: it is a removal, or a later row below the border replaces it. */
export function removable(border: number): RawBuilder<unknown> {
  return sql`(membership_change.action = 'remove' or exists (
    select from membership_change n
    where n.user_id = membership_change.user_id and n.access_group_id = membership_change.access_group_id
      and n.id > membership_change.id and n.id < ${border}
  ))`;
}

function digests(
  xact: RawBuilder<unknown>,
  member: RawBuilder<unknown>,
  group: RawBuilder<unknown>,
): RawBuilder<DigestRow> {
  return sql`
    select xact, count(*)::float8 as row_count, encode(sha256(string_agg(hash, '' order by kind, id)), 'hex') as digest
    from (
      select ${xact} as xact, 1 as kind, id, sha256(${MEMBER_ROW}) as hash from membership_change where ${member}
      union all
      select ${xact}, 2, id, sha256(${GROUP_ROW}) from access_group_change where ${group}
    ) as audit
    group by xact`;
}
