/**
 * Plans what happens to known groups that a complete read did not find in scope. Only a complete read proves an absence, and
 * one read is not enough, because a server that lags behind looks the same.
 *
 *   this read          earlier complete reads  effect
 *   in scope           any                     linked again (plan-sync.ts)
 *   absent             found it                state missing, members stay
 *   absent             missed it, in grace     no change: it stays missing until guard.grace is over
 *   absent             missed it already       onMissingGroup: empty | keep | delete
 *   unclear            any                     unknown, members stay: a filter uses an unreadable attribute, or the group
 *                                              may be an entry without an identity (doubt/hiding-groups.ts)
 *   found as a nested  missed it               linked again: two complete reads must miss it again
 *   group of another
 *   mapping removed    any                     no change: an administrator releases or retires it (case B12)
 *   any                frozen                  its state is reported, its members stay
 *   never had a group  any                     its row is deleted
 */
import type { CurrentState, KnownGroup, ManagedGroup } from '../../model/current.ts';
import type { DirectoryGroupRow, GroupChange, GroupReason } from '../../model/plan.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { each, type Steps } from '../../steps/steps.ts';
import { dnKey } from '../../text/dn-key.ts';
import { keepProtected } from '../people/protect.ts';
import { flaggedGroups } from '../sets/group-flags.ts';
import { difference, EMPTY } from '../sets/id-set.ts';
import { mappingLabel } from './target.ts';

export interface MissingGroups {
  readonly changes: readonly GroupChange[];
  readonly states: readonly DirectoryGroupRow[];
  readonly forgotten: readonly string[];
  readonly outOfScope: number;
  /** Number of frozen AccessGroups. */
  readonly frozen: number;
}

/** Plans every known group that no mapping matches in the snapshot. */
export function* planMissing(
  snapshot: Snapshot,
  current: CurrentState,
  settings: DirectorySettings,
): Steps<MissingGroups> {
  const labels = new Set(settings.mappings.map(mappingLabel));
  const managed = new Map(current.managed.map(group => [group.id, group]));
  const sourcesInScope = new Map(current.managed.map(group => [group.id, 0]));
  const slugs = new Map(current.teams.map(team => [team.id, team.slug]));
  const presence = presenceIn(snapshot);
  yield* each(current.groups, known => {
    if (known.accessGroupId !== undefined && presence(known) === 'in_scope') {
      sourcesInScope.set(known.accessGroupId, (sourcesInScope.get(known.accessGroupId) ?? 0) + 1);
    }
  });
  const changes: GroupChange[] = [];
  const states: DirectoryGroupRow[] = [];
  const forgotten: string[] = [];
  const frozen = flaggedGroups(current.groups, 'frozen');
  const frozenIds = new Set<number>();
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
    // Another source of the merged group still feeds the AccessGroup.
    if ((sourcesInScope.get(group.id) ?? 0) > 0) return;
    if (frozen.has(group.id)) {
      frozenIds.add(group.id);
      return;
    }
    const start = baseChange(known, group, slugs.get(group.teamId) ?? '', state?.reason);
    // The group became missing in an earlier read, so it does not count as newly missing now.
    if (known.missedReads > 0 && state?.missedReads === 1) return;
    const change =
      state === undefined
        ? unclearChange(start, snapshot.unclearGroups.get(known.externalId))
        : missingChange(start, state, group, current, settings);
    if (change !== undefined) changes.push(change);
  });
  return { changes, states, forgotten, outOfScope, frozen: frozenIds.size };
}

/**
 * Links missing groups again that a read of some groups found as nested groups: two complete reads must miss them again. Such
 * a read proves no absence.
 */
export function foundAgain({ nestedGroups = [] }: Snapshot, { groups }: CurrentState): MissingGroups {
  const here = new Set(nestedGroups.map(({ externalId }) => externalId));
  const back = groups.filter(
    ({ externalId, state, accessGroupId }) =>
      state === 'missing' && accessGroupId !== undefined && here.has(externalId),
  );
  const states = back.map(({ externalId, dn, cn, mapping }): DirectoryGroupRow => {
    return { externalId, dn, cn, mapping, state: 'linked', reason: undefined, missedReads: 0 };
  });
  return { changes: [], states, forgotten: [], outOfScope: 0, frozen: 0 };
}

/** Leaves groups unchanged, with their stored state, if they would be retired but a second look found them. */
export function keepDisagreed(
  absent: MissingGroups,
  disagreed: ReadonlySet<number>,
  { managed }: CurrentState,
): MissingGroups {
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

/**
 * Says where the read found a group. Entries without a usable id match by DN or name, so that a doubtful identity does not look like
 * an absence.
 */
function presenceIn(snapshot: Snapshot): (known: KnownGroup) => Presence {
  const mapped = new Map(snapshot.groups.map(group => [group.externalId, group.mapping !== undefined]));
  const unsure = snapshot.groups.filter(group => group.idIssue !== undefined);
  const doubtful = new Set(
    unsure.flatMap(({ dn, name, sharedId }) => [dnKey(dn), name?.toLowerCase(), sharedId]),
  );
  const isDoubtful = ({ dn, cn, externalId }: KnownGroup) =>
    doubtful.has(dnKey(dn)) || doubtful.has(cn.toLowerCase()) || doubtful.has(externalId);
  return known => {
    const found = mapped.get(known.externalId);
    if (found === undefined && doubtful.size > 0 && isDoubtful(known)) return 'in_scope';
    if (found === true) return 'in_scope';
    if (snapshot.unclearGroups.has(known.externalId)) return 'unclear';
    return found === undefined ? 'absent' : 'out_of_scope';
  };
}

/** Whether one more complete read without the group proves that it was deleted. */
export function isProvedMissing(
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
  const missedReads = isProvedMissing(known, settings) ? 2 : 1;
  return found === 'out_of_scope'
    ? { ...row, state: 'out_of_scope', reason: 'filtered_out', missedReads }
    : { ...row, state: 'missing', reason: 'not_found', missedReads };
}

function unclearChange(start: Omit<GroupChange, 'kind'>, explanation = ''): GroupChange {
  return { ...start, kind: 'unknown', reason: 'scope_unread', explanation };
}

function missingChange(
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
  // A group with protected members is not deleted, because every run would then plan its deletion again.
  const deleteGroup = settings.onMissingGroup === 'delete' && desired.length === 0;
  const remove = difference(group.members, desired);
  if (remove.length === 0 && !deleteGroup) return undefined;
  return { ...start, kind: 'retire', desired, remove, deleteGroup };
}

function baseChange(
  known: KnownGroup,
  group: ManagedGroup,
  team: string,
  reason: GroupReason | undefined,
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
