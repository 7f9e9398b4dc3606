/** The lease and the state of the watch of a directory. One process watches it. */
import { type RawBuilder, sql } from 'kysely';
import { LAG_LIMITS, type WatchState } from '../../model/watch.ts';
import type { Database } from '../database/database.ts';
import { jsonOf, query } from '../database/sql.ts';
import { execute } from '../database/transaction.ts';

export interface WatchLease {
  readonly owner: string;
  readonly leaseMs: number;
}

/** Takes or renews the lease. false: another process has it. */
export async function takeWatch(
  db: Database,
  directory: string,
  { owner, leaseMs }: WatchLease,
): Promise<boolean> {
  const taken = await execute(
    db,
    sql`
      insert into directory_watch as w (directory, owner, lease_until)
      values (${directory}, ${owner}, ${inFuture(leaseMs)})
      on conflict (directory) do update set owner = excluded.owner, lease_until = excluded.lease_until
      where w.owner is null or w.owner = excluded.owner or w.lease_until < now()
      returning directory`,
  );
  return taken.length > 0;
}

/**
 * Renews leases and records the states. Returns the directories whose lease is not lost. A time in the future is from a clock that
 * was set back.
 */
export async function renewWatches(
  db: Database,
  { owner, leaseMs }: WatchLease,
  states: readonly (WatchState & { readonly directory: string })[],
): Promise<ReadonlySet<string>> {
  const renewed = await query(
    db.orm.em.fork(),
    sql<{ directory: string }>`
      update directory_watch w
      set lease_until = ${inFuture(leaseMs)}, server = r.server, problem = r.problem, mechanism = r.mechanism,
        since = case when w.mechanism is not distinct from r.mechanism then w.since else now() end,
        current_at = greatest(
          case when w.current_at <= now() then w.current_at end, now() - r."currentMs" * interval '1 millisecond'),
        reported = w.reported + r.reported, reopened = w.reopened + r.reopened
      from json_to_recordset(${jsonOf(states)}::json) as r(
        directory text, mechanism text, server text, problem text, "currentMs" float8, reported int, reopened int)
      where w.directory = r.directory and w.owner = ${owner} and w.lease_until >= now()
      returning w.directory`,
  );
  return new Set(renewed.map(({ directory }) => directory));
}

/** Gives the lease back, so that another process can take it at once. */
export async function releaseWatch(
  db: Database,
  directory: string,
  { owner }: Pick<WatchLease, 'owner'>,
): Promise<void> {
  await execute(
    db,
    sql`
      update directory_watch set owner = null, lease_until = null, mechanism = null, problem = null
      where directory = ${directory} and owner = ${owner}
      returning directory`,
  );
}

/**
 * Counts a run that changed something. `hintMs`: the time since its first hint. `lagsMs`: the time since each change of which the
 * directory showed the time; it is below 0 if the clock of the directory is ahead, and then counts as 0.
 */
export async function recordChange(
  db: Database,
  directory: string,
  { hintMs, lagsMs }: { readonly hintMs: number; readonly lagsMs: readonly number[] },
): Promise<void> {
  const hint = hintMs / 1000;
  const lags = lagsMs.map(ms => Math.max(0, ms) / 1000);
  const lag = lags.reduce((sum, seconds) => sum + seconds, 0);
  await query(
    db.orm.em.fork(),
    sql`
      update directory_watch
      set changed_at = now(), hints = hints + 1, hint_seconds = hint_seconds + ${hint},
        hint_buckets = ${bucketsWith('hint_buckets', [hint])}, lags = lags + ${lags.length}::int,
        lag_seconds = lag_seconds + ${lag}, lag_buckets = ${bucketsWith('lag_buckets', lags)}
      where directory = ${directory}
      returning directory`,
  );
}

/** The counts of a histogram with these durations added. */
function bucketsWith(column: string, durations: readonly number[]): RawBuilder<unknown> {
  const counts = LAG_LIMITS.map((limit, index) => {
    const added = durations.filter(seconds => seconds <= limit).length;
    return sql`coalesce(${sql.ref(column)}[${index + 1}::int], 0) + ${added}::int`;
  });
  return sql`array[${sql.join(counts)}]::bigint[]`;
}

function inFuture(ms: number): RawBuilder<Date> {
  return sql`now() + ${ms} * interval '1 millisecond'`;
}
