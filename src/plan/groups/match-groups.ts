/** Matches group targets to AccessGroups, or finds the reason why a target cannot have one. */
import type { AccessGroup, CurrentState, KnownGroup, ManagedGroup } from '../../model/current.ts';
import type { GroupReason } from '../../model/plan.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { grouped, indexed, mapped, type Steps } from '../../steps/steps.ts';
import { meaningOf } from '../report/reasons.ts';
import { hasAllMapped } from '../sets/coverage.ts';
import { flaggedGroups } from '../sets/group-flags.ts';
import { assignNames, type NameRequest } from './assign-names.ts';
import { explainer } from './name-conflicts.ts';
import { type GroupTarget, mappingLabel, type Source } from './target.ts';

export interface Match {
  readonly target: GroupTarget;
  /** The linked AccessGroup; undefined: the target needs a new one. */
  readonly group: ManagedGroup | undefined;
  /** An administrator froze the AccessGroup: it keeps its name and members. */
  readonly frozen: boolean;
  readonly team: string;
  readonly name: string;
  /** Blocks the creation of a new AccessGroup; for an existing one it is only reported. */
  readonly reason: GroupReason | undefined;
  readonly explanation: string | undefined;
  /** The directory group fed an AccessGroup that now belongs to another one: its link is deleted. */
  readonly detached?: true;
}

interface Lookups {
  readonly known: ReadonlyMap<string, KnownGroup>;
  readonly managed: ReadonlyMap<number, ManagedGroup>;
  readonly frozen: ReadonlySet<number>;
  readonly teamIds: Map<string, number>;
  readonly newTeams: string[];
  /** DNs of known groups that this read did not find: an entry that has one now is another group (case B4). */
  readonly vacated: ReadonlySet<string>;
}

const TEAM_SLUG = /^[a-z0-9][a-z0-9_-]{0,49}$/;

/** Matches every target. `newTeams`: slugs of teams to create first. Released groups are skipped (case B19). */
export function* matchGroups(
  snapshot: Snapshot,
  targets: readonly GroupTarget[],
  current: CurrentState,
): Steps<{ readonly matches: readonly Match[]; readonly newTeams: readonly string[] }> {
  const lookups = yield* buildLookups(snapshot, current);
  const open = targets.flatMap(target => openTarget(target, lookups));
  const split = yield* splitUnmerged(yield* mapped(open, target => draft(target, lookups)), lookups);
  const drafts = [...split, ...formerMatches(split, lookups)];
  const requests = yield* mapped(drafts, entry => nameRequestOf(entry, lookups));
  const asked = requests.filter(request => request !== undefined);
  const given = new Map(assignNames(asked, current.named).map((naming, at) => [asked[at], naming]));
  yield;
  const named = yield* mapped(drafts, (entry, at) => {
    const request = requests[at];
    return { entry, target: entry.target, request, naming: request && given.get(request) };
  });
  const explain = explainer(named, lookups);
  const matches = yield* mapped(named, ({ entry, request, naming }): Match => {
    if (request === undefined || naming === undefined) return entry;
    const { name, problem } = naming;
    if (problem === undefined) return { ...entry, name };
    return { ...entry, name, reason: problem, explanation: explain(problem, request) };
  });
  return { matches, newTeams: lookups.newTeams };
}

function* buildLookups(snapshot: Snapshot, current: CurrentState): Steps<Lookups> {
  const read = new Set(snapshot.groups.map(group => group.externalId));
  const gone = hasAllMapped(snapshot) ? current.groups.filter(group => !read.has(group.externalId)) : [];
  return {
    known: yield* indexed(current.groups, group => [group.externalId, group]),
    managed: yield* indexed(current.managed, group => [group.id, group]),
    frozen: flaggedGroups(current.groups, 'frozen'),
    teamIds: new Map(current.teams.map(team => [team.slug, team.id])),
    newTeams: [],
    vacated: new Set(gone.filter(group => group.accessGroupId !== undefined).map(group => group.dn)),
  };
}

