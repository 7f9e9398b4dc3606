/** Plans the change of one matched group: its desired members and settings against the current ones. */
import type { CurrentState, UnresolvedMember } from '../../model/current.ts';
import type { DirectoryGroupRow, GroupChange } from '../../model/plan.ts';
import type { IdSet, Members, Snapshot } from '../../model/snapshot.ts';
import { each, type Steps } from '../../steps/steps.ts';
import type { Judged } from '../doubt/judge-removals.ts';
import type { People } from '../people/match-people.ts';
import { keepProtected } from '../people/protect.ts';
import { meaningOf, remedyOf } from '../report/reasons.ts';
import { difference, EMPTY, idSet, union } from '../sets/id-set.ts';
import type { MissingSource } from './contributing-groups.ts';
import type { Match } from './match-groups.ts';
import { type GroupTarget, mappingLabel, type Source } from './target.ts';

/** What is computed once for all groups. */
export interface Sources {
  readonly people: People;
  /** Separates the removals that the values of a group ask for into facts and doubts. `named`: users whom they name. */
  readonly judge: (
    claim: Match,
    members: Extract<Members, { readonly kind: 'complete' }>,
    named: IdSet,
  ) => Steps<Judged>;
  /** AccessGroups that were read again with a different result each time. */
  readonly disagreed: ReadonlySet<number>;
  readonly current: CurrentState;
  readonly isMissingSource: MissingSource;
  /** Why it is unknown whether the mapping of a group is the right one. */
  readonly unclearGroups: Snapshot['unclearGroups'];
  /** Returns the DN of a person in Snapshot.users. */
  readonly dnOf: (ordinal: number) => string;
  /** The attribute that holds a person's username. */
  readonly nameAttribute: string;
}

/**
 * The result for one matched group. `judged`: the judgement of members whom no value names; undefined: the members were not
 * read.
 */
export interface Outcome {
  /** undefined: the AccessGroup is in sync, or must not change. */
  readonly change: GroupChange | undefined;
  readonly judged?: Judged;
}

/** Plans the change of one matched group, and finds its members in doubt. */
export function* changeOf(match: Match, sources: Sources): Steps<Outcome> {
  const { group, target } = match;
  if (match.frozen) return { change: undefined };
  const members = yield* mergedMembers(target);
  const start = baseChange(match);
  const unknown = unknownReason(match, members, sources);
  if (unknown !== undefined) return { change: { ...start, kind: 'unknown', ...unknown } };
  if (members.kind === 'unknown') return { change: undefined };
  if (group === undefined && match.reason !== undefined && match.reason !== target.note) {
    return { change: { ...start, kind: 'conflict' } };
  }
  const present = group?.members ?? EMPTY;
  const wanted = userIdsOf(members.users, sources.people);
  const named = keepProtected(wanted, present, sources.current.protectedIds);
  const judged = yield* sources.judge(match, members, named);
  const excluded = union(judged.excluded, sources.people.hiddenStates);
  const desired = union(difference(named, difference(excluded, present)), judged.kept);
  const remove = difference(present, desired);
  return { change: settledChange(match, start, { desired, remove, present, facts: judged.facts }), judged };
}

/** Returns the reason why the members of a group are not synced in this run, if there is one. */
function unknownReason(
  match: Match,
  members: Members,
  sources: Sources,
): Required<Pick<GroupChange, 'reason' | 'explanation'>> | undefined {
  if (members.kind === 'unknown') return { reason: 'members_unknown', explanation: members.reason };
  const unclear = match.target.sources.map(({ externalId }) => sources.unclearGroups.get(externalId));
  const explanation = unclear.find(each => each !== undefined);
  if (explanation !== undefined) return { reason: 'scope_unread', explanation };
  if (sources.isMissingSource(match))
    return { reason: 'source_missing', explanation: meaningOf('source_missing') };
  const isDisagreed = match.group !== undefined && sources.disagreed.has(match.group.id);
  if (!isDisagreed) return undefined;
  const reason = 'changed_during_read';
  return { reason, explanation: `${meaningOf(reason)}. ${remedyOf(reason)}` };
}

