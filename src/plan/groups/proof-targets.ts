/** The groups that the directory must confirm to be out of scope, or in the scope of another mapping, before the plan is used. */
import { valuesThatGive } from '../../mapping/invert-template.ts';
import type { CurrentState, KnownGroup } from '../../model/current.ts';
import type { Plan } from '../../model/plan.ts';
import type { AttributeValue } from '../../model/read-targets.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { DirectoryGroup, ExternalId, Snapshot } from '../../model/snapshot.ts';
import { mappingLabel } from './target.ts';

/**
 * Returns the groups that the plan retires, misses or moves to another mapping, and those that leave an AccessGroup which
 * loses members. With the index of their present mapping.
 */
export function groupsToProve(
  { changes, states }: Plan,
  snapshot: Snapshot,
  { groups }: CurrentState,
  { mappings }: DirectorySettings,
): Map<ExternalId, number | undefined> {
  const labels = new Set(mappings.map(mappingLabel));
  const before = new Map(groups.map(known => [known.externalId, known]));
  const read = new Map(snapshot.groups.map(group => [group.externalId, group.mapping]));
  const isMoved = ({ externalId, mapping }: Plan['states'][number]) => {
    const known = before.get(externalId);
    return known?.accessGroupId !== undefined && known.mapping !== mapping && labels.has(known.mapping);
  };
  const losing = changes.filter(({ kind, remove }) => kind !== 'retire' && remove.length > 0);
  const sourcesOf = new Map(losing.map(({ accessGroupId, sources }) => [accessGroupId, new Set(sources)]));
  const hasLeft = ({ externalId, accessGroupId, state }: KnownGroup) =>
    state !== 'released' &&
    read.get(externalId) !== undefined &&
    sourcesOf.get(accessGroupId)?.has(externalId) === false;
  const ids = [
    ...changes.flatMap(({ kind, sources }) => (kind === 'retire' ? sources : [])),
    ...states.filter(state => state.missedReads > 1 || isMoved(state)).map(state => state.externalId),
    ...groups.filter(hasLeft).map(known => known.externalId),
  ];
  return new Map(ids.map(id => [id, read.get(id)]));
}

/**
 * Returns the values by which these groups were selected and named, and that they do not show: a group can have several
 * values, and an access rule can hide one of them.
 */
export function valuesToDeny(
  ids: Iterable<ExternalId>,
  snapshot: Snapshot,
  { groups, managed, teams }: CurrentState,
  { groups: { name }, mappings }: DirectorySettings,
): Map<ExternalId, readonly AttributeValue[]> {
  const wanted = new Set(ids);
  const read = new Map(snapshot.groups.map(group => [group.externalId, group]));
  const accessGroups = new Map(managed.map(group => [group.id, group]));
  const slugs = new Map(teams.map(({ id, slug }) => [id, slug]));
  const found = new Map<ExternalId, readonly AttributeValue[]>();
  for (const { externalId, cn, mapping, accessGroupId = 0 } of groups) {
    const group = wanted.has(externalId) ? read.get(externalId) : undefined;
    if (group === undefined) continue;
    const rule = mappings.find(each => mappingLabel(each) === mapping);
    const accessGroup = accessGroups.get(accessGroupId);
    const values = [
      ...(cn === '' ? [] : [{ attribute: name, value: cn }]),
      ...(rule === undefined || accessGroup === undefined
        ? []
        : [
            ...valuesThatGive(rule.team, slugs.get(accessGroup.teamId) ?? '', group),
            ...valuesThatGive(rule.name, accessGroup.name, group),
          ]),
    ];
    found.set(
      externalId,
      values.filter(value => !isShown(value, group, name)),
    );
  }
  return found;
}

function isShown({ attribute, value }: AttributeValue, group: DirectoryGroup, name: string): boolean {
  const { attributes, choices = {} } = group;
  const shown = [
    ...(attribute === name ? [group.name] : []),
    attributes[attribute.toLowerCase()],
    ...(choices[attribute.toLowerCase()] ?? []),
  ];
  return shown.some(each => each?.toLowerCase() === value.toLowerCase());
}
