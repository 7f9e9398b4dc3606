/** Held plans: what waits for a decision, however many runs find it. The first run that found it stays held. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import { OPEN, type RunStatus } from '../../model/run-status.ts';
import type { HeldPlan } from '../../model/status/waiting.ts';
import type { Database } from '../database/database.ts';
import { statusList } from '../database/in-status.ts';
import { query, queryOne } from '../database/sql.ts';
import { readFrom } from '../database/transaction.ts';
import { heldPairs } from './held.ts';

/** The digest of a held plan. A plan that holds no removal, because its read is not trusted, is known by the reasons. */
export function digestOf(run: RawBuilder<unknown>): RawBuilder<string> {
  return sql`coalesce(${run}.counts #>> '{held,digest}',
    encode(sha256(convert_to(${run}.directory || ' ' || (${run}.counts #>> '{held,reasons}'), 'UTF8')), 'hex'))`;
}

/**
 * The oldest held run that holds the same as this one. For a run of one group or person, it may hold more. undefined:
 * what this run holds is new.
 */
export async function findSameHeld(em: EntityManager, id: number): Promise<number | undefined> {
  const row = await queryOne(
    em,
    sql<{ id: number }>`
      select h.id::float8 as id
      from sync_run r
      join sync_run h on h.directory = r.directory and h.status = 'held' and h.reverts is null and h.id < r.id
      where r.id = ${id} and (${digestOf(sql`h`)} = ${digestOf(sql`r`)} or r.group_name is not null and not exists (
        select * from ${heldPairs(id)} except select * from ${heldPairs(sql`h.id`)}
      ))
      order by h.id limit 1`,
  );
  return row?.id;
}

/**
 * Closes the held runs that a run of the whole directory has judged again, on newer facts. `kept`: the one that holds
 * the same as this run.
 */
export async function supersedeHeld(em: EntityManager, id: number, kept: number | undefined): Promise<void> {
  await query(
    em,
    sql`
      update sync_run h
      set status = 'superseded', error_message = ${`run ${id} read the directory again`}
      from sync_run r
      where r.id = ${id} and r.group_name is null and r.trigger <> 'change' and r.reverts is null
        and h.directory = r.directory and h.status = 'held' and h.reverts is null and h.id < r.id
        and h.id is distinct from ${kept ?? null}::bigint`,
  );
}

/** The plans that wait for a decision, of all directories or of one, oldest first. */
export function listWaiting(db: Database, directory?: string): Promise<readonly HeldPlan[]> {
  return readFrom(db, em => heldPlans(em, directory));
}

/** As listWaiting, in the caller's transaction. */
export async function heldPlans(em: EntityManager, directory?: string): Promise<readonly HeldPlan[]> {
  const some = directory === undefined ? sql`true` : sql`h.directory = ${directory}`;
  const rows = await query(em, plansWhere(sql`h.status = 'held' and ${some} order by h.id`));
  return rows.map(planOf);
}

/** One plan by its digest, also after the decision. A plan that waits goes before an older one of the same digest. */
export async function getWaiting(db: Database, digest: string): Promise<HeldPlan | undefined> {
  const isIt = sql`${digestOf(sql`h`)} = ${digest}`;
  const row = await readFrom(
    db,
    async em =>
      (await queryOne(em, plansWhere(sql`h.status = 'held' and ${isIt} order by h.id`))) ??
      (await queryOne(
        em,
        plansWhere(sql`
          h.status in ('succeeded', 'rejected', 'superseded') and h.mode = 'apply' and h.counts ? 'held'
            and not h.counts -> 'held' ? 'run' and ${isIt}
          order by h.id desc limit 1`),
      )),
  );
  return row && planOf(row);
}

interface PlanRow {
  readonly id: number;
  readonly digest: string;
  readonly directory: string;
  readonly status: RunStatus;
  readonly reverts: number | null;
  readonly since: number;
  readonly groups: number;
  readonly removals: number;
  readonly codes: readonly string[];
  readonly reasons: readonly string[];
  readonly seen: number;
  readonly lastRun: number | null;
  readonly lastAt: number | null;
  readonly by: string | null;
  readonly reason: string | null;
  readonly decidedAt: number | null;
  readonly appliedBy: number | null;
  readonly isApplying: boolean;
  readonly replacedBy: string | null;
}

function plansWhere(condition: RawBuilder<unknown>): RawBuilder<PlanRow> {
  const ms = (time: RawBuilder<unknown>) => sql`(extract(epoch from ${time}) * 1000)::float8`;
  return sql<PlanRow>`
    select h.id::float8 as id, ${digestOf(sql`h`)} as digest, h.directory, h.status, h.reverts::float8 as reverts,
      ${ms(sql`coalesce(h.finished_at, h.queued_at)`)} as since,
      coalesce((h.counts #>> '{held,groups}')::int, 0) as groups,
      coalesce((h.counts #>> '{held,removals}')::int, 0) as removals,
      coalesce(h.counts #> '{held,codes}', '[]') as codes, coalesce(h.counts #> '{held,reasons}', '[]') as reasons,
      again.runs as seen, again.last as "lastRun", ${ms(sql`again.at`)} as "lastAt",
      h.decided_by as by, h.decision_reason as reason, ${ms(sql`h.decided_at`)} as "decidedAt",
      applying.id::float8 as "appliedBy", coalesce(applying.open, false) as "isApplying", now_held.digest as "replacedBy"
    from sync_run h
    cross join lateral (
      select count(*)::int as runs, max(s.id)::float8 as last, max(s.finished_at) as at from sync_run s
      where s.directory = h.directory and s.id > h.id and s.counts #>> '{held,run}' = h.id::text
    ) as again
    left join lateral (
      select a.id, a.status in (${statusList(OPEN)}) as open from sync_run a
      where a.directory = h.directory and a.id > h.id and a.approves = h.id and a.status <> 'failed'
      order by a.id desc limit 1
    ) as applying on true
    left join lateral (
      select ${digestOf(sql`n`)} as digest from sync_run n
      where n.directory = h.directory and n.status = 'held' and n.id <> h.id and h.status <> 'held'
        and n.reverts is not distinct from h.reverts
      order by n.id desc limit 1
    ) as now_held on true
    where ${condition}`;
}

function planOf(row: PlanRow): HeldPlan {
  const { id: run, digest, directory, reverts, groups, removals, codes, reasons } = row;
  const since = new Date(row.since);
  const state = stateOf(row);
  return {
    digest,
    directory,
    state,
    run,
    reverts: reverts ?? undefined,
    since,
    groups,
    removals,
    causes: codes.length === 0 ? ['read_not_trusted'] : codes,
    reasons,
    seen: {
      runs: row.seen + 1,
      lastRun: row.lastRun ?? run,
      lastAt: row.lastAt === null ? since : new Date(row.lastAt),
    },
    decisions: state !== 'waiting' ? [] : groups === 0 ? ['reject'] : ['approve', 'reject'],
    decision: decisionOf(row),
    appliedBy: row.appliedBy ?? undefined,
    replacedBy: row.replacedBy ?? undefined,
  };
}

function stateOf({ status, isApplying }: PlanRow): HeldPlan['state'] {
  if (status === 'held') return isApplying ? 'approved' : 'waiting';
  return status === 'rejected' || status === 'superseded' ? status : 'applied';
}

function decisionOf({ by, reason, decidedAt: at }: PlanRow) {
  return by !== null && reason !== null && at !== null ? { by, reason, at: new Date(at) } : undefined;
}
