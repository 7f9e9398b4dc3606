/** Lists and streams the audit, newest first. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { Page } from '../../model/access.ts';
import type { AuditEntry, AuditFilter, AuditKey, AuditRequest } from '../../model/audit.ts';
import type { Database } from '../database/database.ts';
import { query } from '../database/sql.ts';
import {
  type AuditConditions,
  groupConditions,
  memberConditions,
  OTHER_ROLE,
  resolveNames,
} from './filter.ts';

/** Rows for each query of a stream: few enough to fit in memory, enough that round trips do not matter. */
const STREAM_PAGE_SIZE = 2_000;

/**
 * Returns one page of the audit, newest first: changes of members and of groups, merged by time. Later pages never get
 * new rows, so a client can page without gaps.
 */
export async function listAudit(db: Database, request: AuditRequest): Promise<Page<AuditEntry, AuditKey>> {
  const em = db.orm.em.fork();
  return pageOf(em, await resolveNames(em, request), request);
}

/**
 * Streams all audit entries that match the filter, newest first. Memory use does not grow with the number of entries.
 */
export async function* streamAudit(db: Database, filter: AuditFilter): AsyncGenerator<AuditEntry> {
  const where = await resolveNames(db.orm.em.fork(), filter);
  let after: AuditKey | undefined;
  do {
    const page = await pageOf(db.orm.em.fork(), where, { limit: STREAM_PAGE_SIZE, after });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}

/** A row of either audit table. */
export interface AuditRow {
  readonly kind: 'member' | 'group';
  readonly id: number;
  /** Microseconds since 1970, the precision of PostgreSQL; exact until the year 2255. */
  readonly instant: number;
  readonly action: string;
  readonly actor: string | null;
  readonly databaseRole: string | null;
  readonly runId: number | null;
  readonly team: string;
  readonly group: string;
  readonly groupId: number;
  readonly username: string | null;
  readonly previousName: string | null;
  readonly directory: string | null;
  readonly reason: string;
}

async function pageOf(
  em: EntityManager,
  where: AuditConditions,
  { limit, after }: Pick<AuditRequest, 'limit' | 'after'>,
): Promise<Page<AuditEntry, AuditKey>> {
  const newest = sql`order by at desc, id desc limit ${limit + 1}`;
  // One user or group has few rows among many. They are selected first; otherwise PostgreSQL would scan the time index
  // to its end.
  const few = where.names.user ?? where.names.group;
  const once = few === undefined ? sql`not materialized` : sql`materialized`;
  const rows = await query(
    em,
    sql<AuditRow>`
      with member as ${once} (
        select 'member' as kind, id, at, action, actor, ${OTHER_ROLE} as role, run_id, team_slug, group_name, access_group_id, username,
          null as previous_name, directory, reason
        from membership_change where ${memberConditions(where)} ${afterEntry('member', after)}
      ), event as ${once} (
        select 'group', id, at, action, actor, ${OTHER_ROLE}, run_id, team_slug, group_name, access_group_id, null,
          previous_name, directory, reason
        from access_group_change where ${groupConditions(where)} ${afterEntry('group', after)}
      )
      select kind, id::float8 as id, (extract(epoch from at) * 1000000)::float8 as instant, action, actor,
        role as "databaseRole", run_id::float8 as "runId", team_slug as team, group_name as "group", access_group_id as "groupId", username,
        previous_name as "previousName", directory, reason
      from ((select * from member ${newest}) union all (select * from event ${newest})) as merged
      order by at desc, kind desc, id desc
      limit ${limit + 1}`,
  );
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { items: shown.map(entryOf), next: last && [last.instant, last.kind, last.id] };
}

/**
 * Matches the rows that follow in the order (at, kind, id), all descending. It is a row comparison so that PostgreSQL
 * can use the index on time.
 */
function afterEntry(kind: 'member' | 'group', after: AuditKey | undefined): RawBuilder<unknown> {
  if (after === undefined) return sql``;
  const [at, lastKind, id] = after;
  const wholeInstant = kind < lastKind ? '9223372036854775807' : '0';
  return sql`and (at, id) < (timestamptz 'epoch' + ${at} * interval '1 us', ${kind === lastKind ? id : wholeInstant}::bigint)`;
}

/** The row as an audit entry. */
export function entryOf({ instant, id: _id, ...row }: AuditRow): AuditEntry {
  return {
    ...row,
    at: new Date(instant / 1_000),
    actor: row.actor ?? undefined,
    databaseRole: row.databaseRole ?? undefined,
    runId: row.runId ?? undefined,
    username: row.username ?? undefined,
    previousName: row.previousName ?? undefined,
    directory: row.directory ?? undefined,
  };
}
