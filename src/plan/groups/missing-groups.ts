/**
 * Groups that we know and that a whole read did not find in scope. Only a whole read proves anything, and one is not
 * enough: a server that lags behind would look the same.
 *
 *   this read          earlier whole reads     what happens
 *   in scope           any                     back as it was (plan.ts)
 *   absent             found it                state missing, members stay
 *   absent             missed it, in grace     nothing: it stays missing until guard.grace is over
 *   absent             missed it already       onMissingGroup: empty | keep | delete
 *   unclear            any                     unknown, members stay: a filter looks at what may not be read
 *   met, nested, in a  missed it               back: the count of reads that missed it begins again
 *   read of its parent
 *   mapping is gone    any                     stays as it is: a person releases or retires it (case B12)
 *   any                frozen by a person      its state is told, its members stay
 *   never had a group  any                     forgotten
 */
import type { CurrentState, KnownGroup, ManagedGroup } from '../../model/current.ts';
import type { DirectoryGroupRow, GroupChange } from '../../model/plan.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { each, type Steps } from '../../steps/steps.ts';
import { dnKey } from '../../text/dn-key.ts';
import { keepProtected } from '../people/protect.ts';
import { markedGroups } from '../sets/group-flags.ts';
import { difference, EMPTY } from '../sets/id-set.ts';
import { mappingLabel } from './target.ts';

/** The reason of a group of which it is not known whether a mapping is about it. */
export const UNCLEAR = 'scope_unread';

export interface Absent {
  readonly changes: readonly GroupChange[];
  readonly states: readonly DirectoryGroupRow[];
  readonly forgotten: readonly string[];
  readonly outOfScope: number;
  /** AccessGroups that a person froze. */
  readonly frozen: number;
}

/** What becomes of every known group that the snapshot does not place in a mapping. */
export function* planAbsent(
  snapshot: Snapshot,
  current: CurrentState,
  settings: DirectorySettings,
): Steps<Absent> {
  const labels = new Set(settings.mappings.map(mappingLabel));
  const managed = new Map(current.managed.map(group => [group.id, group]));
  const live = new Map(current.managed.map(group => [group.id, 0]));
  const slugs = new Map(current.teams.map(team => [team.id, team.slug]));
  const presence = presenceIn(snapshot);
  yield* each(current.groups, known => {
    if (known.accessGroupId !== undefined && presence(known) === 'in_scope') {
      live.set(known.accessGroupId, (live.get(known.accessGroupId) ?? 0) + 1);
    }
  });
  const changes: GroupChange[] = [];
  const states: DirectoryGroupRow[] = [];
  const forgotten: string[] = [];
  const frozen = markedGroups(current.groups, 'frozen');
  const leftAlone = new Set<number>();
  let outOfScope = 0;
  yield* each(current.groups, known => {
    const found = presence(known);
    if (found === 'in_scope' || known.state === 'released') return;
    const group = known.accessGroupId === undefined ? undefined : managed.get(known.accessGroupId);
    if (group === undefined) {
      forgotten.push(known.externalId);
      return;
    }
    if (found === 'out_of_scope') outOfScope++;
    const state =
      found === 'unclear' ? undefined : nextState(known, found, labels.has(known.mapping), settings);
    if (state !== undefined) states.push(state);
    // Another source of a merged group still speaks for it.
    if ((live.get(group.id) ?? 0) > 0) return;
    if (frozen.has(group.id)) {
      leftAlone.add(group.id);
      return;
    }
    const start = absentChange(known, group, slugs.get(group.teamId) ?? '', state?.reason);
    // It counted as missing when it was first missed, and is not one more that goes missing now.
    if (known.missedReads > 0 && state?.missedReads === 1) return;
    const change =
      state === undefined
        ? unclearChange(start, snapshot.unclearGroups.get(known.externalId))
        : changeOfAbsent(start, state, group, current, settings);
    if (change !== undefined) changes.push(change);
  });
  return { changes, states, forgotten, outOfScope, frozen: leftAlone.size };
}

/** A read of some groups misses none, but a nested group that it met is not missing: two complete reads have to miss it again. */
export function metAgain({ met = [] }: Snapshot, { groups }: CurrentState): Absent {
  const here = new Set(met);
  const back = groups.filter(
    ({ externalId, state, accessGroupId }) =>
      state === 'missing' && accessGroupId !== undefined && here.has(externalId),
  );
  const states = back.map(({ externalId, dn, cn, mapping }): DirectoryGroupRow => {
    return { externalId, dn, cn, mapping, state: 'linked', reason: undefined, missedReads: 0 };
  });
  return { changes: [], states, forgotten: [], outOfScope: 0, frozen: 0 };
}

