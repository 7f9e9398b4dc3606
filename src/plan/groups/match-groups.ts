/** A target held against what the database knows: which AccessGroup it is, or why it can be none. */
import type { AccessGroup, CurrentState, KnownGroup, ManagedGroup } from '../../model/current.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { grouped, indexed, mapped, type Steps } from '../../steps/steps.ts';
import { markedGroups } from '../sets/group-flags.ts';
import { assignNames, type NameRequest } from './assign-names.ts';
import { explainer } from './name-conflicts.ts';
import { type GroupTarget, mappingLabel } from './target.ts';

export interface Match {
  readonly target: GroupTarget;
  /** The AccessGroup that it has; undefined: it wants a new one. */
  readonly group: ManagedGroup | undefined;
  /** A person froze it: it keeps its name and its members. */
  readonly frozen: boolean;
  readonly team: string;
  readonly name: string;
  /** Blocks a new AccessGroup; on one that exists it is only told. */
  readonly reason: string | undefined;
  readonly explanation: string | undefined;
  /** Fed an AccessGroup that is another's alone now: its link to that goes. */
  readonly detached?: true;
}

interface Lookups {
  readonly known: ReadonlyMap<string, KnownGroup>;
  readonly managed: ReadonlyMap<number, ManagedGroup>;
  readonly frozen: ReadonlySet<number>;
  readonly teamIds: Map<string, number>;
  readonly newTeams: string[];
  /** DNs of groups that we know and that this read did not find: whoever has one now is somebody else (case B4). */
  readonly vacated: ReadonlySet<string>;
}

const TEAM_SLUG = /^[a-z0-9][a-z0-9_-]{0,49}$/;

/** Answers every target. `newTeams` are the slugs that creations need first. Released groups are left out (case B19). */
export function* claimGroups(
  snapshot: Snapshot,
  targets: readonly GroupTarget[],
  current: CurrentState,
): Steps<{ readonly claims: readonly Match[]; readonly newTeams: readonly string[] }> {
  const lookups = yield* buildLookups(snapshot, current);
  const open = targets.filter(target => !isReleased(target, lookups));
  const drafts = yield* parted(yield* mapped(open, target => draft(target, lookups)), lookups);
  const wishes = yield* mapped(drafts, entry => wishOf(entry, lookups));
  const asked = wishes.filter(wish => wish !== undefined);
  const given = new Map(assignNames(asked, current.named).map((naming, at) => [asked[at], naming]));
  yield;
  const named = yield* mapped(drafts, (entry, at) => {
    const wish = wishes[at];
    return { entry, target: entry.target, wish, naming: wish && given.get(wish) };
  });
  const explain = explainer(named, lookups);
  const claims = yield* mapped(named, ({ entry, wish, naming }): Match => {
    if (wish === undefined || naming === undefined) return entry;
    const { name, problem } = naming;
    if (problem === undefined) return { ...entry, name };
    return { ...entry, name, reason: problem, explanation: explain(problem, wish) };
  });
  return { claims, newTeams: lookups.newTeams };
}

function* buildLookups(snapshot: Snapshot, current: CurrentState): Steps<Lookups> {
  const read = new Set(snapshot.groups.map(group => group.externalId));
  const gone = snapshot.whole ? current.groups.filter(group => !read.has(group.externalId)) : [];
  return {
    known: yield* indexed(current.groups, group => [group.externalId, group]),
    managed: yield* indexed(current.managed, group => [group.id, group]),
    frozen: markedGroups(current.groups, 'frozen'),
    teamIds: new Map(current.teams.map(team => [team.slug, team.id])),
    newTeams: [],
    vacated: new Set(gone.filter(group => group.accessGroupId !== undefined).map(group => group.dn)),
  };
}

function isReleased(target: GroupTarget, { known }: Lookups): boolean {
  return target.sources.some(source => known.get(source.externalId)?.state === 'released');
}

/**
 * Groups that fed one AccessGroup and are not merged any more, or under other names: one keeps it, the same in every run,
 * and the others want one of their own. Whose name cannot be told is in doubt and stays (group-change.ts).
 */
