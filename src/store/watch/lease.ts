/** The lease and the state of the watch of a directory. One process watches it. */
import { type RawBuilder, sql } from 'kysely';
import { LAG_LIMITS, type WatchState } from '../../model/watch.ts';
import type { Database } from '../database/database.ts';
import { query } from '../database/sql.ts';
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

/** Renews the lease and records the state. false: the lease is lost. A time in the future is from a clock that was set back. */
export async function renewWatch(
  db: Database,
  directory: string,
  { owner, leaseMs }: WatchLease,
  { mechanism, server, problem, currentMs, reported, reopened }: WatchState,
): Promise<boolean> {
  const now = sql`now() - ${currentMs ?? null}::float8 * interval '1 millisecond'`;
  const renewed = await query(
    db.orm.em.fork(),
    sql`
      update directory_watch
      set lease_until = ${inFuture(leaseMs)}, server = ${server ?? null}, problem = ${problem ?? null},
        since = case when mechanism is not distinct from ${mechanism ?? null}::text then since else now() end,
        mechanism = ${mechanism ?? null}, current_at = greatest(case when current_at <= now() then current_at end, ${now}),
        reported = reported + ${reported}, reopened = reopened + ${reopened}
      where directory = ${directory} and owner = ${owner} and lease_until >= now()
      returning directory`,
  );
  return renewed.length > 0;
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
