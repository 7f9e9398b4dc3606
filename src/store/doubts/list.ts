/** Lists the members in doubt. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { Page } from '../../model/access.ts';
import type { ListedDoubt } from '../../model/doubt.ts';
import type { DoubtKey, DoubtListRequest } from '../../model/operations/doubts.ts';
import type { Database } from '../database/database.ts';
import { fromEpochMs } from '../database/level.ts';
import { afterKey, pageOf } from '../database/page.ts';
import { query, queryOne } from '../database/sql.ts';
import { CURRENT_DOUBTS } from './current-doubts.ts';

type DoubtRow = Omit<ListedDoubt, 'since' | 'decidedAt'> & {
  readonly sinceMs: number;
  readonly decidedMs: number | null;
};

/** Lists members in doubt by team, group and username. */
export async function listDoubts(
  db: Database,
  request: DoubtListRequest,
): Promise<Page<ListedDoubt, DoubtKey>> {
  const { limit, after, directories, kind, group, user } = request;
  const rows = await query(
    db.orm.em.fork(),
    doubtRows(sql`
      true
      ${directories === undefined ? sql`` : sql`and d.directory = any(${directories}::text[])`}
      ${kind === undefined ? sql`` : sql`and d.kind = ${kind}`}
      ${group === undefined ? sql`` : sql`and g.id = ${group}`}
      ${user === undefined ? sql`` : sql`and u.username = ${user}`}
      ${afterKey(sql`t.slug, g.name, u.username`, after)}
      order by t.slug, g.name, u.username
      limit ${limit + 1}`),
  );
  const page = pageOf(rows, limit, (row): DoubtKey => [row.team, row.group, row.username]);
  return { ...page, items: page.items.map(toListedDoubt) };
}

/** The doubt about one member of one AccessGroup. */
export async function findDoubt(
  em: EntityManager,
  accessGroupId: number,
  userId: number,
): Promise<ListedDoubt | undefined> {
  const where = sql`d.access_group_id = ${accessGroupId} and d.user_id = ${userId}`;
  const row = await queryOne(em, doubtRows(where));
  return row && toListedDoubt(row);
}

/** Selects the doubts that match the condition, with the names of group and user. */
export function doubtRows(where: RawBuilder<unknown>): RawBuilder<DoubtRow> {
  return sql<DoubtRow>`
    select d.directory, g.id as "accessGroupId", t.slug as team, g.name as "group", u.username, d.kind, d.dns,
      extract(epoch from d.since)::float8 * 1000 as "sinceMs", d.run_id::float8 as "runId", d.decision,
      d.decided_by as "decidedBy", d.decision_reason as "decidedReason",
      extract(epoch from d.decided_at)::float8 * 1000 as "decidedMs"
    from ${CURRENT_DOUBTS}
    join team t on t.id = g.team_id
    join auth_user u on u.id = d.user_id
    where ${where}`;
}

/** Converts the times of the row. */
export function toListedDoubt({ sinceMs, decidedMs, ...row }: DoubtRow): ListedDoubt {
  return { ...row, since: fromEpochMs(sinceMs), decidedAt: fromEpochMs(decidedMs) };
}
