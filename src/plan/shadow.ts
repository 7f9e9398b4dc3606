/**
 * Mappings in shadow: a run leaves their groups as they are, and a second plan says what it would change without `shadow`.
 *
 *   a directory group in shadow       the plan of the run                                   the second plan
 *   has no AccessGroup                as if no mapping matched it: no group, no new user    as without shadow
 *   has an AccessGroup                as if an administrator froze the AccessGroup          as without shadow
 *   was not found, or is unmapped     as if an administrator froze the AccessGroup          as without shadow
 *
 * An AccessGroup that several directory groups feed is in shadow if one of them is.
 */
import type { CurrentState, KnownGroup } from '../model/current.ts';
import type { GroupChange } from '../model/plan.ts';
import type { Planned, ShadowDrift } from '../model/run.ts';
import type { DirectorySettings } from '../model/settings.ts';
import type { DirectoryGroup, ExternalId, Snapshot } from '../model/snapshot.ts';
import type { Steps } from '../steps/steps.ts';
import { mappingLabel } from './groups/target.ts';
import { type Prepared, prepare } from './lookup-request.ts';

type Mappings = Pick<DirectorySettings, 'mappings'>;

/** Whether a mapping is in shadow. */
export function hasShadow({ mappings }: Mappings): boolean {
  return mappings.some(({ shadow }) => shadow === true);
}

/** The labels of the mappings in shadow, as they are stored with their groups. */
export function shadowLabels({ mappings }: Mappings): ReadonlySet<string> {
  return new Set(mappings.filter(({ shadow }) => shadow === true).map(mappingLabel));
}

/** The settings without any shadow. */
export function withoutShadow(settings: DirectorySettings): DirectorySettings {
  const mappings = settings.mappings.map(({ shadow: _shadow, ...mapping }) => mapping);
  return { ...settings, mappings };
}

/** Returns snapshot, state and preparation as the plan of the run sees them. */
export function* hideShadow(
  snapshot: Snapshot,
  current: CurrentState,
  settings: DirectorySettings,
  prepared: Prepared | undefined,
): Steps<{
  readonly snapshot: Snapshot;
  readonly current: CurrentState;
  readonly prepared: Prepared | undefined;
}> {
  if (!hasShadow(settings)) return { snapshot, current, prepared };
  const isShadow = shadowMapping(settings);
  const ids = shadowGroups(snapshot, current, settings);
  const isLinked = ({ accessGroupId = 0 }: KnownGroup) => ids.has(accessGroupId);
  const linked = new Set<ExternalId | undefined>(
    current.groups.filter(isLinked).map(group => group.externalId),
  );
  const groups = snapshot.groups.map((group): DirectoryGroup => {
    return isShadow(group.mapping) && !linked.has(group.externalId)
      ? { ...group, mapping: undefined }
      : group;
  });
  const shown = { ...snapshot, groups };
  // People who are only in groups in shadow are neither created nor linked.
  const live = { ...snapshot, groups: groups.filter(({ mapping }) => !isShadow(mapping)) };
  const { referenced } = yield* prepare(live, settings);
  return {
    snapshot: shown,
    current: {
      ...current,
      groups: current.groups.map(group => (isLinked(group) ? { ...group, frozen: true } : group)),
    },
    prepared: { ...(yield* prepare(shown, settings)), referenced },
  };
}

/** What the second plan does to groups in shadow. */
export function shadowDrift(
  { plan: { changes, newUsers }, verdict: { holds } }: Pick<Planned, 'plan' | 'verdict'>,
  snapshot: Snapshot,
  current: CurrentState,
  settings: Mappings,
): ShadowDrift {
  const isShadow = shadowMapping(settings);
  const ids = shadowGroups(snapshot, current, settings);
  const held = new Map(holds.map(({ change, removals }) => [change, removals.length]));
  const stored = new Map(current.groups.map(({ accessGroupId, mapping }) => [accessGroupId, mapping]));
  const labelOf = ({ mapping = -1, accessGroupId }: GroupChange) => {
    const rule = settings.mappings[mapping];
    return rule === undefined ? (stored.get(accessGroupId) ?? '') : mappingLabel(rule);
  };
  return {
    changes: changes
      .map((change, seq) => ({ ...change, label: labelOf(change), held: held.get(seq) ?? 0 }))
      .filter(({ mapping, accessGroupId = 0 }) => isShadow(mapping) || ids.has(accessGroupId)),
    newUsers,
  };
}

function shadowMapping({ mappings }: Mappings): (mapping: number | undefined) => boolean {
  return mapping => mapping !== undefined && mappings[mapping]?.shadow === true;
}

/** The AccessGroups in shadow. The stored mapping of a group counts as long as no mapping matches the group. */
function shadowGroups({ groups }: Snapshot, current: CurrentState, settings: Mappings): ReadonlySet<number> {
  const isShadow = shadowMapping(settings);
  const labels = shadowLabels(settings);
  const found = new Map(
    groups.flatMap(({ externalId, mapping }) =>
      externalId === undefined || mapping === undefined ? [] : [[externalId, isShadow(mapping)] as const],
    ),
  );
  const shadowed = current.groups.filter(
    ({ externalId, mapping, state }) =>
      state !== 'released' && (found.get(externalId) ?? labels.has(mapping)),
  );
  return new Set(shadowed.flatMap(({ accessGroupId }) => accessGroupId ?? []));
}
