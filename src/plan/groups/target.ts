/** What each mapped directory group should become: a team and a name, before anyone looks at what is taken. */
import { fillTemplate } from '../../mapping/fill-template.ts';
import { isTooLong, normaliseName, shortenName } from '../../mapping/group-name.ts';
import type { MappingSettings } from '../../model/settings.ts';
import type { DirectoryGroup, ExternalId, Snapshot } from '../../model/snapshot.ts';
import { each, type Steps } from '../../steps/steps.ts';

export interface GroupTarget {
  /** Directory groups that feed it; several only with `merge`. */
  readonly sources: readonly Source[];
  readonly mapping: number;
  readonly rule: MappingSettings;
  /** Empty where `problem` says that it could not be told. */
  readonly team: string;
  readonly name: string;
  /** Why there can be no new AccessGroup; one that is linked already keeps its name and goes on. */
  readonly problem?: { readonly reason: string; readonly explanation: string };
  readonly note?: string;
}

export interface Source {
  readonly group: DirectoryGroup;
  readonly externalId: ExternalId;
}

/** How a mapping is remembered beside a group: stays the same when only its filter changes. */
export function mappingLabel(rule: MappingSettings): string {
  return `${rule.team}/${rule.name}`;
}

/** One target a mapped group, or one for all groups of a merging mapping that want the same name. */
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
  if ('missing' in team) return { ...start, team: '', name: '', problem: lacking('team', team.missing) };
  if ('missing' in text)
    return { ...start, team: team.text, name: '', problem: lacking('name', text.missing) };
  const name = normaliseName(text.text);
  if (name === undefined) return { ...start, team: team.text, name: '', problem: INVALID };
  if (!isTooLong(name)) return { ...start, team: team.text, name };
  return { ...start, team: team.text, name: shortenName(name, externalId), note: 'name_shortened' };
}

const INVALID = {
  reason: 'name_invalid',
  explanation:
    'its name is empty, holds control, bidi or invisible characters, or is not valid Unicode: rename it in the directory',
};

function lacking(part: 'team' | 'name', attribute: string) {
  return {
    reason: 'name_invalid',
    explanation: `the mapping makes the ${part} from {${attribute}}, which this group does not have`,
  };
}
