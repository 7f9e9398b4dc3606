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

/** Counts a run that changed something, with the time since its first hint. */
export async function recordChange(db: Database, directory: string, seconds: number): Promise<void> {
  const counts = LAG_LIMITS.map((limit, index) => {
    const before = sql`coalesce(hint_buckets[${index + 1}::int], 0)`;
    return seconds <= limit ? sql`${before} + 1` : before;
  });
  await query(
    db.orm.em.fork(),
    sql`
      update directory_watch
      set changed_at = now(), hints = hints + 1, hint_seconds = hint_seconds + ${seconds},
        hint_buckets = array[${sql.join(counts)}]::bigint[]
      where directory = ${directory}
      returning directory`,
  );
}

function inFuture(ms: number): RawBuilder<Date> {
  return sql`now() + ${ms} * interval '1 millisecond'`;
}
