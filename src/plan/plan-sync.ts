/**
 * Computes the difference between a snapshot and the database, without reading or writing anything. By directory group:
 *
 *   in the directory               in the database                        kind
 *   mapped, members known          no AccessGroup, name free              create
 *                                  no AccessGroup, name taken …           conflict   (groups/assign-names.ts, match-groups.ts)
 *                                  AccessGroup under another name         rename     (and members)
 *                                  other members, or enforced settings    update
 *                                  the same                               (none)
 *   mapped, members unknown        any state                              unknown    no change
 *   mapped, a member in doubt      the member is in it                    doubt      the member stays (doubt/)
 *   mapped, identity in doubt      any state                              unknown    no change
 *   not mapped, or not found       AccessGroup                            missing, then retire (groups/missing-groups.ts)
 *   any state                      frozen, or its mapping is in shadow    only its DN is updated   (shadow.ts)
 *   any state                      manual, released, another directory's  no change
 */
import type { CurrentState, KnownGroup } from '../model/current.ts';
import type { DirectoryGroupRow, GroupChange, Plan, PlanContext } from '../model/plan.ts';
import type { DirectorySettings } from '../model/settings.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { filtered, finish, indexed, mapped, type Steps, sorted } from '../steps/steps.ts';
import { storable } from '../text/storable.ts';
import { withHiddenGroups } from './doubt/hiding-groups.ts';
import { contradictedReferences, diffReferences } from './doubt/kept-references.ts';
import { missingSources } from './groups/contributing-groups.ts';
import { doubtChanges, unidentifiedChange } from './groups/doubt-changes.ts';
import { entryChanges } from './groups/entry-changes.ts';
import { changeOf, type Outcome, type Sources, statesOf } from './groups/group-change.ts';
import { type Match, matchGroups } from './groups/match-groups.ts';
import { foundAgain, keepDisagreed, type MissingGroups, planMissing } from './groups/missing-groups.ts';
import { judgeContext } from './groups/removal-judge.ts';
import { keepPresentNames } from './groups/target.ts';
import { diffUnresolved } from './groups/unresolved-members.ts';
import { distrustMassDisappearance } from './guard/mass-disappearance.ts';
import { type Prepared, prepare } from './lookup-request.ts';
import { keepLastOwners, ownerWarning } from './people/last-owner.ts';
import { matchPeople } from './people/match-people.ts';
import { keepDoubted } from './people/previous-usernames.ts';
import { countChanges } from './sets/counts.ts';
import { hasAllMapped } from './sets/coverage.ts';
import { hideShadow } from './shadow.ts';

/** Plans everything that a run would change. The same arguments always give the same plan. */
export function planSync(...given: Parameters<typeof planSteps>): Plan {
  return finish(planSteps(...given));
}