function settledChange(
  match: Match,
  start: Omit<GroupChange, 'kind'>,
  { desired, remove, present, facts }: Pick<GroupChange, 'desired' | 'remove' | 'facts'> & { present: IdSet },
): GroupChange | undefined {
  const { group, target } = match;
  const why = facts !== undefined && Object.keys(facts).length > 0 ? { facts } : {};
  const stayers = group?.stayers === undefined ? {} : { stayers: group.stayers };
  const sets = { desired, add: difference(desired, present), remove, ...stayers, ...why };
  if (group === undefined) {
    return {
      ...start,
      ...sets,
      kind: 'create',
      setType: target.rule.type,
      setProjects: target.rule.projects,
    };
  }
  const enforced = enforcedOf(match);
  if (match.name !== group.name) {
    return { ...start, ...sets, ...enforced, kind: 'rename', previousName: group.name };
  }
  const same = sets.add.length === 0 && sets.remove.length === 0 && Object.keys(enforced).length === 0;
  return same ? undefined : { ...start, ...sets, ...enforced, kind: 'update' };
}

function baseChange(match: Match): Omit<GroupChange, 'kind'> {
  const { group, target } = match;
  return {
    sources: ownSources(target).map(source => source.externalId),
    dn: target.sources[0]?.group.dn ?? '',
    mapping: target.mapping,
    accessGroupId: group?.id,
    team: match.team,
    name: match.name,
    type: target.rule.type,
    desired: EMPTY,
    add: EMPTY,
    remove: EMPTY,
    ...(match.reason !== undefined && { reason: match.reason }),
    ...(match.explanation !== undefined && { explanation: match.explanation }),
  };
}

/** After creation, the team owns `type` and `projects`. Only settings that the mapping enforces are reset. */
function enforcedOf({ group, target: { rule } }: Match): Pick<GroupChange, 'setType' | 'setProjects'> {
  const type = rule.enforce.includes('type') && group?.type !== rule.type;
  const projects = rule.enforce.includes('projects') && !sameTexts(group?.projects ?? [], rule.projects);
  return { ...(type && { setType: rule.type }), ...(projects && { setProjects: rule.projects }) };
}

/** The sources that an administrator did not release. */
function ownSources({ sources }: GroupTarget): readonly Source[] {
  return sources.filter(({ isReleased }) => isReleased !== true);
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
}

/** Returns the union of the members of all sources. One source that could not be read makes the members unknown (rule 1). */
function* mergedMembers(target: GroupTarget): Steps<Members> {
  const all = target.sources.map(source => source.group.members);
  const [first] = all;
  if (all.length === 1 && first !== undefined) return first;
  const users: number[] = [];
  for (const members of all) {
    if (members.kind === 'unknown') return members;
    for (const ordinal of members.users) users.push(ordinal);
    yield;
  }
  const of = (what: 'references' | 'byUsername') =>
    idSet(all.flatMap(members => (members.kind === 'complete' ? [...members[what]] : [])));
  const [references, byUsername] = [of('references'), of('byUsername')];
  const fromEntries = all.some(members => members.kind === 'complete' && members.fromEntries);
  return { kind: 'complete', users: idSet(users), byUsername, unresolved: [], references, fromEntries };
}

function userIdsOf(ordinals: IdSet, people: People): IdSet {
  return idSet(ordinals.map(ordinal => people.userIds[ordinal] ?? 0).filter(id => id !== 0));
}

/** Returns the rows to store for the directory groups of a match. */
export function statesOf(match: Match, change: GroupChange | undefined): DirectoryGroupRow[] {
  const mapping = mappingLabel(match.target.rule);
  const state = change?.kind === 'conflict' && match.group === undefined ? 'conflict' : 'linked';
  const reason = change?.withheld === undefined ? match.reason : 'last_owner';
  return ownSources(match.target).map(({ group, externalId }) => {
    const cn = group.name ?? '';
    const row = { externalId, dn: group.dn, cn, mapping, state, reason, missedReads: 0 } as const;
    return match.detached === true ? { ...row, detached: true } : row;
  });
}

/** Returns the members of the directory groups who have no usable local user, with reasons. Disabled people are not listed. */
export function* unresolvedOf(
  match: Match,
  { people, dnOf, nameAttribute }: Sources,
): Steps<UnresolvedMember[]> {
  const found = new Map<string, UnresolvedMember>();
  for (const { group, externalId } of ownSources(match.target)) {
    if (group.members.kind === 'unknown') continue;
    const note = (member: string, reason: string, attribute?: string) =>
      found.set(`${externalId}/${member}`, { groupExternalId: externalId, member, attribute, reason });
    yield* each(group.members.unresolved, ({ value, reason, attribute }) => {
      note(value, reason, attribute);
    });
    if (people.reasons.size === 0) continue;
    yield* each(group.members.users, ordinal => {
      const reason = people.reasons.get(ordinal);
      if (reason !== undefined) note(dnOf(ordinal), reason, nameAttribute);
    });
  }
  return [...found.values()];
}
