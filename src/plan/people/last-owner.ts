/**
 * Keeps the last owner of a team (case F66). An effective owner of a team is an active user who is not suspended in the team
 * and is a member of it with type 0, or is in one of its owner-level (type 0) AccessGroups, even if that group has no
 * projects yet. If a plan would leave a team without its last owner, the removal of one user is withheld: the one with the
 * lowest user id, so that every run chooses the same. Superusers do not count, because they own everything.
 */
import type { CurrentState, ManagedGroup } from '../../model/current.ts';
import type { GroupChange } from '../../model/plan.ts';
import type { IdSet } from '../../model/snapshot.ts';
import { meaningOf, remedyOf } from '../report/reasons.ts';
import { difference, EMPTY, idSet, union } from '../sets/id-set.ts';

type Maybe = GroupChange | undefined;
type Replace = <Change extends Maybe>(change: Change) => Change | GroupChange;

/** Returns a function that limits each change. A change that removes no last owner is returned unchanged. */
export function keepLastOwners(changes: readonly Maybe[], current: CurrentState): Replace {
  const replaced = new Map<Maybe, GroupChange>();
  const teams = current.ownedTeams.length > 0 ? teamsOf(changes, current) : () => NOTHING;
  const inactive = new Set(current.inactive);
  for (const { teamId, ineligible } of current.ownedTeams) {
    const suspended = new Set(ineligible);
    const found = lastOwner(teams(teamId), id => !inactive.has(id) && !suspended.has(id));
    if (found !== undefined) replaced.set(found.change, withhold(found.change, found.user));
  }
  return change => replaced.get(change) ?? change;
}

/** Warns about a withheld removal. Names the team and the group, never the user. */
export function ownerWarning({ team, name, withheld }: GroupChange): string[] {
  if (withheld === undefined) return [];
  return [
    `${team}/${name}: the removal of one member is withheld, because the team would have no owner left`,
  ];
}

interface Team {
  readonly groups: readonly ManagedGroup[];
  readonly changes: readonly GroupChange[];
}

const NOTHING: Team = { groups: [], changes: [] };

/**
 * Groups everything by team in one pass, because a directory may own thousands of teams. An AccessGroup stays in its team, also
 * if its mapping names another one.
 */
function teamsOf(changes: readonly Maybe[], current: CurrentState): (teamId: number) => Team {
  const real = changes.filter(change => change !== undefined);
  const ids = new Map(current.teams.map(team => [team.slug, team.id]));
  const teamOf = new Map(current.managed.map(group => [group.id, group.teamId]));
  const changesOf = Map.groupBy(
    real,
    ({ accessGroupId = 0, team }) => teamOf.get(accessGroupId) ?? ids.get(team),
  );
  const groupsOf = Map.groupBy(current.managed, group => group.teamId);
  return teamId => ({ groups: groupsOf.get(teamId) ?? [], changes: changesOf.get(teamId) ?? [] });
}

function lastOwner({ groups, changes }: Team, isEligible: (userId: number) => boolean) {
  const changeOf = new Map(changes.map(change => [change.accessGroupId, change]));
  const owns = (set: IdSet) => set.some(isEligible);
  const created = changes.filter(change => change.kind === 'create' && change.type === 0);
  if (created.some(change => owns(change.desired))) return undefined;
  if (groups.some(group => owns(ownersAfter(group, changeOf.get(group.id))))) return undefined;
  const candidates = groups.flatMap(group => {
    const change = group.type === 0 ? changeOf.get(group.id) : undefined;
    const user = change?.remove.find(isEligible);
    return change === undefined || user === undefined ? [] : [{ change, user }];
  });
  return candidates.toSorted((one, other) => one.user - other.user)[0];
}

function ownersAfter(group: ManagedGroup, change: Maybe): IdSet {
  if ((change?.setType ?? group.type) !== 0) return EMPTY;
  return change === undefined || change.kind === 'unknown' || change.kind === 'missing'
    ? group.members
    : change.desired;
}

function withhold(change: GroupChange, user: number): GroupChange {
  const one = idSet([user]);
  const { deleteGroup: _, ...rest } = change;
  const remove = difference(change.remove, one);
  const kept = { ...rest, remove, desired: union(change.desired, one), withheld: one, ...LAST_OWNER };
  const changesSettings = change.setType !== undefined || change.setProjects !== undefined;
  const changesNothing = remove.length === 0 && change.add.length === 0 && !changesSettings;
  return changesNothing && change.kind !== 'rename' ? { ...kept, kind: 'conflict' } : kept;
}

const LAST_OWNER = {
  reason: 'last_owner' as const,
  explanation: `${meaningOf('last_owner')}. ${remedyOf('last_owner')}`,
};