/** Does the same as `planSync` in steps, because planning a large directory takes seconds. `prepared`: if it is known already. */
export function* planSteps(
  read: Snapshot,
  known: CurrentState,
  settings: DirectorySettings,
  context: PlanContext = {},
  given?: Prepared,
): Steps<Plan> {
  const { current, prepared, ...shown } = yield* hideShadow(read, known, settings, given);
  const snapshot = withHiddenGroups(shown.snapshot, current);
  const sources = yield* prepareSources(snapshot, current, settings, context, prepared);
  const { decided, absent, newTeams } = yield* decide(snapshot, current, settings, sources);
  const empty = emptyResult(snapshot, current);
  const readable = decided.filter(entry => entry.change?.kind !== 'unknown');
  const found = yield* mapped(readable, ({ match, change }) => statesOf(match, change));
  const doubtful = snapshot.groups.filter(
    group => group.mapping !== undefined && group.idIssue !== undefined,
  );
  const changes = yield* sorted(
    [
      ...decided.map(entry => entry.change).filter(change => change !== undefined),
      ...doubtful.map(unidentifiedChange),
      ...(yield* mapped(decided, ({ match, judged }) => doubtChanges(match, judged?.doubts ?? []))).flat(),
      ...absent.changes,
    ],
    byTeamAndName,
  );
  const matched = readable.map(entry => entry.match).filter(match => !match.frozen);
  const unresolved = yield* diffUnresolved({ matches: matched, absent }, current, sources, settings.users);
  const frozen = decided.filter(({ match }) => match.frozen).length + absent.frozen;
  const quiet = decided.filter(({ match, change }) => change === undefined && !match.frozen);
  const plan: Plan = {
    directory: snapshot.directory,
    changes,
    states: yield* changedStates(lastOfEach([...found.flat(), ...absent.states]), current.groups),
    forgotten: absent.forgotten,
    newTeams: [...newTeams].sort(),
    newUsers: sources.people.newUsers,
    ...(sources.people.linkRequests.length > 0 && { linkRequests: sources.people.linkRequests }),
    unresolved: { appeared: unresolved.appeared, resolved: unresolved.resolved },
    ...(yield* recordsForNextRun(snapshot, current, { decided, absent }, sources.people)),
    warnings: [
      ...snapshot.warnings,
      ...sources.people.warnings,
      ...unresolved.warnings,
      ...changes.flatMap(ownerWarning),
    ],
    counts: yield* countChanges(changes, {
      unchanged: quiet.length,
      frozen,
      outOfScope: absent.outOfScope,
      unresolved: unresolved.total,
      members: unresolved.members,
      reasons: unresolved.reasons,
    }),
    ...(empty !== undefined && { empty }),
    managed: current.totals,
    ...(sources.people.leavers.length > 0 && { leavers: sources.people.leavers }),
  };
  return yield* distrustMassDisappearance(plan, settings, context);
}

type PreparedSources = Sources & Pick<Prepared, 'targets'>;

/** Computes what the plans of all groups need. */
function* prepareSources(
  snapshot: Snapshot,
  current: CurrentState,
  settings: DirectorySettings,
  context: PlanContext,
  prepared: Prepared | undefined,
): Steps<PreparedSources> {
  const { targets: wanted, referenced } = prepared ?? (yield* prepare(snapshot, settings));
  const targets = keepPresentNames(wanted, current);
  const people = yield* matchPeople(snapshot, current, settings.users, settings.protect, referenced);
  return {
    targets,
    people,
    current,
    isMissingSource: yield* missingSources(current, targets, snapshot, settings),
    unclearGroups: snapshot.unclearGroups,
    dnOf: ordinal => snapshot.users[ordinal]?.dn ?? '',
    nameAttribute: settings.users.username,
    ...judgeContext(snapshot, current, settings, people, context),
  };
}

interface GroupDecision extends Outcome {
  readonly match: Match;
}

interface Decisions {
  readonly decided: readonly GroupDecision[];
  readonly absent: MissingGroups;
  readonly newTeams: readonly string[];
}

/** Decides about every mapped group, and about every known group that the read did not find. */
function* decide(
  snapshot: Snapshot,
  current: CurrentState,
  settings: DirectorySettings,
  sources: PreparedSources,
): Steps<Decisions> {
  const { matches, newTeams } = yield* matchGroups(snapshot, sources.targets, current);
  const found = hasAllMapped(snapshot)
    ? keepDisagreed(yield* planMissing(snapshot, current, settings), sources.disagreed, current)
    : foundAgain(snapshot, current);
  const wanted: GroupDecision[] = [];
  for (const match of matches) {
    wanted.push({ match, ...(yield* changeOf(match, sources)) });
    yield;
  }
  const kept = keepLastOwners([...wanted.map(entry => entry.change), ...found.changes], current);
  const decided = yield* mapped(wanted, entry => ({ ...entry, change: kept(entry.change) }));
  return { decided, absent: { ...found, changes: found.changes.map(kept) }, newTeams };
}

