/**
 * Plans the revert of a run: which members to remove and which to add again. By AccessGroup:
 *
 *   frozen, or made manual since      update     removes the users whom the run added, adds those whom it removed
 *   still linked to its directory     unknown    no change: the next sync would make the same changes again
 *   deleted since                     unknown    no change
 *
 * Members who were changed again after the run are not part of `Done`.
 */
import type { Done } from '../../model/audit.ts';
import type { ManagedTotals } from '../../model/current.ts';
import type { GroupChange, Plan } from '../../model/plan.ts';
import type { IdSet } from '../../model/snapshot.ts';
import { finish } from '../../steps/steps.ts';
import { meaningOf, remedyOf } from '../report/reasons.ts';
import { countChanges } from '../sets/counts.ts';
import { difference, EMPTY, intersection, union } from '../sets/id-set.ts';

const SKIPPED = { live: 'live_linked', gone: 'group_gone' } as const;

/** Returns the inverse of a run as a plan that the guard can judge. The same arguments always give the same plan. */
export function planRevert(directory: string, done: readonly Done[], managed: ManagedTotals): Plan {
  const changes = done.map(changeOf).filter(change => change !== undefined);
  return {
    directory,
    changes,
    states: [],
    forgotten: [],
    newTeams: [],
    newUsers: [],
    links: [],
    unresolved: { appeared: [], resolved: [] },
    doubts: [],
    judged: [],
    warnings: [],
    counts: finish(countChanges(changes, { unchanged: 0, frozen: 0, outOfScope: 0, unresolved: 0 })),
    managed,
  };
}

function changeOf(group: Done): GroupChange | undefined {
  const { state, members, added, removed } = group;
  if (added.length + removed.length === 0) return undefined;
  if (state === 'live' || state === 'gone') {
    const reason = SKIPPED[state];
    const explanation = `${meaningOf(reason)}. ${remedyOf(reason)}`;
    return { ...baseOf(group), kind: 'unknown', reason, explanation };
  }
  const add = difference(removed, members);
  const remove = intersection(added, members);
  if (add.length + remove.length === 0) return undefined;
  return { ...baseOf(group), kind: 'update', ...setsOf(members, add, remove) };
}

function setsOf(members: IdSet, add: IdSet, remove: IdSet) {
  return { add, remove, desired: union(difference(members, remove), add) };
}

function baseOf({ accessGroupId, team, name, type }: Done) {
  return {
    sources: [],
    dn: '',
    mapping: undefined,
    accessGroupId,
    team,
    name,
    type,
    desired: EMPTY,
    add: EMPTY,
    remove: EMPTY,
  };
}