/** Leaves out a target whose AccessGroup was released. A merged group can have a source with a released AccessGroup of its own. */
function openTarget(target: GroupTarget, lookups: Lookups): GroupTarget[] {
  const isReleased = ({ externalId }: Source) => lookups.known.get(externalId)?.state === 'released';
  if (!target.sources.some(isReleased)) return [target];
  if (linkedGroup(target, lookups) === undefined) return [];
  const sources = target.sources.map(source =>
    isReleased(source) ? ({ ...source, isReleased: true } as const) : source,
  );
  return [{ ...target, sources }];
}

/**
 * Groups that had AccessGroups of their own and are merged now also feed these, so that no leaver stays there. An administrator
 * releases them.
 */
function formerMatches(matches: readonly Match[], lookups: Lookups): Match[] {
  const taken = new Set(matches.map(({ group }) => group));
  const former = new Map<ManagedGroup, Match>();
  for (const { target } of matches)
    for (const source of target.sources) {
      const group = linkedGroup({ sources: [source], name: '' }, lookups);
      if (group === undefined || taken.has(group)) continue;
      const sources = [...(former.get(group)?.target.sources ?? []), source];
      former.set(group, formerMatch({ ...target, sources }, group, lookups));
    }
  return [...former.values()];
}

function formerMatch(target: GroupTarget, group: ManagedGroup, { frozen }: Lookups): Match {
  const reason = 'merged_elsewhere';
  return {
    target,
    group,
    frozen: frozen.has(group.id),
    team: target.team,
    name: group.name,
    reason,
    explanation: meaningOf(reason),
  };
}

/**
 * Splits groups that fed one AccessGroup and are no longer merged, or now have different names. One of them keeps the
 * AccessGroup, the same in every run; the others need new ones. A group whose name is unknown stays in doubt
 * (group-change.ts).
 */
function* splitUnmerged(drafts: readonly Match[], lookups: Lookups): Steps<Match[]> {
  const sharing = yield* grouped(drafts, match => match.group?.id);
  sharing.delete(undefined);
  const keeping = new Set(yield* mapped(sharing.values(), matches => matches.reduce(preferred)));
  return yield* mapped(drafts, match => {
    const { group, target, frozen } = match;
    const others = sharing.get(group?.id) ?? [];
    if (group === undefined || others.length === 1 || frozen || target.problem !== undefined) return match;
    if (keeping.has(match)) return match;
    return { ...draftOf(target, undefined, lookups), detached: true };
  });
}

/** Prefers the group that already has the name, then the one with the smaller identity. */
function preferred(one: Match, other: Match): Match {
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
  const problem = target.problem ?? teamProblem(target, lookups) ?? reusedDn(target, lookups);
  return { ...start, reason: problem?.reason ?? target.note, explanation: problem?.explanation };
}

/** Prefers the AccessGroup that has the name already: merged groups can have several. */
function linkedGroup(
  { sources, name }: Pick<GroupTarget, 'sources' | 'name'>,
  { known, managed }: Lookups,
): ManagedGroup | undefined {
  const linked = sources.flatMap(
    ({ externalId }) => managed.get(known.get(externalId)?.accessGroupId ?? 0) ?? [],
  );
  return linked.find(group => group.name === name) ?? linked.toSorted((one, other) => one.id - other.id)[0];
}

function teamProblem(target: GroupTarget, lookups: Lookups): GroupTarget['problem'] {
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

function reusedDn(target: GroupTarget, { vacated }: Lookups): GroupTarget['problem'] {
  if (!target.sources.some(source => vacated.has(source.group.dn))) return undefined;
  return { reason: 'uuid_changed', explanation: meaningOf('uuid_changed') };
}

/** Returns the name request of a match. A new group with a problem has no request; a linked group always has one. */
function nameRequestOf(match: Match, lookups: Lookups): NameRequest | undefined {
  if (match.group !== undefined)
    return { teamId: match.group.teamId, name: match.name, holder: asHolder(match.group) };
  if (match.reason !== undefined && match.reason !== match.target.note) return undefined;
  const teamId = lookups.teamIds.get(match.team);
  return teamId === undefined ? undefined : { teamId, name: match.name, holder: undefined };
}

function asHolder({ id, teamId, name, type, managed }: ManagedGroup): AccessGroup {
  return { id, teamId, name, type, managed };
}
