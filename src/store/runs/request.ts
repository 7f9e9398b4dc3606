/** Queues runs and lists them. */
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { NotFoundError, RefusedError } from '../../errors.ts';
import type { Page } from '../../model/access.ts';
import type { RunChangeRequest } from '../../model/audit.ts';
import type { ManualRunRequest, Requested, RunPage } from '../../model/operations/runs.ts';
import type { Run, RunGroup, RunTrigger } from '../../model/run.ts';
import type { Database } from '../database/database.ts';
import { pageOf } from '../database/page.ts';
import { query } from '../database/sql.ts';
import { readFrom, transact } from '../database/transaction.ts';
import { SyncRequest, SyncRun } from '../entities/runs.ts';
import { acceptOlderServer } from './accept-older.ts';
import { countOutcomes, countsOf, findRun, lockRequests, toRun } from './run-record.ts';

export interface RunRequest extends Omit<ManualRunRequest, 'requestedBy'> {
  readonly trigger: RunTrigger;
  readonly requestedBy?: string;
  /** The held run whose removals a user approved. Such a run is never merged with another waiting run. */
  readonly approves?: number;
  /** Limits the approval to these AccessGroups. */
  readonly approvedGroups?: readonly number[] | undefined;
}

/**
 * Queues a run, or returns the waiting run for the same directory, mode, and group or person. A waiting scheduled run becomes a
 * manual one if a user requests it, because only a manual run reads the directory even if the marker is unchanged. Throws
 * RefusedError if too many runs of single groups and people wait.
 */
export async function requestRun(db: Database, request: RunRequest): Promise<Requested> {
  return transact(db, async em => {
    await lockRequests(em);
    const requested = await queueRun(em, request);
    const { acceptOlder: reason, requestedBy: by = '' } = request;
    if (reason === undefined) return requested;
    return {
      ...requested,
      run: (await acceptOlderServer(em, requested.run, { by, reason })) ?? requested.run,
    };
  });
}

/** As requestRun, in the caller's transaction, which must have called lockRequests. */
export async function queueRun(em: EntityManager, request: RunRequest): Promise<Requested> {
  const { requestKey } = request;
  const answered = requestKey === undefined ? null : await em.findOne(SyncRequest, { requestKey });
  if (answered !== null) return { run: await findRun(em, answered.run.id), created: false };
  const waiting = await waitingRun(em, request);
  const id = waiting?.id ?? (await insertRun(em, request));
  if (requestKey !== undefined) {
    em.create(SyncRequest, { requestKey, run: id });
    await em.flush();
  }
  return { run: await findRun(em, id), created: waiting === undefined };
}

/**
 * Locks the waiting run, so that no worker claims it while its trigger changes. If a worker is claiming it, this waits
 * and then does not find it.
 */
