/** Explains name conflicts and their remedy. All groups that request one name get the same text. */

import { distinguishingTemplate } from '../../mapping/distinguishing-template.ts';
import type { KnownGroup, ManagedGroup } from '../../model/current.ts';
import type { GroupReason } from '../../model/plan.ts';
import { meaningOf, remedyOf } from '../report/reasons.ts';
import type { NameRequest, Naming } from './assign-names.ts';
import type { GroupTarget } from './target.ts';

interface Named {
  readonly target: GroupTarget;
  readonly request: NameRequest | undefined;
  readonly naming: Naming | undefined;
}

interface Lookups {
  readonly known: ReadonlyMap<string, KnownGroup>;
  readonly managed: ReadonlyMap<number, ManagedGroup>;
}

const NO_TEMPLATE =
  'no ou of the DNs makes the names differ, so rename one of the groups or exclude it (groups.exclude)';

const keyOf = (teamId: number, name: string) => `${teamId}/${name}`;

/** Returns a function that explains a problem. A suggested name was tried on all groups that request the name. */
export function explainer(
  named: readonly Named[],
  lookups: Lookups,
): (problem: GroupReason, request: NameRequest) => string {
  const { rivals, owners } = requestedNames(named, lookups);
  const suggestions = new Map<string, string>();
  return (problem, request) => {
    const meaning = meaningOf(problem);
    if (problem !== 'name_conflict_new' && problem !== 'name_conflict_managed')
      return `${meaning}. ${remedyOf(problem)}`;
    const key = keyOf(request.teamId, request.name);
    const advice = suggestions.get(key) ?? advise(rivals.get(key) ?? [], owners.get(key));
    suggestions.set(key, advice);
    return `${meaning}: ${advice}, or set merge: true`;
  };
}

/** Returns, by name, the targets that request it and the DN of the directory group that has it. */
function requestedNames(named: readonly Named[], { known, managed }: Lookups) {
  const rivals = new Map<string, GroupTarget[]>();
  const owners = new Map<string, string>();
  for (const { dn, accessGroupId } of known.values()) {
    const group = accessGroupId === undefined ? undefined : managed.get(accessGroupId);
    if (group !== undefined) owners.set(keyOf(group.teamId, group.name), dn);
  }
  for (const { target, request, naming } of named) {
    if (request === undefined || naming === undefined) continue;
    const key = keyOf(request.teamId, naming.name);
    const same = rivals.get(key);
    if (request.holder !== undefined) owners.set(key, target.sources[0]?.group.dn ?? '');
    else if (same === undefined) rivals.set(key, [target]);
    else same.push(target);
  }
  return { rivals, owners };
}

function advise(targets: readonly GroupTarget[], owner: string | undefined): string {
  const dns = targets.flatMap(target => target.sources.map(source => source.group.dn));
  const all = owner === undefined ? dns : [...dns, owner];
  const template = distinguishingTemplate(targets[0]?.rule.name ?? '', all);
  return template === undefined ? NO_TEMPLATE : `name: "${template}" makes the names differ`;
}
