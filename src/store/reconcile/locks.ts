/** Locks the rows that a batch depends on, and loads their state under the locks. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import { NotFoundError } from '../../errors.ts';
import type { ChangeKind } from '../../model/plan.ts';
import { intArray, query, queryOne } from '../database/sql.ts';

/** One saved change, with the state of the database after its sources are locked. */
export interface LockedRow {
  readonly seq: number;
  readonly kind: ChangeKind;
  readonly sources: readonly string[];
  readonly name: string;
  readonly team: string;
  readonly previousName: string | null;
  readonly plannedGroupId: number | null;
  readonly deleteGroup: boolean;
  /** Removals, or the deletion of the group, wait for approval. */
  readonly held: boolean;
  /** Some removals do not wait for approval. */
  readonly removes: boolean;
  /** Sources that still exist; fewer than planned if a team was deleted since. */
  readonly knownSources: number;
  readonly released: boolean;
  readonly frozen: boolean;
  /** The newest run that reconciled one of the sources; 0 if none did. */
  readonly appliedRun: number;
  readonly teamId: number | null;
  /** The AccessGroup that the sources are currently linked to. */
  readonly groupId: number | null;
  readonly groupName: string | null;
  /** The group that currently has the wanted name in the team. */
  readonly namesakeId: number | null;
  readonly namesakeManaged: boolean | null;
}

/**
 * Makes the planner of this transaction use key lookups only. A first sync fills empty tables with half a million rows
 * before statistics exist. Plans for empty tables cost up to a hundred times as much, and compiling them costs more
 * than running them.
 */
export async function planByKeys(em: EntityManager): Promise<void> {
  const avoided = [
    'jit',
    'enable_seqscan',
    'enable_bitmapscan',
    'enable_hashjoin',
    'enable_mergejoin',
    'enable_material',
  ];
  await query(em, sql`select set_config(name, 'off', true) from unnest(${avoided}::text[]) as name`);
}

export interface RunToApply {
  readonly directory: string;
  /** false: the run has already ended. */
  readonly applying: boolean;
  /** The plan is too old to be applied. */
  readonly outdated: boolean;
}

/** Locks the run, so that it cannot end. Throws NotFoundError if the run does not exist. */
export async function lockRun(em: EntityManager, run: number): Promise<RunToApply> {
  const row = await queryOne(
    em,
    sql<RunToApply>`
      select directory, status = 'applying' as applying, coalesce(lease_until < now(), false) as outdated
      from sync_run where id = ${run} for share`,
  );
  if (row === undefined) throw new NotFoundError(`there is no run ${run}, so there is nothing to reconcile`);
  return row;
}

/** Locks the pending rows of a batch (or one of them) and returns their seqs, ascending. */
export async function lockPending(
  em: EntityManager,
  run: number,
  batch: number,
  only?: number,
): Promise<number[]> {
  const rows = await query(
    em,
    sql<{ seq: number }>`
      select seq from sync_run_group
      where run_id = ${run} and batch = ${batch} and outcome = 'pending'
        and (${only ?? null}::integer is null or seq = ${only ?? null})
      order by seq
      for update`,
  );
  return rows.map(row => row.seq);
}

/** As lockLinks, for the sources of these rows. */
export async function lockSources(
  em: EntityManager,
  run: number,
  directory: string,
  seqs: readonly number[],
): Promise<void> {
  const rows = sql`r.run_id = ${run} and r.seq = any(${intArray(seqs)}::integer[])`;
  await lockInOrder(em, directory, sql`sync_run_group r, unnest(r.sources) as source where ${rows}`);
}

/** Waits until no other transaction works on these directory groups, and blocks others until this one ends. */
export async function lockLinks(
  em: EntityManager,
  directory: string,
  externalIds: readonly string[],
): Promise<void> {
  await lockInOrder(em, directory, sql`unnest(${externalIds}::uuid[]) as source`);
}

/** More locks than this might not fit into the lock table of PostgreSQL (`max_locks_per_transaction`). */
const MANY = 2_000;

/**
 * Locks in a fixed order, so that transactions with common sources cannot deadlock. The first lock is the directory,
 * exclusive for many sources and shared otherwise; then each source is locked.
 */
async function lockInOrder(
  em: EntityManager,
  directory: string,
  sources: RawBuilder<unknown>,
): Promise<void> {
  const whole = sql`hashtextextended(${`rollcall.links ${directory}`}, 0)`;
  const [counted] = await query(
    em,
    sql<{ many: boolean }>`
      select many, case when many then pg_advisory_xact_lock(${whole}) else pg_advisory_xact_lock_shared(${whole}) end
      from (select count(*) > ${MANY} as many from (select from ${sources} limit ${MANY + 1}) as sources) as counted`,
  );
  if (counted?.many) return;
  await query(
    em,
    sql`
      select pg_advisory_xact_lock(key)
      from (
        select distinct hashtextextended(${directory} || '/' || source, 0) as key
        from ${sources}
        order by key
      ) as keys`,
  );
}

/**
 * Reads, under the locks, all state that determines the outcome of these rows. The subqueries with a limit look up one row
 * by its whole key. As plain joins, PostgreSQL without statistics walks all groups of the directory or team for each row.
 */
export async function loadRows(
  em: EntityManager,
  run: number,
  directory: string,
  seqs: readonly number[],
): Promise<readonly LockedRow[]> {
  return query(
    em,
    sql<LockedRow>`
      select r.seq, r.kind, r.sources::text[] as sources, r.name, coalesce(t.slug, r.team) as team,
        r.previous_name as "previousName", r.access_group_id as "plannedGroupId", r.delete_group as "deleteGroup",
        r.held is not null as held,
        r.held is null or cardinality(r.held) < cardinality(r.to_remove) as removes,
        link.known as "knownSources", link.released, link.frozen, link.newest as "appliedRun",
        t.id as "teamId", g.id as "groupId", g.name as "groupName",
        n.id as "namesakeId", n.managed as "namesakeManaged"
      from sync_run_group r
      cross join lateral (
        select count(*)::int as known, coalesce(bool_or(d.state = 'released'), false) as released,
          coalesce(bool_or(d.frozen_at is not null and d.access_group_id is not distinct from coalesce(r.access_group_id, d.access_group_id)), false) as frozen, coalesce(max(d.applied_run), 0)::float8 as newest,
          min(d.access_group_id) filter (where d.access_group_id = r.access_group_id or r.access_group_id is null) as id
        from unnest(r.sources) as source
        cross join lateral (
          select * from directory_group d where d.directory = ${directory} and d.external_id = source limit 1
        ) as d
      ) as link
      left join access_group g on g.id = link.id
      left join team t on t.id = coalesce(g.team_id, r.team_id)
      left join lateral (
        select * from access_group n where n.team_id = t.id and n.name = r.name limit 1
      ) as n on true
      where r.run_id = ${run} and r.seq = any(${intArray(seqs)}::integer[])
      order by r.seq`,
  );
}