/** Collects the doubts, and the references and links that the next run needs to judge removals. */
function* recordsForNextRun(
  snapshot: Snapshot,
  current: CurrentState,
  { decided, absent }: Omit<Decisions, 'newTeams'>,
  people: Pick<Plan, 'links'>,
): Steps<Pick<Plan, 'doubts' | 'judged' | 'references' | 'links' | 'entryChanges'>> {
  const unsettled = decided.filter(isUnsettled);
  const settled = unsettled.length === 0 ? decided : decided.filter(each => !isUnsettled(each));
  const absences = settled.flatMap(({ judged }) => judged?.absences ?? []);
  const proofs = decided.flatMap(({ judged }) => judged?.proofs ?? []);
  const doubts = decided.flatMap(({ judged }) => judged?.doubts ?? []);
  const judged = [
    ...decided.flatMap(({ match, ...of }) => (of.judged && match.group ? [match.group.id] : [])),
    // A retired group no longer has doubts.
    ...absent.changes.flatMap(change => (change.kind === 'retire' ? (change.accessGroupId ?? []) : [])),
  ];
  const references = hasAllMapped(snapshot)
    ? yield* diffReferences(snapshot, current, { absences, proofs, unsettled: sourcesOf(unsettled) })
    : yield* contradictedReferences(snapshot, current, { judged, doubts, proofs });
  const others = current.doubts.filter(doubt => !judged.includes(doubt.accessGroupId));
  const links = yield* keepDoubted(people.links, current.links, [...doubts, ...others]);
  const changes = entryChanges(decided, snapshot, current);
  return {
    doubts,
    judged,
    links,
    ...(references !== undefined && { references }),
    ...(changes.length > 0 && { entryChanges: changes }),
  };
}

/** Whether a second look at the group differed from the read. */
function isUnsettled({ change, judged }: GroupDecision): boolean {
  const isDoubted = judged?.doubts.some(({ kind }) => kind === 'changed_during_read');
  return isDoubted === true || change?.reason === 'changed_during_read';
}

/** Returns the identities of the directory groups of these matches. */
function sourcesOf(decided: readonly GroupDecision[]): ReadonlySet<string> {
  return new Set(decided.flatMap(({ match }) => match.target.sources.map(({ externalId }) => externalId)));
}

/** Finds what is missing in a read that is empty although groups are managed. Such a read is not trusted. */
function emptyResult(snapshot: Snapshot, current: CurrentState): Plan['empty'] {
  if (!hasAllMapped(snapshot) || current.totals.groups === 0) return undefined;
  if (!snapshot.groups.some(group => group.mapping !== undefined)) return 'groups';
  if (current.totals.memberships === 0) return undefined;
  if (snapshot.users.length === 0) return 'users';
  return snapshot.counts.memberValues === 0 ? 'members' : undefined;
}

function byTeamAndName(one: GroupChange, other: GroupChange): number {
  return compare(one.team, other.team) || compare(one.name, other.name) || compare(one.dn, other.dn);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** Returns one row for each group: that of its former AccessGroup, if it is merged into another one. */
function lastOfEach(states: readonly DirectoryGroupRow[]): DirectoryGroupRow[] {
  return [...new Map(states.map(state => [state.externalId, state])).values()];
}

function* changedStates(
  states: readonly DirectoryGroupRow[],
  known: readonly KnownGroup[],
): Steps<DirectoryGroupRow[]> {
  const before = yield* indexed(known, group => [group.externalId, group]);
  const rows = yield* mapped(states, state => ({ ...state, dn: storable(state.dn), cn: storable(state.cn) }));
  return yield* filtered(rows, state => {
    const old = before.get(state.externalId);
    return (
      old === undefined ||
      old.dn !== state.dn ||
      old.cn !== state.cn ||
      old.mapping !== state.mapping ||
      old.state !== state.state ||
      old.reason !== state.reason ||
      old.missedReads !== state.missedReads ||
      state.detached === true
    );
  });
}
