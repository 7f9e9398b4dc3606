/**
 * The pure difference between a snapshot and the database. By directory group:
 *
 *   in the directory               in the database                        kind
 *   mapped, members known          no AccessGroup, name free              create
 *                                  no AccessGroup, name taken …           conflict   (naming.ts, claim.ts)
 *                                  AccessGroup under another name         rename     (and members)
 *                                  other members, or enforced settings    update
 *                                  the same                               (nothing)
 *   mapped, members unknown        anything                               unknown    nothing is touched
 *   mapped, a member in doubt      the member is in it                    doubt      the member stays (doubt/)
 *   mapped, identity in doubt      anything                               unknown    nothing is touched
 *   not mapped, or not found       AccessGroup                            missing, then retire (absent.ts)
 *   anything                       frozen                                 only its DN is kept up to date
 *   anything                       manual, released, another directory's  never touched
 */
import type { CurrentState, DirectoryGroup, KnownGroup, Snapshot, UnresolvedMember } from '../model.ts';
import type { Circumstances, GroupChange, GroupState, Plan } from '../model-plan.ts';
import type { DirectorySettings } from '../settings.ts';
import { type Absent, planAbsent, unlessDisagreed } from './absent.ts';
import { changeOf, statesOf, unresolvedOf } from './change.ts';
import { type Claim, claimGroups } from './claim.ts';
import { countChanges } from './counts.ts';
import { openBench } from './doubt/bench.ts';
import { doubtChanges } from './doubt/changes.ts';
import { diffReferences } from './doubt/references.ts';
import { NOBODY } from './id-set.ts';
import { keepLastOwners, ownerWarning } from './owners.ts';
import { matchPeople } from './people.ts';
import { targetsOf } from './target.ts';
import { storable } from './text.ts';
import { unlessVanished } from './vanish.ts';

const NOTHING_ABSENT: Absent = { changes: [], states: [], forgotten: [], outOfScope: 0, frozen: 0 };

/** Decides everything that a run would do. Same arguments, same plan. */
export function planSync(
  snapshot: Snapshot,
  current: CurrentState,
  settings: DirectorySettings,
  circumstances: Circumstances = {},
): Plan {
  const people = matchPeople(snapshot, current, settings.users, settings.protect);
  const sources = {
    people,
    current,
    whole: snapshot.whole,
    dnOf: (ordinal: number) => snapshot.users[ordinal]?.dn ?? '',
    nameAttribute: settings.users.username,
    ...openBench(snapshot, current, settings, people, circumstances),
  };
  const { decided, absent, newTeams } = decide(snapshot, current, settings, sources);
  const empty = emptiness(snapshot, current);
  const readable = decided.filter(entry => entry.change?.kind !== 'unknown');
  const states = [...readable.flatMap(({ claim, change }) => statesOf(claim, change)), ...absent.states];
  const doubtful = snapshot.groups.filter(
    group => group.mapping !== undefined && group.idIssue !== undefined,
  );
  const changes = [
    ...decided.map(entry => entry.change).filter(change => change !== undefined),
    ...doubtful.map(doubtfulChange),
    ...decided.flatMap(({ claim, judged }) => doubtChanges(claim, judged?.doubts ?? [])),
    ...absent.changes,
  ].sort(byTeamAndName);
  const claimed = readable.map(entry => entry.claim).filter(claim => !claim.frozen);
  const unresolved = diffUnresolved(claimed, absent, current, sources);
  const frozen = decided.filter(({ claim }) => claim.frozen).length + absent.frozen;
  const quiet = decided.filter(({ claim, change }) => change === undefined && !claim.frozen);
  const plan: Plan = {
    directory: snapshot.directory,
    changes,
    states: changedStates(states, current.groups),
    forgotten: absent.forgotten,
    newTeams: [...newTeams].sort(),
    newUsers: people.newUsers,
    links: people.links,
    unresolved,
    ...remembered(snapshot, current, decided, absent),
    warnings: [...snapshot.warnings, ...people.warnings, ...changes.flatMap(ownerWarning)],
    counts: countChanges(changes, {
      unchanged: quiet.length,
      frozen,
      outOfScope: absent.outOfScope,
      unresolved: unresolved.total,
    }),
    ...(empty !== undefined && { empty }),
    managed: current.totals,
    ...(people.leavers.length > 0 && { leavers: people.leavers }),
  };
  return unlessVanished(plan, settings, circumstances);
}

type Sources = Parameters<typeof changeOf>[1];

interface Decided extends ReturnType<typeof changeOf> {
  readonly claim: Claim;
}

