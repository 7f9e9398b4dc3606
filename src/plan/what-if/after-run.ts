/**
 * The current state after a run applied its plan, as the next complete read that shows the same would load it. So a removal
 * that needs two reads can be planned before the first of them. New AccessGroups are not in it: they have no id yet.
 */
import type { CurrentState, KnownGroup, ManagedGroup, RecentRemovals } from '../../model/current.ts';
import type { KnownDoubt, KnownReference } from '../../model/doubt.ts';
import type { Approved, DirectoryGroupRow, GroupChange, Plan } from '../../model/plan.ts';
import { difference, EMPTY, union } from '../sets/id-set.ts';

export interface AppliedRun {
  readonly plan: Plan;
  /** The removals that an administrator approved: they do not count together with those of later runs. */
  readonly approved: Approved;
  /** The conditions of the read that the next one is compared with. */
  readonly lastRead: CurrentState['lastRead'];
  /** `guard.window` */
  readonly windowMs: number;
}

/** More than any `guard.grace`. */
const LONG_AGO = Number.MAX_SAFE_INTEGER;

/** Returns that state, at a time when `guard.grace` is over. */
export function afterRun(current: CurrentState, run: AppliedRun): CurrentState {
  const { plan, lastRead, windowMs } = run;
  const changes = new Map(plan.changes.filter(isApplied).map(change => [change.accessGroupId, change]));
  const managed = current.managed.flatMap(group => changedGroup(group, changes.get(group.id)));
  const links = new Map([...current.links, ...plan.links].map(link => [link.externalId, link]));
  return {
    ...current,
    lastRead,
    confirmed: true,
    totals: {
      groups: current.totals.groups + plan.counts.create + managed.length - current.managed.length,
      memberships: current.totals.memberships + plan.counts.add - plan.counts.remove,
    },
    managed,
    groups: knownGroups(current.groups, plan, new Set(managed.map(({ id }) => id))),
    links: [...links.values()],
    references: references(current, plan),
    doubts: doubts(current, plan),
    ...(windowMs > 0 && { recentRemovals: recentRemovals(current.recentRemovals, run) }),
  };
}

function isApplied({ kind }: GroupChange): boolean {
  return kind === 'rename' || kind === 'update' || kind === 'retire';
}

function changedGroup(group: ManagedGroup, change: GroupChange | undefined): readonly ManagedGroup[] {
  if (change === undefined) return [group];
  if (change.deleteGroup === true) return [];
  const { name, desired, setType = group.type, setProjects = group.projects } = change;
  return [{ ...group, name, members: desired, type: setType, projects: setProjects }];
}

function knownGroups(
  groups: readonly KnownGroup[],
  { states, forgotten }: Plan,
  kept: ReadonlySet<number>,
): KnownGroup[] {
  const rows = new Map<string, DirectoryGroupRow>(states.map(state => [state.externalId, state]));
  const gone = new Set(forgotten);
  const known = groups.filter(({ externalId }) => !gone.has(externalId));
  const old = new Set(groups.map(({ externalId }) => externalId));
  const added = states.filter(({ externalId }) => !old.has(externalId));
  const unlinked = { accessGroupId: undefined, frozen: false, rejected: false };
  return [
    ...known.map(group => updatedGroup(group, rows.get(group.externalId), kept)),
    ...added.map(({ detached: _detached, ...row }) => ({ ...row, ...unlinked })),
  ];
}

function updatedGroup(
  group: KnownGroup,
  row: DirectoryGroupRow | undefined,
  kept: ReadonlySet<number>,
): KnownGroup {
  const { detached, missingMs: _missingMs, ...state } = { detached: false, ...group, ...row };
  const isLinked = !detached && kept.has(group.accessGroupId ?? 0);
  return {
    ...state,
    accessGroupId: isLinked ? group.accessGroupId : undefined,
    ...(state.missedReads > 0 && { missingMs: LONG_AGO }),
  };
}

function references(current: CurrentState, { references: changed }: Plan): CurrentState['references'] {
  const found = new Map<string, KnownReference>();
  for (const [key, known] of current.references)
    found.set(key, { ...known, ageMs: LONG_AGO, repeated: true });
  for (const key of changed?.resolved ?? []) found.delete(key);
  for (const { key, absent, groups } of changed?.appeared ?? [])
    found.set(key, { absent, groups, ageMs: LONG_AGO, repeated: false });
  return found;
}

function doubts(current: CurrentState, plan: Plan): KnownDoubt[] {
  const judged = new Set(plan.judged);
  const keyOf = ({ accessGroupId, userId, kind }: Pick<KnownDoubt, 'accessGroupId' | 'userId' | 'kind'>) =>
    `${accessGroupId} ${userId} ${kind}`;
  const decided = new Map(current.doubts.map(doubt => [keyOf(doubt), doubt.decision]));
  return [
    ...current.doubts.filter(({ accessGroupId }) => !judged.has(accessGroupId)),
    ...plan.doubts.map(doubt => ({ ...doubt, decision: decided.get(keyOf(doubt)) })),
  ];
}

function recentRemovals(
  earlier: readonly RecentRemovals[] = [],
  { plan, approved }: AppliedRun,
): RecentRemovals[] {
  const found = new Map(earlier.map(each => [each.accessGroupId, each]));
  for (const { accessGroupId = 0, remove, add, desired, kind } of plan.changes) {
    const before = found.get(accessGroupId);
    const now = difference(remove, approved.get(accessGroupId)?.removals ?? EMPTY);
    if (now.length === 0) continue;
    found.set(accessGroupId, {
      accessGroupId,
      users: union(before?.users ?? EMPTY, now),
      added: (before?.added ?? 0) + add.length,
      emptied: desired.length === 0,
      retired: kind === 'retire',
    });
  }
  return [...found.values()];
}
