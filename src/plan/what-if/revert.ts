/**
 * Taking back what a run did to members. By AccessGroup:
 *
 *   frozen, or made manual since      whoever the run added goes, whoever it removed comes back
 *   still linked to its directory     unknown    nothing: the directory would be right again with the next sync
 *   deleted since                     unknown    nothing is left to take back
 *
 * Members about whom something newer was decided are none of it: `Done` leaves them out.
 */
import type { Done } from '../../model/audit.ts';
import type { ManagedTotals } from '../../model/current.ts';
import type { GroupChange, Plan } from '../../model/plan.ts';
import type { IdSet } from '../../model/snapshot.ts';
import { finish } from '../../steps/steps.ts';
import { countChanges } from '../sets/counts.ts';
import { difference, EMPTY, intersection, union } from '../sets/id-set.ts';

const SKIPPED = {
  live: {
    reason: 'live_linked',
    explanation:
      'its directory still says who is in it, and the next sync would do the same again: freeze or release it first',
  },
  gone: { reason: 'group_gone', explanation: 'there is no such AccessGroup any more' },
} as const;

/** The inverse of what a run did, as a plan that the guard can judge. Same arguments, same plan. */
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
    return { ...baseOf(group), kind: 'unknown', ...SKIPPED[state] };
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
