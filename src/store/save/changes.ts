/** Saves the changes of a plan and divides them into batches. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { GroupChange, Plan, Verdict } from '../../model/plan.ts';
import type { RunGroup } from '../../model/run.ts';
import type { IdSet } from '../../model/snapshot.ts';
import { chunks, intArray, jsonOf, query } from '../database/sql.ts';
import type { NewUserIds } from './new-users.ts';
import { doubtId } from './references.ts';

/** A batch is one transaction: large enough that round trips do not matter, small enough to wait for. */
const GROUPS_PER_BATCH = 250;
const MEMBERS_PER_BATCH = 10_000;
/** Rows for each INSERT, which limits the memory for its text. */
const ROWS_PER_STATEMENT = 1_000;

export interface ChangesToSave {
  readonly run: number;
  readonly plan: Plan;
  readonly verdict: Verdict;
  /**
   * The outcome of changes that tasks apply. `held`: no task applies them, and all wait for approval. Other changes are
   * recorded only.
   */
  readonly outcome: 'pending' | 'planned' | 'held';
  /** undefined: the run creates no users, and new users keep their negative numbers. */
  readonly userIds: NewUserIds | undefined;
  /** Doubts that are new or have a new basis, by `doubtId`. */
  readonly newDoubts?: ReadonlySet<string>;
}

/** Saves one row for each change, in the order of the plan, and returns the numbers of the batches for tasks. */
export async function saveChanges(em: EntityManager, input: ChangesToSave): Promise<number[]> {
  const batches = cutBatches(input.plan.changes);
  const held = new Map(input.verdict.holds.map(hold => [hold.change, hold.removals]));
  const rows = input.plan.changes.map((change, seq) => ({ change, seq })).filter(isReportable(input));
  const whole = input.outcome === 'held';
  for (const some of chunks(rows, ROWS_PER_STATEMENT)) {
    const saved = some.map(({ change, seq }) => {
      const batch = batches[seq] ?? null;
      const waits = input.outcome === 'pending' && batch === null && held.has(seq);
      const outcome = waits ? 'held' : batch === null ? 'noted' : input.outcome;
      return { seq, batch: whole ? null : batch, ...rowOf(change, held.get(seq), outcome, input.userIds) };
    });
    await insertRows(em, input.run, saved);
  }
  return whole ? [] : [...new Set(batches.filter(batch => batch !== null))];
}

/** Kinds that are recorded when they begin or change, but not again in every run. */
const RECORDED_ON_CHANGE: readonly string[] = ['conflict', 'missing', 'doubt'];

/** Whether a change needs a row: an unchanged directory must not write one in every run. */
function isReportable({ plan, verdict, outcome, newDoubts }: ChangesToSave) {
  const changed = new Set(plan.states.map(state => state.externalId));
  const held = new Set(verdict.holds.map(hold => hold.change));
  return ({ change, seq }: { change: GroupChange; seq: number }) =>
    held.has(seq) ||
    !RECORDED_ON_CHANGE.includes(change.kind) ||
    outcome === 'planned' ||
    (change.kept ?? []).some(user => newDoubts?.has(doubtId(change.accessGroupId ?? 0, user))) ||
    change.sources.some(source => changed.has(source));
}

/**
 * Returns a batch number for each change, ascending; null for changes that are recorded only. The size of a batch is
 * counted in members, because each of them is compared. A group that exceeds a batch gets its own.
 */
export function cutBatches(changes: readonly GroupChange[]): (number | null)[] {
  let batch = 0;
  let groups = 0;
  let members = 0;
  return changes.map(change => {
    if (!isTask(change)) return null;
    const weight = change.desired.length + change.remove.length;
    if (groups > 0 && (groups >= GROUPS_PER_BATCH || members + weight > MEMBERS_PER_BATCH)) {
      batch++;
      groups = 0;
      members = 0;
    }
    groups++;
    members += weight;
    return batch;
  });
}

function isTask({ kind }: GroupChange): boolean {
  return kind === 'create' || kind === 'rename' || kind === 'update' || kind === 'retire';
}

function rowOf(
  change: GroupChange,
  held: IdSet | undefined,
  outcome: RunGroup['outcome'],
  userIds?: NewUserIds,
) {
  const { desired, add, remove, kept, deleteGroup = false, ...plain } = change;
  return {
    ...plain,
    outcome,
    deleteGroup,
    desired: intArray(realIds(desired, userIds)),
    toAdd: intArray(realIds(add, userIds)),
    toRemove: intArray(remove),
    held: held && intArray(held),
    kept: kept && intArray(kept),
  };
}

/** Replaces the numbers of new users by their ids. Users who could not be created are left out. */
function realIds(ids: IdSet, userIds: NewUserIds | undefined): Iterable<number> {
  const [first] = ids;
  if (first === undefined || first > 0 || userIds === undefined) return ids;
  const real = Array.from(ids, id => (id > 0 ? id : userIds.get(id))).filter(id => id !== undefined);
  return real.sort((one, other) => one - other);
}

async function insertRows(em: EntityManager, run: number, rows: readonly object[]): Promise<void> {
  await query(
    em,
    sql`
      insert into sync_run_group (run_id, seq, batch, kind, sources, dn, mapping, team_id, team, access_group_id, name,
        previous_name, type, set_type, set_projects, desired, to_add, to_remove, held, kept, facts, delete_group, reason,
        explanation, outcome)
      select ${run}, g.seq, g.batch, g.kind, g.sources, g.dn, g.mapping, t.id, g.team, g."accessGroupId", g.name,
        g."previousName", g.type, g."setType", g."setProjects", g.desired, g."toAdd", g."toRemove", g.held, g.kept, g.facts,
        g."deleteGroup", g.reason, g.explanation, g.outcome
      from json_to_recordset(${jsonOf(rows)}::json) as g(seq integer, batch integer, kind text, sources uuid[],
        dn text, mapping integer, team text, "accessGroupId" integer, name text, "previousName" text, type integer,
        "setType" integer, "setProjects" text[], desired integer[], "toAdd" integer[], "toRemove" integer[],
        held integer[], kept integer[], facts jsonb, "deleteGroup" boolean, reason text, explanation text, outcome text)
      left join team t on t.slug = g.team
      order by g.seq`,
  );
}
