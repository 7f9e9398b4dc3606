/** Saved plans, written by hand and applied through the store as the jobs would. A test gives only what it is about. */
import { type RawBuilder, sql } from 'kysely';
import type { DirectoryGroupRow, GroupChange, Plan, PlanCounts, Verdict } from '../../../src/model/plan.ts';
import type { Run, RunCounts, RunMode } from '../../../src/model/run.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { query } from '../../../src/store/database/sql.ts';
import { reconcileBatch } from '../../../src/store/reconcile/reconcile-batch.ts';
import { renameGroups } from '../../../src/store/reconcile/rename-groups.ts';
import { completeRun } from '../../../src/store/runs/finish.ts';
import { claimRun } from '../../../src/store/runs/lease.ts';
import { requestRun } from '../../../src/store/runs/request.ts';
import { savePlan } from '../../../src/store/save/save-plan.ts';

const NO_COUNTS: PlanCounts = {
  create: 0,
  rename: 0,
  update: 0,
  unchanged: 0,
  missing: 0,
  retire: 0,
  conflict: 0,
  unknown: 0,
  doubts: 0,
  frozen: 0,
  outOfScope: 0,
  add: 0,
  remove: 0,
  unresolved: 0,
  people: 0,
};

export const READ_WITH = {
  server: 'ldap://test',
  configDigest: 'groups:1',
  normalisation: '1',
  idAttribute: 'entryUUID',
};

export const NO_HOLDS: Verdict = { holds: [], reasons: [] };

