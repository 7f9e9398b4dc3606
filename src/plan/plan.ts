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
 *   mapped, identity in doubt      anything                               unknown    nothing is touched
 *   not mapped, or not found       AccessGroup                            missing, then retire (absent.ts)
 *   anything                       frozen                                 only its DN is kept up to date
 *   anything                       manual, released, another directory's  never touched
 */
import type { CurrentState, DirectoryGroup, KnownGroup, Snapshot, UnresolvedMember } from '../model.ts';
import type { GroupChange, GroupState, Plan, PlanCounts } from '../model-plan.ts';
import type { DirectorySettings } from '../settings.ts';
import { type Absent, planAbsent } from './absent.ts';
import { changeOf, statesOf, unresolvedOf } from './change.ts';
import { type Claim, claimGroups } from './claim.ts';
import { NOBODY } from './id-set.ts';
import { exceeds } from './limit.ts';
import { matchPeople } from './people.ts';
import { targetsOf } from './target.ts';

const NOTHING_ABSENT: Absent = { changes: [], states: [], forgotten: [], outOfScope: 0, frozen: 0 };

/** Decides everything that a run would do. Same arguments, same plan. */
export function planSync(snapshot: Snapshot, current: CurrentState, settings: DirectorySettings): Plan {
  const people = matchPeople(snapshot, current, settings.users);
  const targets = targetsOf(snapshot, settings.mappings);
  const { claims, newTeams } = claimGroups(snapshot, targets, current);
  const sources = {
    people,
    current,
    whole: snapshot.whole,
    dnOf: (ordinal: number) => snapshot.users[ordinal]?.dn ?? '',
  };
  const decided = claims.map(claim => ({ claim, change: changeOf(claim, sources) }));
  const empty = emptiness(snapshot, current);
  const absent =
    snapshot.whole && empty !== 'groups' ? planAbsent(snapshot, current, settings) : NOTHING_ABSENT;
  const readable = decided.filter(entry => entry.change?.kind !== 'unknown');
  const states = [...readable.flatMap(({ claim, change }) => statesOf(claim, change)), ...absent.states];
  const doubtful = snapshot.groups.filter(
    group => group.mapping !== undefined && group.idIssue !== undefined,
  );
  const changes = [
    ...decided.map(entry => entry.change).filter(change => change !== undefined),
    ...doubtful.map(doubtfulChange),
    ...absent.changes,
  ].sort(byTeamAndName);
  const unresolved = diffUnresolved(
    readable.map(entry => entry.claim).filter(claim => !claim.frozen),
    absent,
    current,
    sources,
  );
  const frozen = claims.filter(claim => claim.frozen).length + absent.frozen;
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
    warnings: [...snapshot.warnings, ...people.warnings],
    counts: countChanges(changes, {
      unchanged: quiet.length,
      frozen,
      outOfScope: absent.outOfScope,
      unresolved: unresolved.total,
    }),
    ...(empty !== undefined && { empty }),
    managed: current.totals,
  };
  return unlessVanished(plan, settings);
}

/** A directory that suddenly shows nothing is taken for one that shows us nothing. */
function emptiness(snapshot: Snapshot, current: CurrentState): Plan['empty'] {
  if (!snapshot.whole || current.totals.groups === 0) return undefined;
  if (!snapshot.groups.some(group => group.mapping !== undefined)) return 'groups';
  if (current.totals.memberships === 0) return undefined;
  if (snapshot.users.length === 0) return 'users';
  return snapshot.counts.memberValues === 0 ? 'members' : undefined;
}

/**
 * Many groups that go missing in one read are a wrong base or a lost right far more often than a clean-up. Such a read
 * is not believed in anything: neither do the groups count as missed, nor does what else it shows get access.
 */
function unlessVanished(plan: Plan, { guard }: DirectorySettings): Plan {
  const missing = plan.changes.filter(change => change.kind === 'missing');
  if (!exceeds(guard.groupRemovals, missing.length, plan.managed.groups)) return plan;
  return {
    ...plan,
    changes: missing,
    states: [],
    forgotten: [],
    newTeams: [],
    newUsers: [],
    links: [],
    unresolved: { appeared: [], resolved: [] },
    counts: countChanges(missing, { ...plan.counts, unchanged: 0 }),
    vanished: missing.length,
  };
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
  return states.filter(state => {
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

type Sources = Parameters<typeof changeOf>[1];

function diffUnresolved(claims: readonly Claim[], absent: Absent, current: CurrentState, sources: Sources) {
  const now = claims.flatMap(claim => unresolvedOf(claim, sources));
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

function unresolvedKey({ groupExternalId, member, reason }: UnresolvedMember): string {
  return `${groupExternalId} ${reason} ${member}`;
}

function countChanges(
  changes: readonly GroupChange[],
  {
    unchanged,
    frozen,
    outOfScope,
    unresolved,
  }: Pick<PlanCounts, 'unchanged' | 'frozen' | 'outOfScope' | 'unresolved'>,
): PlanCounts {
  const counts = {
    create: 0,
    rename: 0,
    update: 0,
    missing: 0,
    retire: 0,
    conflict: 0,
    unknown: 0,
    add: 0,
    remove: 0,
  };
  for (const change of changes) {
    counts[change.kind]++;
    counts.add += change.add.length;
    counts.remove += change.remove.length;
  }
  return { ...counts, unchanged, frozen, outOfScope, unresolved };
}
