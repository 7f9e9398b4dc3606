/** One claim's part of the plan: what its AccessGroup should hold, against what it holds. */
import type { CurrentState, ManagedGroup, UnresolvedMember } from '../../model/current.ts';
import type { DirectoryGroupRow, GroupChange } from '../../model/plan.ts';
import type { IdSet, Members, Snapshot } from '../../model/snapshot.ts';
import { each, type Steps } from '../../steps/steps.ts';
import type { Judged } from '../doubt/judge-removals.ts';
import type { People } from '../people/match-people.ts';
import { keepProtected } from '../people/protect.ts';
import { difference, EMPTY, idSet, union } from '../sets/id-set.ts';
import type { MissingSource } from './contributing-groups.ts';
import type { Match } from './match-groups.ts';
import { UNCLEAR } from './missing-groups.ts';
import { type GroupTarget, mappingLabel } from './target.ts';

/** What is read once for all groups. */
export interface Sources {
  readonly people: People;
  /** Tells facts from doubts among the removals that the values of a group ask for. */
  readonly judge: (
    group: ManagedGroup | undefined,
    members: Extract<Members, { readonly kind: 'complete' }>,
    remove: IdSet,
  ) => Steps<Judged>;
  /** AccessGroups that were looked at again, each time with another result. */
  readonly disagreed: ReadonlySet<number>;
  readonly current: CurrentState;
  readonly isMissingSource: MissingSource;
  /** Why it is not known whether the mapping of a group is the right one. */
  readonly unclearGroups: Snapshot['unclearGroups'];
  /** DNs of Snapshot.users. */
  readonly dnOf: (ordinal: number) => string;
  /** The attribute that holds a person's username. */
  readonly nameAttribute: string;
}

/** What one claim comes to. `judged`: what its values say about members who are not named, where they were read. */
export interface Outcome {
  /** undefined: the AccessGroup is already as it should be, or is to be left alone. */
  readonly change: GroupChange | undefined;
  readonly judged?: Judged;
}

/** The change of one claim, and the members in doubt. */
export function* changeOf(claim: Match, sources: Sources): Steps<Outcome> {
  const { group, target } = claim;
  if (claim.frozen) return { change: undefined };
  const members = yield* mergedMembers(target);
  const start = baseChange(claim);
  const unknown = unknownReason(claim, members, sources);
  if (unknown !== undefined) return { change: { ...start, kind: 'unknown', ...unknown } };
  if (members.kind === 'unknown') return { change: undefined };
  if (group === undefined && claim.reason !== undefined && claim.reason !== target.note) {
    return { change: { ...start, kind: 'conflict' } };
  }
  const present = group?.members ?? EMPTY;
  const wanted = userIdsOf(members.users, sources.people);
  const named = keepProtected(wanted, present, sources.current.protectedIds);
  const judged = yield* sources.judge(group, members, difference(present, named));
  const barred = union(judged.barred, sources.people.veiled);
  const desired = union(difference(named, difference(barred, present)), judged.kept);
  const remove = difference(present, desired);
  return { change: settledChange(claim, start, { desired, remove, present, facts: judged.facts }), judged };
}

/** Why nothing may be concluded about the members of a claim. */
function unknownReason(claim: Match, members: Members, sources: Sources) {
  if (members.kind === 'unknown') return { reason: 'members_unknown', explanation: members.reason };
  const unclear = claim.target.sources.map(({ externalId }) => sources.unclearGroups.get(externalId));
  const explanation = unclear.find(each => each !== undefined);
  if (explanation !== undefined) return { reason: UNCLEAR, explanation };
  if (sources.isMissingSource(claim)) return { reason: 'source_missing', explanation: SOURCE_MISSING };
  const isDisagreed = claim.group !== undefined && sources.disagreed.has(claim.group.id);
  return isDisagreed ? { reason: 'changed_during_read', explanation: DISAGREED } : undefined;
}

const DISAGREED =
  'it was read three times, and the directory changed each time: it stays as it is until the next run reads it';

function settledChange(
  claim: Match,
  start: Omit<GroupChange, 'kind'>,
  { desired, remove, present, facts }: Pick<GroupChange, 'desired' | 'remove' | 'facts'> & { present: IdSet },
): GroupChange | undefined {
  const { group, target } = claim;
  const why = facts !== undefined && Object.keys(facts).length > 0 ? { facts } : {};
  const sets = { desired, add: difference(desired, present), remove, ...why };
  if (group === undefined) {
    return {
      ...start,
      ...sets,
      kind: 'create',
      setType: target.rule.type,
      setProjects: target.rule.projects,
    };
  }
  const enforced = enforcedOf(claim);
  if (claim.name !== group.name) {
    return { ...start, ...sets, ...enforced, kind: 'rename', previousName: group.name };
  }
  const same = sets.add.length === 0 && sets.remove.length === 0 && Object.keys(enforced).length === 0;
  return same ? undefined : { ...start, ...sets, ...enforced, kind: 'update' };
}

const SOURCE_MISSING =
  'another directory group that feeds it was not read: its members stay until two complete reads have missed it';

function baseChange(claim: Match): Omit<GroupChange, 'kind'> {
  const { group, target } = claim;
  return {
    sources: target.sources.map(source => source.externalId),
    dn: target.sources[0]?.group.dn ?? '',
    mapping: target.mapping,
    accessGroupId: group?.id,
    team: claim.team,
    name: claim.name,
    type: target.rule.type,
    desired: EMPTY,
    add: EMPTY,
    remove: EMPTY,
    ...(claim.reason !== undefined && { reason: claim.reason }),
    ...(claim.explanation !== undefined && { explanation: claim.explanation }),
  };
}

/** `type` and `projects` belong to the team after creation; only what the mapping enforces is put back. */
function enforcedOf({ group, target: { rule } }: Match): Pick<GroupChange, 'setType' | 'setProjects'> {
  const type = rule.enforce.includes('type') && group?.type !== rule.type;
  const projects = rule.enforce.includes('projects') && !sameTexts(group?.projects ?? [], rule.projects);
  return { ...(type && { setType: rule.type }), ...(projects && { setProjects: rule.projects }) };
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
}

/** The union over a merged target; one source that could not be read makes the whole unknown (rule 1). */
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

/** The rows that remember the claim's directory groups. */
export function statesOf(claim: Match, change: GroupChange | undefined): DirectoryGroupRow[] {
  const mapping = mappingLabel(claim.target.rule);
  const state = change?.kind === 'conflict' && claim.group === undefined ? 'conflict' : 'linked';
  const reason = change?.withheld === undefined ? claim.reason : change.reason;
  return claim.target.sources.map(({ group, externalId }) => {
    const cn = group.name ?? '';
    const row = { externalId, dn: group.dn, cn, mapping, state, reason, missedReads: 0 } as const;
    return claim.detached === true ? { ...row, detached: true } : row;
  });
}

/** Everybody in the claim's directory groups who has no usable local user, and why. Disabled people are no riddle. */
export function* unresolvedOf(
  claim: Match,
  { people, dnOf, nameAttribute }: Sources,
): Steps<UnresolvedMember[]> {
  const found = new Map<string, UnresolvedMember>();
  for (const { group, externalId } of claim.target.sources) {
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