export function uuid(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

/** The counts of a batch that changed nothing. */
export const NOTHING_DONE = { groups: 0, added: 0, removed: 0, failed: 0 };
/** Every audit row of a membership. */
export const AUDIT = sql`
  select run_id::int as run, action, username, group_name, team_slug, directory, reason
  from membership_change order by id`;

export function ids(...numbers: number[]): Int32Array {
  return Int32Array.from(numbers).sort();
}

/** Runs any statement outside a transaction and returns its rows. */
export function rowsOf<Row>(db: Database, statement: RawBuilder<Row>): Promise<readonly Row[]> {
  return query(db.orm.em.fork(), statement);
}

/** Creates `user1` … `userN` with the ids 1 … N, and teams with the projects p1, p2 and p3; ids count from 1. */
export async function seed(db: Database, users: number, teams: readonly string[] = ['red']): Promise<void> {
  await rowsOf(
    db,
    sql`insert into auth_user (username, email) select 'user' || n, 'user' || n || '@example.test' from generate_series(1, ${users}::int) n`,
  );
  for (const slug of teams) {
    await rowsOf(
      db,
      sql`
        with created as (insert into team (slug, name) values (${slug}, ${slug}) returning id)
        insert into project (team_id, slug, name) select id, 'p' || n, 'P' || n from created, generate_series(1, 3) n`,
    );
  }
}

/** A change of directory group n, whose target is `group<n>` of team red. */
export function change(n: number, more: Partial<GroupChange> & { kind: GroupChange['kind'] }): GroupChange {
  const name = more.name ?? `group${n}`;
  return {
    sources: [uuid(n)],
    dn: `cn=${name},dc=test`,
    mapping: 0,
    accessGroupId: undefined,
    team: 'red',
    name,
    type: 50,
    desired: ids(),
    add: ids(),
    remove: ids(),
    ...more,
  };
}

/** The creation of group n with these members. */
export function creation(n: number, members: Int32Array, more: Partial<GroupChange> = {}): GroupChange {
  return change(n, { kind: 'create', desired: members, add: members, setType: 50, setProjects: [], ...more });
}

/** A plan with these changes, and a linked state for each of their sources unless states are given. */
export function planOf(changes: readonly GroupChange[], more: Partial<Plan> = {}): Plan {
  const linked = changes.flatMap(({ sources, dn, name }) =>
    sources.map((externalId): DirectoryGroupRow => {
      return { externalId, dn, cn: name, mapping: 'm', state: 'linked', reason: undefined, missedReads: 0 };
    }),
  );
  return {
    directory: 'corp',
    changes,
    states: linked,
    forgotten: [],
    newTeams: [],
    newUsers: [],
    links: [],
    unresolved: { appeared: [], resolved: [] },
    doubts: [],
    judged: [],
    warnings: [],
    counts: NO_COUNTS,
    managed: { groups: 0, memberships: 0 },
    ...more,
  };
}

export interface SaveOptions {
  readonly verdict?: Verdict;
  readonly mode?: RunMode;
  readonly whole?: boolean;
  readonly marker?: string;
}

/** Queues and claims a run and saves this plan for it. */
export async function saveRun(db: Database, plan: Plan, options: SaveOptions = {}) {
  const { verdict = NO_HOLDS, mode = 'apply', whole = true, marker } = options;
  const only = whole ? {} : { group: 'cn=one,dc=test' };
  const { run } = await requestRun(db, { directory: plan.directory, trigger: 'manual', mode, ...only });
  await claimRun(db, run.id, { owner: 'test', leaseMs: 60_000 });
  const state = { marker, ...READ_WITH };
  const batches = await savePlan(db, {
    run: run.id,
    owner: 'test',
    plan: { ...plan, changes: await Promise.all(plan.changes.map(each => withRemovals(db, each))) },
    verdict,
    mode,
    whole,
    state,
    counts: heldCounts(verdict),
  });
  return { id: run.id, batches };
}

/**
 * Judges the change as a plan would: current members who are not desired are removed, unless the test gives the
 * removals.
 */
async function withRemovals(db: Database, each: GroupChange): Promise<GroupChange> {
  const { kind, accessGroupId, desired, remove } = each;
  if (!['rename', 'update', 'retire'].includes(kind) || accessGroupId === undefined || remove.length > 0)
    return each;
  const members = await rowsOf(
    db,
    sql<{
      id: number;
    }>`select user_id as id from access_group_members where access_group_id = ${accessGroupId}`,
  );
  return { ...each, remove: ids(...members.map(({ id }) => id).filter(id => !desired.includes(id))) };
}

function heldCounts({ holds, reasons }: Verdict): RunCounts {
  if (reasons.length === 0) return {};
  const removals = holds.reduce((sum, hold) => sum + hold.removals.length, 0);
  return { held: { groups: holds.length, removals, reasons } };
}

/** Applies the rest of a saved run: renames, each batch in turn, the end. */
export async function applyRun(db: Database, { id, batches }: { id: number; batches: readonly number[] }) {
  await renameGroups(db, id);
  for (const batch of batches) await reconcileBatch(db, id, batch);
  return completeRun(db, id);
}

export async function sync(db: Database, plan: Plan, options: SaveOptions = {}): Promise<Run | undefined> {
  return applyRun(db, await saveRun(db, plan, options));
}

/** The members of each group by its name, as user ids. */
export async function membersByGroup(db: Database): Promise<Record<string, number[]>> {
  const rows = await rowsOf(
    db,
    sql<{ name: string; members: number[] }>`
      select g.name, array_remove(array_agg(m.user_id order by m.user_id), null) as members
      from access_group g left join access_group_members m on m.access_group_id = g.id
      group by g.name order by g.name`,
  );
  return Object.fromEntries(rows.map(row => [row.name, row.members]));
}

/** The id of the AccessGroup with this name. */
export async function groupId(db: Database, name: string): Promise<number> {
  const [row] = await rowsOf(db, sql<{ id: number }>`select id from access_group where name = ${name}`);
  if (row === undefined) throw new Error(`the test expected an AccessGroup "${name}"`);
  return row.id;
}

/** The outcomes of a run's rows by group name. */
export async function outcomes(db: Database, run: number): Promise<Record<string, string>> {
  const rows = await rowsOf(
    db,
    sql<{ name: string; outcome: string }>`
      select name, concat_ws(' ', outcome, reason) as outcome from sync_run_group where run_id = ${run} order by seq`,
  );
  return Object.fromEntries(rows.map(row => [row.name, row.outcome]));
}

/** All row versions and sequences of the database, by table; equal values mean that nothing was written in between. */
export async function fingerprint(
  db: Database,
  except: readonly string[] = [],
): Promise<Map<string, string>> {
  const tables = await rowsOf(
    db,
    sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const prints = new Map<string, string>();
  for (const { name } of tables.filter(table => !except.includes(table.name))) {
    const [row] = await rowsOf(
      db,
      sql<{ print: string }>`
        select coalesce(md5(string_agg(concat_ws(' ', t.ctid, t.xmin, t), ',' order by t.ctid)), '') as print
        from ${sql.table(name)} t`,
    );
    prints.set(name, row?.print ?? '');
  }
  const sequences = await rowsOf(
    db,
    sql<{ name: string; value: string }>`
      select sequencename as name, last_value::text as value from pg_sequences where schemaname = 'public'`,
  );
  for (const { name, value } of sequences) if (!except.includes(name)) prints.set(name, value);
  return prints;
}
