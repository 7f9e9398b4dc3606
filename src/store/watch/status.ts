/** Loads how the changes of a directory are followed, and how current its groups are. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { READ } from '../../model/run-status.ts';
import { type Durations, LAG_LIMITS, type Mechanism, type WatchStatus } from '../../model/watch.ts';
import { statusList } from '../database/in-status.ts';
import { queryOne } from '../database/sql.ts';

interface WatchRow {
  readonly current: number | null;
  readonly isFollowed: boolean | null;
  readonly mechanism: Mechanism | null;
  readonly server: string | null;
  readonly problem: string | null;
  readonly changed: number | null;
  readonly reported: number | null;
  readonly reopened: number | null;
  readonly hints: HistogramRow | null;
  readonly lags: HistogramRow | null;
}

interface HistogramRow {
  readonly count: number;
  readonly seconds: number;
  /** How many were within each of LAG_LIMITS; empty if nothing was counted. */
  readonly buckets: readonly number[];
}

/** `currentAt`: every earlier change of the directory is applied or held; undefined: the directory was never read. */
export async function loadWatch(
  em: EntityManager,
  directory: string,
): Promise<{ readonly currentAt: Date | undefined; readonly watch: WatchStatus | undefined }> {
  const row = await queryOne(
    em,
    sql<WatchRow>`
      with read as materialized (
        select started_at from sync_run
        where directory = ${directory} and mode = 'apply' and group_name is null and reverts is null
          and trigger <> 'change' and status in (${statusList(READ)})
        order by id desc limit 1
      )
      select extract(epoch from greatest(w.current_at, (select started_at from read)))::float8 * 1000 as current,
        w.lease_until >= now() as "isFollowed", w.mechanism, w.server, w.problem,
        extract(epoch from w.changed_at)::float8 * 1000 as changed, w.reported::float8 as reported,
        w.reopened::float8 as reopened,
        json_build_object('count', w.hints, 'seconds', w.hint_seconds, 'buckets', w.hint_buckets) as hints,
        json_build_object('count', w.lags, 'seconds', w.lag_seconds, 'buckets', w.lag_buckets) as lags
      from (select) as one left join directory_watch w on w.directory = ${directory}`,
  );
  return { currentAt: dateOf(row?.current), watch: row && watchOf(row) };
}

function watchOf(row: WatchRow): WatchStatus | undefined {
  if (row.isFollowed === null) return undefined;
  const { mechanism, server, problem, changed, reported, reopened, hints, lags } = row;
  const lag = durationsOf(lags);
  return {
    mechanism: (row.isFollowed ? mechanism : undefined) ?? undefined,
    server: server ?? undefined,
    problem: row.isFollowed ? (problem ?? undefined) : 'no worker follows the directory',
    changedAt: dateOf(changed),
    reported: reported ?? 0,
    reopened: reopened ?? 0,
    ...durationsOf(hints),
    lag: { ...lag, p99: lag.changes === 0 ? undefined : withinOf(lag, 0.99) },
  };
}

function durationsOf(row: HistogramRow | null): Durations {
  const { count = 0, seconds = 0, buckets = [] } = row ?? {};
  const within = LAG_LIMITS.map((limit, index) => ({ seconds: limit, changes: buckets[index] ?? 0 }));
  return { changes: count, seconds, within };
}

/** The first limit within which this share of the changes was; undefined: beyond the last one. */
function withinOf({ changes, within }: Durations, share: number): number | undefined {
  return within.find(limit => limit.changes >= share * changes)?.seconds;
}

function dateOf(ms: number | null | undefined): Date | undefined {
  return ms === null || ms === undefined ? undefined : new Date(ms);
}