function* parted(drafts: readonly Match[], lookups: Lookups): Steps<Match[]> {
  const sharing = yield* grouped(drafts, claim => claim.group?.id);
  sharing.delete(undefined);
  const keeping = new Set(yield* mapped(sharing.values(), claims => claims.reduce(keeper)));
  return yield* mapped(drafts, claim => {
    const { group, target, frozen } = claim;
    const others = sharing.get(group?.id) ?? [];
    if (group === undefined || others.length === 1 || frozen || target.problem !== undefined) return claim;
    if (keeping.has(claim)) return claim;
    return { ...draftOf(target, undefined, lookups), detached: true };
  });
}

/** Of two the one that has the name already, else the smaller identity. */
function keeper(one: Match, other: Match): Match {
  const rank = ({ target, group }: Match) => (target.problem ? 2 : target.name === group?.name ? 0 : 1);
  const identity = ({ target }: Match) => target.sources.map(source => source.externalId).sort()[0] ?? '';
  if (rank(one) !== rank(other)) return rank(one) < rank(other) ? one : other;
  return identity(one) <= identity(other) ? one : other;
}

function draft(target: GroupTarget, lookups: Lookups): Match {
  return draftOf(target, linkedGroup(target, lookups), lookups);
}

function draftOf(target: GroupTarget, group: ManagedGroup | undefined, lookups: Lookups): Match {
  const frozen = group !== undefined && lookups.frozen.has(group.id);
  const start = { target, group, frozen, team: target.team, name: target.name };
  if (group !== undefined) {
    const keepsName = frozen || target.problem !== undefined || target.name === '';
    return {
      ...start,
      name: keepsName ? group.name : target.name,
      reason: target.problem?.reason ?? target.note,
      explanation: target.problem?.explanation,
    };
  }
  const problem = target.problem ?? teamProblem(target, lookups) ?? rebirth(target, lookups);
  return { ...start, reason: problem?.reason ?? target.note, explanation: problem?.explanation };
}

function linkedGroup(target: GroupTarget, { known, managed }: Lookups): ManagedGroup | undefined {
  for (const source of target.sources) {
    const id = known.get(source.externalId)?.accessGroupId;
    const group = id === undefined ? undefined : managed.get(id);
    if (group !== undefined) return group;
  }
  return undefined;
}

function teamProblem(target: GroupTarget, lookups: Lookups) {
  if (lookups.teamIds.has(target.team)) return undefined;
  const mapping = mappingLabel(target.rule);
  if (!TEAM_SLUG.test(target.team)) {
    return {
      reason: 'team_invalid',
      explanation: `mapping ${mapping} gives no usable team slug for this group`,
    };
  }
  if (!target.rule.createTeam) {
    return {
      reason: 'team_missing',
      explanation: `there is no team "${target.team}": create it, or set createTeam in mapping ${mapping}`,
    };
  }
  lookups.newTeams.push(target.team);
  lookups.teamIds.set(target.team, -lookups.newTeams.length);
  return undefined;
}

function rebirth(target: GroupTarget, { vacated }: Lookups) {
  if (!target.sources.some(source => vacated.has(source.group.dn))) return undefined;
  return {
    reason: 'uuid_changed',
    explanation: 'another group had this DN before: the members of one are not given the rights of the other',
  };
}

/** Problems that a claim has before names are looked at leave it without a wish; a linked group always has one. */
function wishOf(claim: Match, lookups: Lookups): NameRequest | undefined {
  if (claim.group !== undefined)
    return { teamId: claim.group.teamId, name: claim.name, holder: asHolder(claim.group) };
  if (claim.reason !== undefined && claim.reason !== claim.target.note) return undefined;
  const teamId = lookups.teamIds.get(claim.team);
  return teamId === undefined ? undefined : { teamId, name: claim.name, holder: undefined };
}

function asHolder({ id, teamId, name, type, managed }: ManagedGroup): AccessGroup {
  return { id, teamId, name, type, managed };
}
