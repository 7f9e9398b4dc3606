/** Rules that hold after every step, checked in the database without code of the product. */
import { sql } from 'kysely';
import { expect } from 'vitest';
import type { Database } from '../../src/store/database/database.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import { observe, plain } from './observe.ts';
import type { Approvals } from './reference/guard.ts';
import { exceeds } from './reference/guard.ts';
import type { Outcome, State } from './reference/reference.ts';
import { type Scenario, UNITS } from './world/scenario.ts';
import { isBelow, trueMembers, type View } from './world/world.ts';

/** What a run read and was allowed to remove. */
export interface Evidence {
  /** The states that it read; several if the directory changed in the meantime. */
  readonly views: readonly View[];
  readonly before: State;
  readonly approved: Approvals;
  /** Read everything, not one group. */
  readonly whole: boolean;
}

/** No AccessGroup is half changed: it is as before the run, or as the run changes it. */
export async function expectBetween(db: Database, before: State, { state: after }: Outcome): Promise<void> {
  const { known, manual } = await observe(db);
  expect(plain({ ...before, known: new Map(), links: new Map(), manual })).toEqual(
    plain({ ...before, known: new Map(), links: new Map() }),
  );
  for (const [id, { access }] of known) {
    const [old, next] = [before.known.get(id)?.access, after.known.get(id)?.access];
    expect({ id, name: access?.name }).toBeOneOf([
      { id, name: old?.name },
      { id, name: next?.name },
    ]);
    const members = (one: typeof access) => ({ id, members: one && [...one.members].sort() });
    expect(members(access)).toBeOneOf([members(old), members(next)]);
  }
  for (const [id, { access }] of before.known) {
    if (access !== undefined && after.known.get(id)?.access !== undefined)
      expect([...known.keys()]).toContain(id);
  }
}

interface AuditRow {
  readonly id: number;
  readonly run: number | null;
  readonly action: string;
  readonly group: number;
  readonly username: string;
}

/** Checks the growing audit. `remembered`: the directory group of an AccessGroup, also of a deleted one. */
export function watchAudit(db: Database, scenario: Scenario, evidence: ReadonlyMap<number, Evidence>) {
  const remembered = new Map<number, string>();
  let last = 0;
  return async () => {
    const { sourceOf } = await observe(db);
    for (const [group, id] of sourceOf) remembered.set(group, id);
    const rows = await rowsOf(
      db,
      sql<AuditRow>`
        select id::int as id, run_id::int as run, action, access_group_id as "group", username
        from membership_change where id > ${last} and run_id is not null order by id`,
    );
    last = rows.at(-1)?.id ?? last;
    for (const [run, changes] of Map.groupBy(rows, row => row.run ?? 0)) {
      const seen = evidence.get(run);
      if (seen === undefined) throw new Error(`run ${run} changed memberships and read nothing`);
      for (const change of changes) expectReason(change, remembered.get(change.group), seen);
      expectGuarded(changes, remembered, seen, scenario);
    }
  };
}

/** Members are added and removed only as the directory says at some time of a complete read. */
function expectReason(
  { action, username, run }: AuditRow,
  id: string | undefined,
  { views, before, whole }: Evidence,
): void {
  const change = { run, action, username, in: id };
  const missed = before.known.get(id ?? '')?.missed;
  const isFounded = views.some(view => {
    const dn = placeOf(view, id);
    if (dn === undefined) return action === 'remove' && whole;
    const people = trueMembers(view, dn);
    if (action === 'add') return [...people].some(person => nameOf(view, person) === username);
    const linked = [...before.links].find(([, name]) => name === username)?.[0] ?? '';
    return missed !== 0 || !isNamed(view, people, linked);
  });
  expect(isFounded, JSON.stringify(change)).toBe(true);
}

function placeOf({ groups }: View, id: string | undefined): string | undefined {
  return [...groups].find(([dn, group]) => group.id === id && isBelow(dn, UNITS[0]))?.[0];
}

function isNamed({ people }: View, members: ReadonlySet<string>, id: string): boolean {
  return members.has(id) && [...people.values()].some(person => person.id === id && !person.disabled);
}

/**
 * After a run during a change: a removed member was not named all the time, and an added one was named at some time.
 */
export function expectFounded(before: State, after: State, views: readonly View[]): void {
  for (const [id, { access }] of after.known) {
    const old = before.known.get(id);
    const now = access?.members ?? new Set();
    for (const username of old?.access?.members ?? []) {
      const linked = [...before.links].find(([, name]) => name === username)?.[0] ?? '';
      const isAlways = views.every(view => {
        const dn = placeOf(view, id);
        return dn !== undefined && isNamed(view, trueMembers(view, dn), linked);
      });
      if (!now.has(username)) expect(isAlways, `${username} lost ${id}`).toBe(false);
    }
  }
}

function nameOf({ people }: View, id: string): string {
  return [...people.values()].find(person => person.id === id)?.uid ?? '';
}

/** Removals without an approval stay within the limits of the run and of each group. */
function expectGuarded(
  changes: readonly AuditRow[],
  sourceOf: ReadonlyMap<number, string>,
  { before, approved }: Evidence,
  { guard }: Scenario,
): void {
  const removals = changes.filter(({ action, group, username }) => {
    return action === 'remove' && !approved.get(sourceOf.get(group) ?? '')?.users.has(username);
  });
  const groups = [...before.known.values()].flatMap(({ access }) => access ?? []);
  const memberships = groups.reduce((sum, { members }) => sum + members.size, 0);
  expect(exceeds(guard.memberRemovals, removals.length, memberships)).toBe(false);
  for (const [group, gone] of Map.groupBy(removals, row => row.group)) {
    const memory = before.known.get(sourceOf.get(group) ?? '');
    if (memory?.missed !== 0) continue;
    expect(exceeds(guard.groupMemberRemovals, gone.length, memory.access?.members.size ?? 0)).toBe(false);
  }
}

/** The audit replays to the memberships; one run of the directory is active at a time; every task has its run. */
export async function expectSound(db: Database): Promise<void> {
  const gaps = await rowsOf(
    db,
    sql`
      with replayed as (
        select access_group_id, user_id, sum(case action when 'add' then 1 else -1 end) as times
        from membership_change group by access_group_id, user_id
      ), held as (
        select m.* from access_group_members m join access_group g on g.id = m.access_group_id where g.managed
      )
      select * from replayed full join held m using (access_group_id, user_id)
      where coalesce(times, 0) <> case when m.id is null then 0 else 1 end
        and not exists (select from access_group g where g.id = access_group_id and not g.managed)`,
  );
  expect(gaps).toEqual([]);
  const active = await rowsOf(
    db,
    sql`select from sync_run where status in ('reading', 'planning', 'applying')`,
  );
  expect(active.length).toBeLessThanOrEqual(1);
}