/** What becomes of every mapped group, and of those that are known and were not found. */
function decide(
  snapshot: Snapshot,
  current: CurrentState,
  settings: DirectorySettings,
  sources: Sources,
): { readonly decided: readonly Decided[]; readonly absent: Absent; readonly newTeams: readonly string[] } {
  const { claims, newTeams } = claimGroups(snapshot, targetsOf(snapshot, settings.mappings), current);
  const found = snapshot.whole
    ? unlessDisagreed(planAbsent(snapshot, current, settings), sources.disagreed, current)
    : NOTHING_ABSENT;
  const wanted = claims.map(claim => ({ claim, ...changeOf(claim, sources) }));
  const kept = keepLastOwners([...wanted.map(entry => entry.change), ...found.changes], current);
  const decided = wanted.map(entry => ({ ...entry, change: kept(entry.change) }));
  return { decided, absent: { ...found, changes: found.changes.map(kept) }, newTeams };
}

/** Doubts, and what they and the next judgement rest on. */
function remembered(
  snapshot: Snapshot,
  current: CurrentState,
  decided: readonly Decided[],
  absent: Absent,
): Pick<Plan, 'doubts' | 'judged' | 'references'> {
  const absences = decided.flatMap(({ judged }) => judged?.absences ?? []);
  const proofs = decided.flatMap(({ judged }) => judged?.proofs ?? []);
  return {
    doubts: decided.flatMap(({ judged }) => judged?.doubts ?? []),
    judged: [
      ...decided.flatMap(({ claim, judged }) => (judged && claim.group ? [claim.group.id] : [])),
      // Nobody of a retired group is in doubt any more.
      ...absent.changes.flatMap(change => (change.kind === 'retire' ? (change.accessGroupId ?? []) : [])),
    ],
    ...(snapshot.whole && { references: diffReferences(snapshot, current, { absences, proofs }) }),
  };
}

/** A directory that suddenly shows nothing is taken for one that shows us nothing. */
function emptiness(snapshot: Snapshot, current: CurrentState): Plan['empty'] {
  if (!snapshot.whole || current.totals.groups === 0) return undefined;
  if (!snapshot.groups.some(group => group.mapping !== undefined)) return 'groups';
  if (current.totals.memberships === 0) return undefined;
  if (snapshot.users.length === 0) return 'users';
  return snapshot.counts.memberValues === 0 ? 'members' : undefined;
}

function doubtfulChange(group: DirectoryGroup): GroupChange {
  return {
    kind: 'unknown',
    sources: [],
    dn: group.dn,
    mapping: group.mapping,
    accessGroupId: undefined,
    team: '',
    name: group.name ?? '',
    type: 50,
    desired: NOBODY,
    add: NOBODY,
    remove: NOBODY,
    reason: group.idIssue ?? 'source_id_missing',
    explanation:
      group.idIssue === 'duplicate_id'
        ? 'another entry has the same identity, so nobody can tell which one this AccessGroup belongs to'
        : 'the entry shows no identity attribute: check idAttribute and what the bind account may read',
  };
}

function byTeamAndName(one: GroupChange, other: GroupChange): number {
  return compare(one.team, other.team) || compare(one.name, other.name) || compare(one.dn, other.dn);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function changedStates(states: readonly GroupState[], known: readonly KnownGroup[]): GroupState[] {
  const before = new Map(known.map(group => [group.externalId, group]));
  const rows = states.map(state => ({ ...state, dn: storable(state.dn), cn: storable(state.cn) }));
  return rows.filter(state => {
    const old = before.get(state.externalId);
    return (
      old === undefined ||
      old.dn !== state.dn ||
      old.cn !== state.cn ||
      old.mapping !== state.mapping ||
      old.state !== state.state ||
      old.reason !== state.reason ||
      old.missedReads !== state.missedReads
    );
  });
}

function diffUnresolved(claims: readonly Claim[], absent: Absent, current: CurrentState, sources: Sources) {
  const now = storableMembers(claims.flatMap(claim => unresolvedOf(claim, sources)));
  const planned = new Set(claims.flatMap(claim => claim.target.sources.map(source => source.externalId)));
  const retired = absent.changes.filter(change => change.kind === 'retire').flatMap(change => change.sources);
  for (const externalId of [...absent.forgotten, ...retired]) planned.add(externalId);
  const before = current.unresolved.filter(member => planned.has(member.groupExternalId));
  const keys = new Set(now.map(unresolvedKey));
  const oldKeys = new Set(before.map(unresolvedKey));
  return {
    appeared: now.filter(member => !oldKeys.has(unresolvedKey(member))),
    resolved: before.filter(member => !keys.has(unresolvedKey(member))),
    total: now.length,
  };
}

/** One for each group and text, because a row is. */
function storableMembers(members: readonly UnresolvedMember[]): UnresolvedMember[] {
  const rows = new Map<string, UnresolvedMember>();
  for (const each of members) {
    const member = storable(each.member);
    rows.set(`${each.groupExternalId} ${member}`, member === each.member ? each : { ...each, member });
  }
  return [...rows.values()];
}

function unresolvedKey({ groupExternalId, member, reason }: UnresolvedMember): string {
  return `${groupExternalId} ${reason} ${member}`;
}
