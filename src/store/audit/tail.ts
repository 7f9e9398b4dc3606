/** Follows the audit in commit order from a cursor. */
import { type RawBuilder, sql } from 'kysely';
import type { AuditFilter, TailedEntry } from '../../model/audit.ts';
import type { Database } from '../database/database.ts';
import { query } from '../database/sql.ts';
import {
  type AuditConditions,
  groupConditions,
  memberConditions,
  OTHER_ROLE,
  resolveNames,
} from './filter.ts';
import { type AuditRow, entryOf } from './list.ts';

/** Rows for each query: few enough to fit in memory, enough that round trips do not matter. */
const TAIL_PAGE_SIZE = 2_000;

type Kind = AuditRow['kind'];

export interface Position {
  readonly xact: string;
  readonly kind: Kind;
  readonly id: number;
}

/** The position before all rows. */
const START: Position = { xact: '0', kind: 'group', id: 0 };

/** Whether `after` is `start` or a cursor that tailAudit returned. */
export function isTailCursor(after: string): boolean {
  return after === 'start' || /^\d{1,19}-(group|member)-\d{1,15}$/.test(after);
}

/**
 * Yields the audit after a cursor (`start`: from the beginning), oldest first, up to the oldest open transaction. No
 * row is ever added before a cursor. A client that continues from its last cursor misses no row and gets none twice.
 */
export async function* tailAudit(
  db: Database,
  filter: AuditFilter,
  after: string,
): AsyncGenerator<TailedEntry> {
  const where = await resolveNames(db.orm.em.fork(), filter);
  let rows: readonly TailedRow[];
  let place = placeOf(after);
  do {
    rows = await pageOf(db, where, place);
    for (const { xact, ...row } of rows) {
      place = { xact, kind: row.kind, id: row.id };
      yield { ...entryOf(row), cursor: cursorOf(place) };
    }
  } while (rows.length === TAIL_PAGE_SIZE);
}

/** The cursor that continues after a position. */
export function cursorOf({ xact, kind, id }: Position): string {
  return `${xact}-${kind}-${id}`;
}

/** The position of a cursor; `start`, and any text that is not a cursor: before all rows. */
export function placeOf(after: string): Position {
  const [, xact, kind, id] = /^(\d+)-(group|member)-(\d+)$/.exec(after) ?? [];
  if (xact === undefined || id === undefined) return START;
  return { xact, kind: kind === 'member' ? 'member' : 'group', id: Number(id) };
}

type TailedRow = AuditRow & { readonly xact: string };

async function pageOf(db: Database, where: AuditConditions, place: Position): Promise<readonly TailedRow[]> {
  const oldest = sql`order by xact, id limit ${TAIL_PAGE_SIZE}`;
  return query(
    db.orm.em.fork(),
    sql<TailedRow>`
      select kind, id::float8 as id, xact::text as xact, (extract(epoch from at) * 1000000)::float8 as instant, action,
        actor, role as "databaseRole", run_id::float8 as "runId", team_slug as team, group_name as "group", access_group_id as "groupId", username,
        previous_name as "previousName", directory, reason
      from (
        (select 'member' as kind, id, xact, at, action, actor, ${OTHER_ROLE} as role, run_id, team_slug, group_name, access_group_id, username,
          null as previous_name, directory, reason
        from membership_change where ${memberConditions(where)} and ${afterPosition('member', place)} ${oldest})
        union all
        (select 'group', id, xact, at, action, actor, ${OTHER_ROLE}, run_id, team_slug, group_name, access_group_id, null,
          previous_name, directory, reason
        from access_group_change where ${groupConditions(where)} and ${afterPosition('group', place)} ${oldest})
      ) as merged
      order by merged.xact, kind, merged.id
      limit ${TAIL_PAGE_SIZE}`,
  );
}

/** Matches the rows that follow in the order (xact, kind, id) and precede every open transaction. */
export function afterPosition(kind: Kind, place: Position): RawBuilder<unknown> {
  const whole = kind < place.kind ? '9223372036854775807' : '0';
  const id = kind === place.kind ? sql`${place.id}::bigint` : sql`${whole}::bigint`;
  return sql`(xact, id) > (${place.xact}::xid8, ${id}) and xact < pg_snapshot_xmin(pg_current_snapshot())`;
}