/** Groups that would be retired and were met again by a second look stay as they are, and so does what is known of them. */
export function unlessDisagreed(
  absent: Absent,
  disagreed: ReadonlySet<number>,
  { managed }: CurrentState,
): Absent {
  if (disagreed.size === 0) return absent;
  const members = new Map(managed.map(group => [group.id, group.members]));
  const isDisagreed = ({ kind, accessGroupId = 0 }: GroupChange) =>
    kind === 'retire' && disagreed.has(accessGroupId);
  const sources = new Set(absent.changes.filter(isDisagreed).flatMap(change => change.sources));
  const changes = absent.changes.map((change): GroupChange => {
    if (!isDisagreed(change)) return change;
    const { deleteGroup: _, ...rest } = change;
    const desired = members.get(change.accessGroupId ?? 0) ?? EMPTY;
    return { ...rest, kind: 'unknown', reason: 'changed_during_read', desired, remove: EMPTY };
  });
  return { ...absent, changes, states: absent.states.filter(({ externalId }) => !sources.has(externalId)) };
}

type Presence = 'in_scope' | 'out_of_scope' | 'absent' | 'unclear';

/** Entries without a usable id are matched by DN and by name here: doubt about who they are must not look like absence. */
function presenceIn(snapshot: Snapshot): (known: KnownGroup) => Presence {
  const mapped = new Map(snapshot.groups.map(group => [group.externalId, group.mapping !== undefined]));
  const unsure = snapshot.groups.filter(group => group.idIssue !== undefined);
  const doubtful = new Set(unsure.flatMap(({ dn, name }) => [dnKey(dn), name?.toLowerCase()]));
  const isDoubtful = ({ dn, cn }: KnownGroup) => doubtful.has(dnKey(dn)) || doubtful.has(cn.toLowerCase());
  return known => {
    const found = mapped.get(known.externalId);
    if (found === undefined && doubtful.size > 0 && isDoubtful(known)) return 'in_scope';
    if (found === true) return 'in_scope';
    if (snapshot.unclearGroups.has(known.externalId)) return 'unclear';
    return found === undefined ? 'absent' : 'out_of_scope';
  };
}

/** Whether another complete read that misses a group proves that it is gone. */
export function isMissedForGood(
  { missedReads, missingMs = 0 }: KnownGroup,
  { graceMs }: Pick<DirectorySettings, 'graceMs'>,
): boolean {
  return missedReads > 1 || (missedReads === 1 && missingMs >= graceMs);
}

function nextState(
  known: KnownGroup,
  found: 'out_of_scope' | 'absent',
  mapped: boolean,
  settings: DirectorySettings,
): DirectoryGroupRow {
  const { externalId, dn, cn, mapping } = known;
  const row = { externalId, dn, cn, mapping };
  if (!mapped) return { ...row, state: 'out_of_scope', reason: 'mapping_removed', missedReads: 0 };
  const missedReads = isMissedForGood(known, settings) ? 2 : 1;
  return found === 'out_of_scope'
    ? { ...row, state: 'out_of_scope', reason: 'filtered_out', missedReads }
    : { ...row, state: 'missing', reason: 'not_found', missedReads };
}

function unclearChange(start: Omit<GroupChange, 'kind'>, explanation = ''): GroupChange {
  return { ...start, kind: 'unknown', reason: UNCLEAR, explanation };
}

function changeOfAbsent(
  start: Omit<GroupChange, 'kind'>,
  state: DirectoryGroupRow,
  group: ManagedGroup,
  current: CurrentState,
  settings: DirectorySettings,
): GroupChange | undefined {
  if (state.reason === 'mapping_removed') return undefined;
  if (state.missedReads < 2) return { ...start, kind: 'missing' };
  if (settings.onMissingGroup === 'keep') return undefined;
  const desired = keepProtected(EMPTY, group.members, current.protectedIds);
  // Protected people keep it in being, and trying again would be a change in every run.
  const deleteGroup = settings.onMissingGroup === 'delete' && desired.length === 0;
  const remove = difference(group.members, desired);
  if (remove.length === 0 && !deleteGroup) return undefined;
  return { ...start, kind: 'retire', desired, remove, deleteGroup };
}

function absentChange(
  known: KnownGroup,
  group: ManagedGroup,
  team: string,
  reason: string | undefined,
): Omit<GroupChange, 'kind'> {
  return {
    sources: [known.externalId],
    dn: known.dn,
    mapping: undefined,
    accessGroupId: group.id,
    team,
    name: group.name,
    type: group.type,
    desired: group.members,
    add: EMPTY,
    remove: EMPTY,
    ...(reason !== undefined && { reason }),
  };
}
