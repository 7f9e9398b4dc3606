/** One claim's part of the plan: what its AccessGroup should hold, against what it holds. */
import type { CurrentState, ExternalId, IdSet, KnownGroup, Members, UnresolvedMember } from '../model.ts';
import type { GroupChange, GroupState } from '../model-plan.ts';
import type { Claim } from './claim.ts';
import { difference, idSet, NOBODY } from './id-set.ts';
import type { People } from './people.ts';
import { keepProtected } from './protect.ts';
import { mappingLabel, type Target } from './target.ts';

/** What is read once for all groups. */
export interface Sources {
  readonly people: People;
  readonly current: CurrentState;
  /** Known groups by the AccessGroup that they feed. */
  readonly feeders: ReadonlyMap<number | undefined, readonly KnownGroup[]>;
  /** Groups that were read and have a name that is known: what they feed is a fact. */
  readonly placed: ReadonlySet<ExternalId>;
  /** The whole directory was read, not only some groups. */
  readonly whole: boolean;
  /** DNs of Snapshot.users. */
  readonly dnOf: (ordinal: number) => string;
  /** The attribute that holds a person's username. */
  readonly nameAttribute: string;
}

/** The change of one claim; undefined where the AccessGroup is already as it should be, or is to be left alone. */
export function changeOf(claim: Claim, sources: Sources): GroupChange | undefined {
  const { group, target } = claim;
  if (claim.frozen) return undefined;
  const members = mergedMembers(target);
  const start = baseChange(claim);
  if (members.kind === 'unknown') {
    return { ...start, kind: 'unknown', reason: 'members_unknown', explanation: members.reason };
  }
  if (isMissingSource(claim, sources)) {
    return { ...start, kind: 'unknown', reason: 'source_missing', explanation: SOURCE_MISSING };
  }
  if (group === undefined && claim.reason !== undefined && claim.reason !== target.note) {
    return { ...start, kind: 'conflict' };
  }
  const present = group?.members ?? NOBODY;
  const wanted = userIdsOf(members.users, sources.people);
  const desired = keepProtected(wanted, present, sources.current.protectedIds);
  const sets = { desired, add: difference(desired, present), remove: difference(present, desired) };
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

/** One source of a merged AccessGroup is not there, and that is not proved yet (case B2 for a part of a group). */
function isMissingSource({ group, target }: Claim, { feeders, placed, whole }: Sources): boolean {
  if (group === undefined) return false;
  const own = new Set(target.sources.map(source => source.externalId));
  const others = (feeders.get(group.id) ?? []).filter(
    known => !own.has(known.externalId) && known.state !== 'released',
  );
  if (target.problem !== undefined) return others.length > 0;
  return others.some(known => !placed.has(known.externalId) && (!whole || known.missedReads === 0));
}

/** What `Sources` says of links: built once for all groups. */
export function indexFeeders(
  current: CurrentState,
  targets: readonly Target[],
): Pick<Sources, 'feeders' | 'placed'> {
  const readable = targets.filter(target => target.problem === undefined);
  const sources = readable.flatMap(target => target.sources);
  return {
    feeders: Map.groupBy(current.groups, known => known.accessGroupId),
    placed: new Set(
      sources.filter(({ group }) => group.members.kind === 'complete').map(source => source.externalId),
    ),
  };
}

function baseChange(claim: Claim): Omit<GroupChange, 'kind'> {
  const { group, target } = claim;
  return {
    sources: target.sources.map(source => source.externalId),
    dn: target.sources[0]?.group.dn ?? '',
    mapping: target.mapping,
    accessGroupId: group?.id,
    team: claim.team,
    name: claim.name,
    type: target.rule.type,
    desired: NOBODY,
    add: NOBODY,
    remove: NOBODY,
    ...(claim.reason !== undefined && { reason: claim.reason }),
    ...(claim.explanation !== undefined && { explanation: claim.explanation }),
  };
}

/** `type` and `projects` belong to the team after creation; only what the mapping enforces is put back. */
function enforcedOf({ group, target: { rule } }: Claim): Pick<GroupChange, 'setType' | 'setProjects'> {
  const type = rule.enforce.includes('type') && group?.type !== rule.type;
  const projects = rule.enforce.includes('projects') && !sameTexts(group?.projects ?? [], rule.projects);
  return { ...(type && { setType: rule.type }), ...(projects && { setProjects: rule.projects }) };
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
}

/** The union over a merged target; one source that could not be read makes the whole unknown (rule 1). */
function mergedMembers(target: Target): Members {
  const all = target.sources.map(source => source.group.members);
  const [first] = all;
  if (all.length === 1 && first !== undefined) return first;
  const users: number[] = [];
  for (const members of all) {
    if (members.kind === 'unknown') return members;
    for (const ordinal of members.users) users.push(ordinal);
  }
  const references = idSet(
    all.flatMap(members => (members.kind === 'complete' ? [...members.references] : [])),
  );
  const fromEntries = all.some(members => members.kind === 'complete' && members.fromEntries);
  return { kind: 'complete', users: idSet(users), unresolved: [], references, fromEntries };
}

function userIdsOf(ordinals: IdSet, people: People): IdSet {
  return idSet(ordinals.map(ordinal => people.userIds[ordinal] ?? 0).filter(id => id !== 0));
}

/** The rows that remember the claim's directory groups. */
export function statesOf(claim: Claim, change: GroupChange | undefined): GroupState[] {
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
export function unresolvedOf(claim: Claim, { people, dnOf, nameAttribute }: Sources): UnresolvedMember[] {
  const found = new Map<string, UnresolvedMember>();
  for (const { group, externalId } of claim.target.sources) {
    if (group.members.kind === 'unknown') continue;
    const note = (member: string, reason: string, attribute?: string) =>
      found.set(`${externalId}/${member}`, { groupExternalId: externalId, member, attribute, reason });
    for (const { value, reason, attribute } of group.members.unresolved) note(value, reason, attribute);
    if (people.reasons.size === 0) continue;
    for (const ordinal of group.members.users) {
      const reason = people.reasons.get(ordinal);
      if (reason !== undefined) note(dnOf(ordinal), reason, nameAttribute);
    }
  }
  return [...found.values()];
}