async function waitingRun(
  em: EntityManager,
  request: RunRequest,
): Promise<{ readonly id: number } | undefined> {
  const { directory, mode, approves = null, trigger, requestedBy = null } = request;
  const waiting = await em.findOne(
    SyncRun,
    { directory, mode, status: 'queued', ...limitOf(request), approves },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (waiting === null) return undefined;
  if (trigger === 'manual' && waiting.trigger === 'schedule') {
    em.assign(waiting, { trigger, requestedBy });
    await em.flush();
  }
  return waiting;
}

/** Waiting runs of single groups and people of one directory. They run one after the other, before scheduled runs. */
const MAX_WAITING = 200;

/** A run of the whole directory can always wait: it does the work of the others. */
async function requireRoom(em: EntityManager, { directory, group, user }: RunRequest): Promise<void> {
  if ((group ?? user) === undefined) return;
  const waiting = await em.count(SyncRun, { directory, status: 'queued', groupName: { $ne: null } });
  if (waiting < MAX_WAITING) return;
  throw new RefusedError(
    'too_many_runs',
    `${waiting} runs of single groups or people of ${directory} are waiting: wait, or sync the whole directory`,
  );
}

async function insertRun(em: EntityManager, request: RunRequest): Promise<number> {
  await requireRoom(em, request);
  const { directory, trigger, requestedBy = null, mode, approves = null } = request;
  const approvedGroups = request.approvedGroups?.slice() ?? null;
  const run = em.create(SyncRun, {
    directory,
    trigger,
    requestedBy,
    mode,
    ...limitOf(request),
    approves,
    approvedGroups,
  });
  await em.flush();
  return run.id;
}

/** What the run is limited to. */
function limitOf({ group, user }: RunRequest) {
  return { groupName: user ?? group ?? null, namesUser: user !== undefined };
}

/** One run. While it applies, its counts show the progress. undefined if it does not exist. */
export async function getRun(db: Database, id: number): Promise<Run | undefined> {
  return readFrom(db, async em => {
    const row = await em.findOne(SyncRun, { id });
    if (row === null) return undefined;
    const run = toRun(row);
    if (run.status !== 'applying') return run;
    return { ...run, counts: { ...run.counts, ...countsOf(await countOutcomes(em, id)) } };
  });
}

/** One page of the history, newest first: at most `limit` runs with an id below `before`. */
export async function listRuns(db: Database, { directory, status, limit, before }: RunPage): Promise<Run[]> {
  const which = {
    ...(status !== undefined && { status }),
    ...(directory !== undefined && { directory }),
    ...(before !== undefined && { id: { $lt: before } }),
  };
  const rows = await readFrom(db, em => em.find(SyncRun, which, { orderBy: { id: 'desc' }, limit }));
  return rows.map(toRun);
}

type RunGroupRow = {
  readonly [Key in keyof RunGroup]: undefined extends RunGroup[Key]
    ? Exclude<RunGroup[Key], undefined> | null
    : RunGroup[Key];
} & { readonly seq: number };

/** What a run changed or would change, in the order of its plan. Throws NotFoundError if the run does not exist. */
export async function runGroups(db: Database, id: number): Promise<readonly RunGroup[]> {
  const { items } = await runChanges(db, id, { limit: Number.MAX_SAFE_INTEGER - 1 });
  if (items.length === 0 && (await readFrom(db, em => em.count(SyncRun, { id }))) === 0) {
    throw new NotFoundError(`there is no run ${id}`);
  }
  return items;
}

/** One page of runGroups, after row `after` of the plan. `search` matches TEAM/NAME of groups, including old names. */
export async function runChanges(
  db: Database,
  id: number,
  { limit, after, search, held = false }: RunChangeRequest,
): Promise<Page<RunGroup, readonly [number]>> {
  const names = sql`lower(concat(team, '/', name, ' ', team, '/', previous_name))`;
  const found = search === undefined ? sql`` : sql`and strpos(${names}, lower(${search})) > 0`;
  const rows = await query(
    db.orm.em.fork(),
    sql<RunGroupRow>`
      select seq, kind, access_group_id as "accessGroupId", dn, team, name, previous_name as "previousName", outcome, added,
        removed, reason, cardinality(to_add) as add, cardinality(to_remove) as remove,
        coalesce(cardinality(held), 0) as held, coalesce(cardinality(kept), 0) as kept, coalesce(error, explanation) as error
      from sync_run_group
      where run_id = ${id} and seq > ${after?.[0] ?? -1} ${found} ${held ? sql`and outcome = 'held'` : sql``}
      order by seq
      limit ${limit + 1}`,
  );
  const { items, next } = pageOf(rows, limit, (row): readonly [number] => [row.seq]);
  return { items: items.map(groupOf), next };
}

function groupOf({ seq: _seq, dn, ...row }: RunGroupRow): RunGroup {
  return {
    ...row,
    ...(dn && { dn }),
    accessGroupId: row.accessGroupId ?? undefined,
    previousName: row.previousName ?? undefined,
    reason: row.reason ?? undefined,
    error: row.error ?? undefined,
  };
}
