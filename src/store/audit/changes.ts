/** Reads membership changes after a cursor of the audit. */
import { sql } from 'kysely';
import type { MembershipChange } from '../../model/audit.ts';
import type { Database } from '../database/database.ts';
import { query, queryOne } from '../database/sql.ts';
import { readFrom } from '../database/transaction.ts';
import { OTHER_ROLE } from './filter.ts';
import { afterPosition, cursorOf, placeOf } from './tail.ts';

const DAY_MS = 86_400_000;
/** The rows that no open transaction can precede. */
const FINAL = sql`xact < pg_snapshot_xmin(pg_current_snapshot())`;

type ChangeRow = Omit<
  MembershipChange,
  'cursor' | 'at' | 'runId' | 'actor' | 'databaseRole' | 'directory'
> & {
  readonly xact: string;
  readonly id: number;
  readonly instant: number;
  readonly runId: number | null;
  readonly actor: string | null;
  readonly databaseRole: string | null;
  readonly directory: string | null;
};

/**
 * Returns the first changes after a cursor of the audit, in commit order. No change is ever added before a returned
 * one.
 */
export async function changesAfter(
  db: Database,
  after: string,
  limit: number,
): Promise<readonly MembershipChange[]> {
  const rows = await readFrom(db, em =>
    query(
      em,
      sql<ChangeRow>`
        select id::float8 as id, xact::text as xact, (extract(epoch from at) * 1000)::float8 as instant, action,
          access_group_id as "groupId", team_slug as team, group_name as "group", user_id as "userId", username,
          run_id::float8 as "runId", actor, ${OTHER_ROLE} as "databaseRole", directory, reason
        from membership_change
        where ${afterPosition('member', placeOf(after))}
        order by xact, id
        limit ${limit}`,
    ),
  );
  return rows.map(({ id, xact, instant, runId, actor, databaseRole, directory, ...row }) => ({
    cursor: cursorOf({ xact, kind: 'member', id }),
    at: new Date(instant),
    ...row,
    runId: runId ?? undefined,
    actor: actor ?? undefined,
    databaseRole: databaseRole ?? undefined,
    directory: directory ?? undefined,
  }));
}

/** The cursor of the newest final change; `start` if there is none. */
export async function newestCursor(db: Database): Promise<string> {
  const row = await readFrom(db, em =>
    queryOne(
      em,
      sql<{ xact: string; id: number }>`
        select xact::text as xact, id::float8 as id from membership_change
        where ${FINAL} order by membership_change.xact desc, membership_change.id desc limit 1`,
    ),
  );
  return row === undefined ? 'start' : cursorOf({ kind: 'member', ...row });
}

/**
 * Whether changes after the cursor may be missing: retention may have removed a row after it, or it is from another
 * server. The newest row always stays, so nothing is missing after it. A day is left for transactions that began long before
 * they committed. `keptMs`: how long retention keeps the audit; undefined: without limit.
 */
export async function isCursorLost(
  db: Database,
  after: string,
  keptMs: number | undefined,
): Promise<boolean> {
  if (after === 'start') return false;
  const { xact, kind, id } = placeOf(after);
  const table = sql.table(kind === 'member' ? 'membership_change' : 'access_group_change');
  const oldest =
    keptMs === undefined ? sql`true` : sql`at > now() - ${keptMs - DAY_MS} * interval '1 millisecond'`;
  const row = await readFrom(db, em =>
    queryOne(
      em,
      sql<object>`
        select from ${table} where (xact, id) = (${xact}::xid8, ${id}::bigint) and ${oldest} and ${FINAL}
        union all
        select from (
          select xact, id from membership_change where ${FINAL} order by xact desc, id desc limit 1
        ) as newest
        where (xact, id) <= (${xact}::xid8, ${kind === 'member' ? id : 0}::bigint)
          and ${xact}::xid8 < pg_snapshot_xmax(pg_current_snapshot())
        limit 1`,
    ),
  );
  return row === undefined;
}
