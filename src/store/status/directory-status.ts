/** Loads the status of a directory. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { LinkState } from '../../model/current.ts';
import type { GroupState } from '../../model/group-state.ts';
import { READ } from '../../model/run-status.ts';
import type { DirectoryStatus } from '../../model/status/status.ts';
import type { Database } from '../database/database.ts';
import { statusList } from '../database/in-status.ts';
import { query, queryOne } from '../database/sql.ts';
import { readFrom } from '../database/transaction.ts';
import { countDoubts, oldestDoubts } from '../doubts/count.ts';
import { UnresolvedMember } from '../entities/doubts.ts';
import { DirectoryGroup } from '../entities/links.ts';
import { RunTotal, SyncRun } from '../entities/runs.ts';
import { STATE_OF_GROUP, STATE_OF_SOURCE } from '../queries/group-facts.ts';
import { toRun } from '../runs/run-record.ts';
import { heldPlans } from '../runs/waiting.ts';
import { shadowStatus } from '../shadow/list.ts';
import { loadWatch } from '../watch/status.ts';
import { countUnreadable, lastReadCounts, problemsOf } from './entry-problems.ts';

/** The number of doubts that a status shows in full. */
const SHOWN = 10;

/** The part of a status that does not depend on the configuration. */
export type StoredStatus = Omit<DirectoryStatus, 'nextRunAt' | 'overdueSince' | 'freshUntil'>;

/** The stored part of a directory's status. The database computes the counts; no table is loaded. */
export async function directoryStatus(db: Database, names: readonly string[]): Promise<StoredStatus[]> {
  return Promise.all(names.map(name => readFrom(db, em => statusOf(em, name))));
}

async function statusOf(em: EntityManager, name: string): Promise<StoredStatus> {
  const [lastRun] = await em.find(
    SyncRun,
    { directory: name, reverts: null, trigger: { $ne: 'change' } },
    { orderBy: { id: 'desc' }, limit: 1 },
  );
  return {
    name,
    lastRun: lastRun === undefined ? undefined : toRun(lastRun),
    ...(await runHistory(em, name)),
    ...(await loadWatch(em, name)),
    ...(await heldRuns(em, name)),
    groups: await groupsByState(em, name),
    states: await countStates(em, name),
    frozen: await em.count(DirectoryGroup, { directory: name, frozenAt: { $ne: null } }),
    memberships: await membershipsOf(em, name),
    totals: await runTotals(em, name),
    linkRequests: await linkRequestsOf(em, name),
    unresolved: await em.count(UnresolvedMember, { directory: name }),
    unreadable: await countUnreadable(em, name),
    ...(await lastReadCounts(em, name)),
    shadow: await shadowStatus(em, name),
    problems: await problemsOf(em, name),
    doubts: { ...(await countDoubts(em, name)), first: await oldestDoubts(em, name, SHOWN) },
  };
}

/** Consecutive failures. Dry runs, hinted runs, superseded runs and reverts count neither as success nor as failure. */
export async function runHistory(em: EntityManager, name: string) {
  const row = await queryOne(
    em,
    sql<{ success: number | null; failures: number }>`
      with applied as not materialized (
        select * from sync_run where directory = ${name} and mode = 'apply' and reverts is null and trigger <> 'change'
      ),
      good as (
        select id, finished_at, status from applied
        where status in (${statusList(READ)})
        order by id desc limit 1
      )
      select
        (select extract(epoch from finished_at)::float8 * 1000 from applied
          where status = 'succeeded' order by id desc limit 1) as success,
        (select count(*)::int from applied
          where status = 'failed' and id > coalesce((select id from good), 0)) as failures`,
  );
  return {
    lastSuccessAt: dateOf(row?.success),
    consecutiveFailures: row?.failures ?? 0,
  };
}

async function heldRuns(em: EntityManager, name: string) {
  const plans = await heldPlans(em, name);
  const held = plans.map(({ run, digest, since, groups, removals }) => ({
    run,
    digest,
    since,
    groups,
    removals,
  }));
  return { held, heldRuns: held.length, oldestHeldAt: held[0]?.since };
}

async function groupsByState(em: EntityManager, name: string): Promise<Record<LinkState, number>> {
  const rows = await query(
    em,
    sql<{ state: LinkState; count: number }>`
      select ${STATE_OF_SOURCE} as state, count(*)::int as count
      from directory_group d where directory = ${name} group by 1`,
  );
  const counts = { linked: 0, conflict: 0, missing: 0, out_of_scope: 0, released: 0 };
  for (const { state, count } of rows) counts[state] = count;
  return counts;
}

/** The AccessGroups of a directory by state. */
async function countStates(em: EntityManager, name: string): Promise<DirectoryStatus['states']> {
  const rows = await query(
    em,
    sql<{ state: GroupState; count: number }>`
      select ${STATE_OF_GROUP} as state, count(*)::int as count from access_group g
      where g.managed and g.id in (select access_group_id from directory_group where directory = ${name})
      group by 1`,
  );
  const counts = new Map(rows.map(({ state, count }) => [state, count]));
  const of = (state: GroupState) => counts.get(state) ?? 0;
  return {
    in_sync: of('in_sync'),
    waiting: of('waiting'),
    doubt: of('doubt'),
    behind: of('behind'),
    frozen: of('frozen'),
    missing: of('missing'),
    out_of_scope: of('out_of_scope'),
    conflict: of('conflict'),
  };
}

async function membershipsOf(em: EntityManager, name: string): Promise<number> {
  const row = await queryOne(
    em,
    sql<{ count: number }>`
      select count(*)::int as count from access_group_members
      where access_group_id in (
        select access_group_id from directory_group where directory = ${name} and access_group_id is not null
      )`,
  );
  return row?.count ?? 0;
}

async function linkRequestsOf(em: EntityManager, name: string): Promise<DirectoryStatus['linkRequests']> {
  const row = await queryOne(
    em,
    sql<{ total: number; oldest: number | null }>`
      select count(*)::int as total, extract(epoch from min(since))::float8 * 1000 as oldest
      from link_request where directory = ${name} and decision is null`,
  );
  return { total: row?.total ?? 0, oldestSince: dateOf(row?.oldest) };
}

async function runTotals(em: EntityManager, directory: string): Promise<DirectoryStatus['totals']> {
  const rows = await em.find(RunTotal, { directory });
  return {
    runs: Object.fromEntries(rows.map(({ status, runs }) => [status, runs])),
    added: rows.reduce((sum, { added }) => sum + added, 0),
    removed: rows.reduce((sum, { removed }) => sum + removed, 0),
  };
}

function dateOf(ms: number | null | undefined): Date | undefined {
  return ms === null || ms === undefined ? undefined : new Date(ms);
}
