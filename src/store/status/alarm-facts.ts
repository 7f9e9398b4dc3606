/** Loads the facts that decide about the alarms of a directory. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { READ, type RunStatus } from '../../model/run-status.ts';
import type { Alarm, AlarmFacts, AlarmKind, HeldRuns, LastRun } from '../../model/status/alarm.ts';
import { statusList } from '../database/in-status.ts';
import { query, queryOne } from '../database/sql.ts';
import { countDoubts } from '../doubts/count.ts';
import { digestOf } from '../runs/waiting.ts';
import { loadWatch } from '../watch/status.ts';
import { runHistory } from './directory-status.ts';
import { lastReadCounts } from './entry-problems.ts';

/** The current state of a directory and its open alarms. */
export async function loadAlarmFacts(em: EntityManager, directory: string): Promise<AlarmFacts> {
  const { consecutiveFailures } = await runHistory(em, directory);
  return {
    directory,
    ...(await loadHeldRuns(em, directory)),
    consecutiveFailures,
    doubts: await countDoubts(em, directory),
    last: await lastRun(em, directory),
    passwordExpiresAt: (await lastReadCounts(em, directory)).passwordExpiresAt,
    currentAt: (await loadWatch(em, directory)).currentAt,
    ...(await loadOpenAlarms(em, directory)),
  };
}

/**
 * One statement, because a run that takes over what another held must be seen before or after that; in between, it
 * would look as if nothing were held.
 */
async function loadHeldRuns(
  em: EntityManager,
  directory: string,
): Promise<Pick<AlarmFacts, 'now' | 'applying' | 'held'>> {
  const row = await queryOne(
    em,
    sql<HeldRuns & { now: number; applying: boolean }>`
      select extract(epoch from now())::float8 * 1000 as now,
        exists (select from sync_run where directory = ${directory} and status = 'applying') as applying,
        (select count(*)::int from sync_run where directory = ${directory} and status = 'held') as runs,
        newest.id::float8 as run, newest.digest, coalesce((newest.counts #>> '{held,groups}')::int, 0) as groups,
        coalesce((newest.counts #>> '{held,removals}')::int, 0) as removals,
        coalesce(newest.counts #> '{held,codes}', '[]') as reasons
      from (select) as one
      left join lateral (
        select h.id, h.counts, ${digestOf(sql`h`)} as digest from sync_run h
        where h.directory = ${directory} and h.status = 'held' order by h.id desc limit 1
      ) as newest on true`,
  );
  if (row === undefined) throw new Error('PostgreSQL returned no row for the current state');
  const { now, applying, ...held } = row;
  return { now: new Date(now), applying, held: held.runs === 0 ? undefined : held };
}

/** Leaves out dry runs, hinted runs, runs of one group, reverts, and runs that were closed before they read. */
async function lastRun(em: EntityManager, directory: string): Promise<LastRun | undefined> {
  const row = await queryOne(
    em,
    sql<{ id: number; status: RunStatus; code: string | null; failed: number; unreadable: number }>`
      select id::float8 as id, status, error_code as code,
        coalesce((counts #>> '{applied,failed}')::int, 0) as failed,
        coalesce((counts #>> '{plan,unknown}')::int, 0) as unreadable
      from sync_run
      where directory = ${directory} and mode = 'apply' and group_name is null and reverts is null and trigger <> 'change'
        and status in (${statusList([...READ, 'failed', 'rejected'])})
      order by id desc limit 1`,
  );
  if (row === undefined) return undefined;
  const { id, status, code, failed, unreadable } = row;
  return { id, status, errorCode: code ?? undefined, failedGroups: failed, unreadableGroups: unreadable };
}

async function loadOpenAlarms(
  em: EntityManager,
  directory: string,
): Promise<Pick<AlarmFacts, 'alarms' | 'begunToday'>> {
  const rows = await query(
    em,
    sql<{ kind: AlarmKind; since: number; notified: number; open: boolean; today: boolean }>`
      select kind, extract(epoch from since)::float8 * 1000 as since,
        extract(epoch from told_at)::float8 * 1000 as notified,
        ended_at is null as open, since > now() - interval '24 hours' as today
      from alarm
      where directory = ${directory} and (ended_at is null or since > now() - interval '24 hours')`,
  );
  const open = rows.filter(row => row.open);
  const begun = (kind: AlarmKind) => rows.filter(row => row.today && row.kind === kind).length;
  return {
    alarms: open.map(
      ({ kind, since, notified }): Alarm => ({
        kind,
        since: new Date(since),
        notifiedAt: new Date(notified),
      }),
    ),
    begunToday: {
      held: begun('held'),
      failed: begun('failed'),
      doubt: begun('doubt'),
      password: begun('password'),
      stale: begun('stale'),
    },
  };
}
