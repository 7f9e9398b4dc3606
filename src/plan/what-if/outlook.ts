/** What one configuration makes of a directory, by group: the result, and the changes that lead to it. Pure. */

import type { CurrentState } from '../../model/current.ts';
import type { GroupResult, HoldReason } from '../../model/operations/comparison.ts';
import type { Approved, GroupChange, Plan, Verdict } from '../../model/plan.ts';
import type { ExternalId, IdSet } from '../../model/snapshot.ts';
import { EMPTY, idSet, union } from '../sets/id-set.ts';

/** A plan with the verdict of the guard. */
export interface Judged {
  readonly plan: Plan;
  readonly verdict: Verdict;
}

export interface FutureRun {
  /** What is applied after everything that the guard holds is approved. */
  readonly plan: Plan;
  /** The plans that the guard judged: the first, and one after each approval. */
  readonly judged: readonly Judged[];
}

export interface Outlook {
  /** By read, until no member waits for a further one. Empty: the directory is not configured. */
  readonly runs: readonly FutureRun[];
  /** The state after these runs, if everything that the guard holds is approved. */
  readonly after: CurrentState;
}

/** Users who do not exist yet, by the identity of their entry. Their ids are negative, the same for both configurations. */
export type Newcomers = Map<ExternalId, { readonly id: number; readonly username: string }>;

export interface Outcome {
  readonly dn: string;
  readonly accessGroupId: number | undefined;
  readonly result: GroupResult;
  readonly members: IdSet;
}

/** One change of a run. `read`: the number of the run, from 1. */
export interface Step {
  readonly read: number;
  readonly change: GroupChange;
  readonly added: ReadonlySet<number>;
  readonly removed: ReadonlySet<number>;
  /** Why the guard holds it, and whom it concerns; undefined: all members. */
  readonly hold: { readonly reason: HoldReason; readonly users?: ReadonlySet<number> } | undefined;
}

/** The outcome of each AccessGroup, and of each directory group without one, by `keyOf`. */
export function outcomesOf({ runs, after }: Outlook, newcomers: Newcomers): Map<string, Outcome> {
  const found = new Map<string, Outcome>();
  const slugs = new Map(after.teams.map(({ id, slug }) => [id, slug]));
  const links = new Map(after.groups.map(group => [group.accessGroupId, group]));
  const last = runs.at(-1)?.plan;
  const changes = new Map(last?.changes.map(change => [keyOf(change), change]));
  for (const { id, teamId, name, type, projects, members } of after.managed) {
    const { dn = '', reason: stored } = links.get(id) ?? {};
    const change = changes.get(`${id}`);
    const reason = change?.kind === 'unknown' ? change.reason : stored;
    const shown = { team: slugs.get(teamId) ?? '', name, type, projects: [...projects].sort() };
    const all = last === undefined ? members : renumbered(members, last, newcomers);
    found.set(`${id}`, { dn, accessGroupId: id, members: all, result: resultOf(shown, all, reason) });
  }
  for (const { plan } of runs)
    for (const change of plan.changes) {
      if (change.accessGroupId !== undefined) continue;
      const { dn, team, name, type, setProjects = [], reason } = change;
      const members = renumbered(change.desired, plan, newcomers);
      const shown = { team, name, type, projects: [...setProjects].sort() };
      const result = resultOf(shown, members, change.kind === 'create' ? undefined : reason);
      found.set(keyOf(change), { dn, accessGroupId: undefined, members, result });
    }
  return found;
}

function resultOf(
  shown: Omit<GroupResult, 'members' | 'reason'>,
  members: IdSet,
  reason: string | undefined,
): GroupResult {
  return { ...shown, members: members.length, ...(reason !== undefined && { reason }) };
}

/** The approval of everything that the guard holds, in addition to an earlier one. */
export function approvalOf({ plan, verdict }: Judged, earlier: Approved = new Map()): Approved {
  const approved = new Map(earlier);
  for (const { change: index, removals } of verdict.holds) {
    const { accessGroupId = 0, deleteGroup = false, kind } = plan.changes[index] ?? {};
    const before = approved.get(accessGroupId);
    approved.set(accessGroupId, {
      removals: union(before?.removals ?? EMPTY, removals),
      deletes: before?.deletes === true || deleteGroup,
      absent: before?.absent === true || kind === 'missing',
    });
  }
  return approved;
}

/** The changes of each group in the order of the runs, by `keyOf`. */
export function stepsOf({ runs }: Outlook, newcomers: Newcomers): Map<string, readonly Step[]> {
  const found = new Map<string, Step[]>();
  for (const [index, { plan, judged }] of runs.entries()) {
    const holds = holdsOf(judged);
    const isFirst = judged.some(({ verdict }) => verdict.unconfirmed === true);
    for (const change of plan.changes) {
      const added = new Set(renumbered(change.add, plan, newcomers));
      const hold = isFirst ? FIRST_RUN : holds.get(change.accessGroupId ?? 0);
      const steps = found.get(keyOf(change)) ?? [];
      steps.push({ read: index + 1, change, added, removed: new Set(change.remove), hold });
      found.set(keyOf(change), steps);
    }
  }
  return found;
}

const FIRST_RUN: Step['hold'] = { reason: 'first_run' };

/** By AccessGroup. The hold of a missing group concerns all its members. */
function holdsOf(judged: readonly Judged[]): ReadonlyMap<number, NonNullable<Step['hold']>> {
  const found = new Map<number, NonNullable<Step['hold']>>();
  for (const { plan, verdict } of judged)
    for (const { change: index, reason, removals } of verdict.holds) {
      const { accessGroupId = 0, kind } = plan.changes[index] ?? {};
      if (found.has(accessGroupId)) continue;
      found.set(accessGroupId, kind === 'missing' ? { reason } : { reason, users: new Set(removals) });
    }
  return found;
}

/** Identifies a group: by its AccessGroup, otherwise by its directory group. */
function keyOf({ accessGroupId, sources, dn }: GroupChange): string {
  return accessGroupId === undefined ? `new ${sources.toSorted()[0] ?? dn}` : `${accessGroupId}`;
}

/** Replaces the numbers that a plan gives to new users. */
function renumbered(ids: IdSet, { newUsers }: Plan, newcomers: Newcomers): IdSet {
  if ((ids[0] ?? 0) >= 0) return ids;
  return idSet(
    Array.from(ids, id => {
      const user = newUsers[-id - 1];
      if (id > 0 || user === undefined) return id;
      const { externalId, username } = user;
      const known = newcomers.get(externalId) ?? { id: -newcomers.size - 1, username };
      newcomers.set(externalId, known);
      return known.id;
    }),
  );
}
