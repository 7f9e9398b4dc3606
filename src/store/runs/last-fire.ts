/** Finds the last scheduled start of a directory. */
import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import { queryOne } from '../database/sql.ts';

/** The request key of a scheduled start. `fireTime` begins with an ISO 8601 time. */
export function scheduleKey(directory: string, fireTime: string): string {
  return `schedule:${directory}:${fireTime}`;
}

/** The newest scheduled start of a directory, by any instance. */
export interface LastFire {
  /** The scheduled time, in milliseconds since 1970. */
  readonly at: number;
  readonly run: number;
  readonly agoMs: number;
}

/**
 * The newest scheduled start of a directory. If there was none, its newest full run counts. undefined: there is none
 * either.
 */
export async function lastFire(db: Database, directory: string): Promise<LastFire | undefined> {
  const prefix = scheduleKey(directory, '');
  const row = await queryOne(
    db.orm.em.fork(),
    sql<{ fireTime: string | null; run: number; queuedAt: number; agoMs: number }>`
      select substr(q.request_key, ${prefix.length + 1}::int) as "fireTime", r.id::float8 as run,
        extract(epoch from r.queued_at)::float8 * 1000 as "queuedAt",
        extract(epoch from now() - coalesce(q.requested_at, r.queued_at))::float8 * 1000 as "agoMs"
      from sync_run r
        left join sync_request q on q.run_id = r.id and starts_with(q.request_key, ${prefix})
      where r.directory = ${directory} and r.mode = 'apply' and r.group_name is null
        and r.approves is null and r.reverts is null and r.trigger <> 'change'
      order by q.run_id desc nulls last, q.requested_at desc, r.id desc
      limit 1`,
  );
  if (row === undefined) return undefined;
  const at = Date.parse(row.fireTime?.slice(0, ISO_LENGTH) ?? '');
  return { at: Number.isNaN(at) ? row.queuedAt : at, run: row.run, agoMs: row.agoMs };
}

const ISO_LENGTH = new Date(0).toISOString().length;
