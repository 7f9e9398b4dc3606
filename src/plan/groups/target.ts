/** The target of each mapped directory group: its team and name, without checking whether the name is taken. */
import { fillTemplate } from '../../mapping/fill-template.ts';
import { isTooLong, normaliseName, shortenName } from '../../mapping/group-name.ts';
import type { CurrentState } from '../../model/current.ts';
import type { GroupReason } from '../../model/plan.ts';
import type { MappingSettings } from '../../model/settings.ts';
import type { DirectoryGroup, ExternalId, Snapshot } from '../../model/snapshot.ts';
import { each, type Steps } from '../../steps/steps.ts';

export interface GroupTarget {
  /** Directory groups that feed it; several only with `merge`. */
  readonly sources: readonly Source[];
  readonly mapping: number;
  readonly rule: MappingSettings;
  /** Empty if `problem` is set because the team is unknown. */
  readonly team: string;
  readonly name: string;
  /** Why no AccessGroup can be created. A linked AccessGroup keeps its name and is still synced. */
  readonly problem?: { readonly reason: GroupReason; readonly explanation: string } | undefined;
  /** A reason that is only reported. */
  readonly note?: GroupReason;
}

export interface Source {
  readonly group: DirectoryGroup;
  readonly externalId: ExternalId;
  /** An administrator released the AccessGroup that it had before it was merged. Its row stays as it is. */
  readonly isReleased?: true;
}

/** The label that is stored with a group for its mapping. It stays the same if only the filter of the mapping changes. */
export function mappingLabel(rule: MappingSettings): string {
  return `${rule.team}/${rule.name}`;
}

/** Returns one target for each mapped group, or one for all groups with the same name if the mapping sets `merge`. */
export function* targetsOf(snapshot: Snapshot, mappings: readonly MappingSettings[]): Steps<GroupTarget[]> {
  const targets: GroupTarget[] = [];
  const merged = new Map<string, Source[]>();
  yield* each(snapshot.groups, group => {
    const rule = group.mapping === undefined ? undefined : mappings[group.mapping];
    if (rule === undefined || group.mapping === undefined) return;
    if (group.externalId === undefined || group.idIssue !== undefined) return;
    const target = targetOf(group, group.externalId, group.mapping, rule);
    const key = JSON.stringify([group.mapping, target.team, target.name]);
    const earlier = rule.merge && target.problem === undefined ? merged.get(key) : undefined;
    if (earlier !== undefined) {
      earlier.push(...target.sources);
    } else {
      const sources = [...target.sources];
      merged.set(key, sources);
      targets.push({ ...target, sources });
    }
  });
  return targets;
}

function targetOf(
  group: DirectoryGroup,
  externalId: ExternalId,
  mapping: number,
  rule: MappingSettings,
): GroupTarget {
  const start = { sources: [{ group, externalId }], mapping, rule };
  const team = fillTemplate(rule.team, group);
  const text = fillTemplate(rule.name, group);
  if ('missing' in team)
    return { ...start, team: '', name: '', problem: missingAttribute('team', team.missing) };
  if ('missing' in text)
    return { ...start, team: team.text, name: '', problem: missingAttribute('name', text.missing) };
  const name = normaliseName(text.text);
  if (name === undefined) return { ...start, team: team.text, name: '', problem: INVALID };
  if (!isTooLong(name)) return { ...start, team: team.text, name };
  return { ...start, team: team.text, name: shortenName(name, externalId), note: 'name_shortened' };
}

const INVALID: GroupTarget['problem'] = {
  reason: 'name_invalid',
  explanation:
    'its name is empty, holds control, bidi or invisible characters, or is not valid Unicode: rename it in the directory',
};

function missingAttribute(part: 'team' | 'name', attribute: string): GroupTarget['problem'] {
  return {
    reason: 'name_invalid',
    explanation: `the mapping builds the ${part} from {${attribute}}, which this group does not have`,
  };
}

/** More combinations of values are not tried. */
const MAX_TRIED = 64;

/**
 * The same targets; where another choice among the values of an attribute gives the present name, with that name. Values
 * have no order (RFC 4511 section 4.1.7), so another value must not rename an AccessGroup while the one that named it is there.
 */
export function keepPresentNames(
  targets: readonly GroupTarget[],
  { groups, managed }: Pick<CurrentState, 'groups' | 'managed'>,
): readonly GroupTarget[] {
  const isOpen = ({ sources, rule }: GroupTarget) => !rule.merge && sources[0]?.group.choices !== undefined;
  if (!targets.some(isOpen)) return targets;
  const known = new Map(groups.map(each => [each.externalId, each.accessGroupId]));
  const names = new Map(managed.map(({ id, name }) => [id, name]));
  return targets.map(target => {
    const [source] = target.sources;
    if (source === undefined || !isOpen(target)) return target;
    const present = names.get(known.get(source.externalId) ?? 0);
    if (present === undefined || present === target.name) return target;
    const others = combinations(source.group).map(group =>
      targetOf(group, source.externalId, target.mapping, target.rule),
    );
    const same = others.find(other => other.name === present && other.team === target.team);
    return same === undefined ? target : { ...same, sources: target.sources };
  });
}

/** The group with each choice of one value for each attribute. */
function combinations(group: DirectoryGroup): DirectoryGroup[] {
  let all = [group.attributes];
  for (const [attribute, values] of Object.entries(group.choices ?? {}))
    all = all.flatMap(each => values.map(value => ({ ...each, [attribute]: value }))).slice(0, MAX_TRIED);
  return all.map(attributes => ({ ...group, attributes }));
}
