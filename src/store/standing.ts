import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Alarm, AlarmKind, HeldRuns, LastRun, Standing } from '../alarm.ts';
import type { RunStatus } from '../run.ts';
import { query, queryOne } from './sql.ts';
import { runHistory } from './status.ts';

/** How a directory is doing at this moment, and which alarms go on about it. */
export async function standingOf(em: EntityManager, directory: string): Promise<Standing> {
  const { consecutiveFailures, heldRuns } = await runHistory(em, directory);
  return {
    directory,
    ...(await momentOf(em, directory)),
    consecutiveFailures,
    last: await lastRun(em, directory),
    held: heldRuns === 0 ? undefined : await newestHeld(em, directory, heldRuns),
    ...(await alarmsOf(em, directory)),
  };
}

async function momentOf(em: EntityManager, directory: string): Promise<{ now: Date; applying: boolean }> {
  const row = await queryOne(
    em,
    sql<{ now: number; applying: boolean }>`
      select extract(epoch from now())::float8 * 1000 as now,
        exists (select from sync_run where directory = ${directory} and status = 'applying') as applying`,
  );
  if (row === undefined) throw new Error('PostgreSQL did not say what time it is');
  return { now: new Date(row.now), applying: row.applying };
}

/** Dry runs, runs of one group, what people take back and runs that were closed before they read say nothing about it. */
async function lastRun(em: EntityManager, directory: string): Promise<LastRun | undefined> {
  const row = await queryOne(
    em,
    sql<{ id: number; status: RunStatus; code: string | null; failed: number }>`
      select id::float8 as id, status, error_code as code,
        coalesce((counts #>> '{applied,failed}')::int, 0) as failed
      from sync_run
      where directory = ${directory} and mode = 'apply' and group_name is null and reverts is null
        and (status in ('succeeded', 'partial', 'held', 'failed') or status = 'rejected' and decided_at is not null)
      order by id desc limit 1`,
  );
  if (row === undefined) return undefined;
  const { id, status, code, failed } = row;
  return { id, status, errorCode: code ?? undefined, failedGroups: failed };
}

async function newestHeld(em: EntityManager, directory: string, runs: number): Promise<HeldRuns | undefined> {
  const row = await queryOne(
    em,
    sql<{ run: number; groups: number; removals: number; reasons: string[] }>`
      select id::float8 as run, coalesce((counts #>> '{held,groups}')::int, 0) as groups,
        coalesce((counts #>> '{held,removals}')::int, 0) as removals,
        array(
          select distinct g.reason from sync_run_group g
          where g.run_id = r.id and g.outcome = 'held' and g.reason is not null order by 1
        ) as reasons
      from sync_run r where directory = ${directory} and status = 'held' order by id desc limit 1`,
  );
  return row && { ...row, runs };
}

async function alarmsOf(
  em: EntityManager,
  directory: string,
): Promise<Pick<Standing, 'alarms' | 'begunToday'>> {
  const rows = await query(
    em,
    sql<{ kind: AlarmKind; since: number; told: number; open: boolean; today: boolean }>`
      select kind, extract(epoch from since)::float8 * 1000 as since,
        extract(epoch from told_at)::float8 * 1000 as told,
        ended_at is null as open, since > now() - interval '24 hours' as today
      from alarm
      where directory = ${directory} and (ended_at is null or since > now() - interval '24 hours')`,
  );
  const open = rows.filter(row => row.open);
  const begun = (kind: AlarmKind) => rows.filter(row => row.today && row.kind === kind).length;
  return {
    alarms: open.map(
      ({ kind, since, told }): Alarm => ({ kind, since: new Date(since), toldAt: new Date(told) }),
    ),
    begunToday: { held: begun('held'), failed: begun('failed') },
  };
}
