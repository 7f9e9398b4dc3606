/**
 * Confirms removals by reading again. A read takes seconds, and a directory that changes meanwhile can show a state that it
 * never had. So if its change marker moved, or it has none, the groups that would lose members and these members are read
 * again, until two reads in a row agree. With `secondOpinion`, another server is read, even if the marker did not move.
 */
import type { CurrentState, UserLink } from '../../model/current.ts';
import type { GroupChange, Plan } from '../../model/plan.ts';
import type { IdSet, Snapshot } from '../../model/snapshot.ts';
import { dnReference, nameReference } from '../../plan/doubt/lookups.ts';
import { planSteps } from '../../plan/plan-sync.ts';
import { EMPTY, isSame } from '../../plan/sets/id-set.ts';
import { inTurns } from '../../steps/in-turns.ts';
import {
  type ConfirmationContext,
  identitiesOf,
  type PlannedRead,
  planWith,
  repeatedReadOptions,
  unlessTransient,
} from './confirmation-context.ts';
import { withoutStayers } from './without-stayers.ts';

/** After this many further reads without agreement, the group stays unchanged. */
const MAX_READS = 3;
/** With more removals than this, the whole directory is read again: that is less work than many single reads. */
const MAX_TARGETED = 1_000;

/** Returns the plan with only confirmed removals; the same plan if the directory did not change or no member is removed. */
export async function confirmRemovals(
  confirmation: ConfirmationContext,
  seen: PlannedRead,
): Promise<PlannedRead> {
  const { settings } = confirmation.input;
  const isSure = seen.snapshot.stable && !settings.secondOpinion;
  const open = new Map(removalsOf(seen.plan));
  if (isSure || open.size === 0) return seen;
  const confirmed = new Map<number, IdSet | 'disagreed'>();
  for (let reads = 0; reads < MAX_READS && open.size > 0; reads += 1) {
    const again = await unlessTransient(confirmation, removalsAgain(confirmation, seen, open));
    if (again === undefined) continue;
    for (const [group, removals] of open) {
      const now = again.get(group);
      if (now !== undefined && isSame(removals, now)) confirmed.set(group, now);
      if (confirmed.has(group)) open.delete(group);
      else if (now !== undefined) open.set(group, now);
    }
  }
  for (const group of open.keys()) confirmed.set(group, 'disagreed');
  return planWith(confirmation, seen.snapshot, confirmed);
}

/** Reads again and returns what would be removed from these groups. A group that could not be read has no entry. */
async function removalsAgain(
  confirmation: ConfirmationContext,
  seen: PlannedRead,
  open: ReadonlyMap<number, IdSet>,
): Promise<ReadonlyMap<number, IdSet>> {
  const { readDirectory, input } = confirmation;
  const { settings, current } = input;
  const sources = sourcesOf(current, open);
  const leaving = [...open.values()].flatMap(set => [...set]);
  const retired = retiredBy(seen.plan);
  const gone = [...sources].filter(([, group]) => retired.has(group));
  const scope = new Map(gone.map(([source]) => [source, undefined]));
  const targets = {
    groups: [...new Set([...sources.keys(), ...seen.plan.changes.flatMap(feedersOf(open))])],
    people: identitiesOf(current, leaving),
    ...(gone.length > 0 && { scope }),
  };
  const isTooMany = leaving.length > MAX_TARGETED && seen.snapshot.whole;
  const read = await readDirectory(
    settings,
    repeatedReadOptions(confirmation, seen, isTooMany ? undefined : targets),
  );
  const { undenied = new Set<string>(), stayers } = seen.snapshot;
  const snapshot = { ...withoutStayers(read, stayers), undenied };
  const state = stateOfGroups(current, snapshot, open);
  const plan = await inTurns(planSteps(snapshot, state, settings, { confirming: true }), {
    signal: confirmation.options.signal,
  });
  return answersOf(open, sources, { snapshot, plan }, retired);
}

/** Returns a function for the groups that feed one of these AccessGroups, also without a link to it. */
function feedersOf(open: ReadonlyMap<number, IdSet>): (change: GroupChange) => readonly string[] {
  return ({ accessGroupId = 0, sources }) => (open.has(accessGroupId) ? sources : []);
}

/**
 * Returns the part of the current state by which these groups are judged, because the whole state of a large directory takes
 * longer to plan than this read. It includes people whose last DN or username an unresolved value has.
 */
function stateOfGroups(
  current: CurrentState,
  { users, references }: Snapshot,
  open: ReadonlyMap<number, IdSet>,
): CurrentState {
  const keys = new Set(references.map(({ key }) => key));
  const isUnresolved = keys.size === 0 ? () => false : (name: string) => keys.has(name);
  const managed = current.managed.filter(({ id }) => open.has(id));
  const members = new Set(managed.flatMap(group => [...group.members]));
  const read = new Set(users.map(person => person.sharedId ?? person.externalId));
  const isNamed = ({ dn, username }: UserLink) =>
    keys.size > 0 &&
    (isUnresolved(dnReference(dn)) || (username !== undefined && isUnresolved(nameReference(username))));
  return {
    ...current,
    managed,
    named: [],
    links: current.links.filter(
      link => members.has(link.userId) || read.has(link.externalId) || isNamed(link),
    ),
  };
}

function answersOf(
  open: ReadonlyMap<number, IdSet>,
  sources: ReadonlyMap<string, number>,
  { snapshot, plan }: PlannedRead,
  retired: ReadonlySet<number>,
): Map<number, IdSet> {
  const again = new Map(removalsOf(plan));
  const read = new Set(
    snapshot.groups.filter(({ mapping }) => mapping !== undefined).flatMap(group => group.externalId ?? []),
  );
  for (const source of snapshot.unclearGroups.keys()) read.add(source);
  const unknown = plan.changes.filter(({ kind }) => kind === 'unknown').map(change => change.accessGroupId);
  const silent = new Set(unknown);
  const found = new Set<number>();
  for (const [source, group] of sources) {
    if (read.has(source)) found.add(group);
    else silent.add(group);
  }
  const answers = new Map<number, IdSet>();
  for (const [group, removals] of open) {
    // The absence of a retired group is confirmed if this read does not find the group either.
    if (retired.has(group) && !found.has(group)) answers.set(group, removals);
    else if (!retired.has(group) && !silent.has(group)) answers.set(group, again.get(group) ?? EMPTY);
  }
  return answers;
}

function retiredBy({ changes }: Plan): Set<number> {
  return new Set(
    changes.flatMap(({ kind, accessGroupId = 0 }) => (kind === 'retire' ? [accessGroupId] : [])),
  );
}

function removalsOf({ changes }: Plan): [number, IdSet][] {
  return changes.flatMap(({ accessGroupId, remove }): [number, IdSet][] =>
    accessGroupId !== undefined && remove.length > 0 ? [[accessGroupId, remove]] : [],
  );
}

/** The directory groups that feed these AccessGroups, with the AccessGroup of each. */
function sourcesOf({ groups }: CurrentState, open: ReadonlyMap<number, IdSet>): Map<string, number> {
  return new Map(
    groups.flatMap(({ externalId, accessGroupId, state }): [string, number][] =>
      accessGroupId !== undefined && open.has(accessGroupId) && state !== 'released'
        ? [[externalId, accessGroupId]]
        : [],
    ),
  );
}
