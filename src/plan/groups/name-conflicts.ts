/** What conflicts of names mean, and what ends them: the same words for all groups that want one name. */
import type { KnownGroup, ManagedGroup } from '../../model/current.ts';
import type { NameRequest, Naming } from './assign-names.ts';
import { distinguishingTemplate } from './name-advice.ts';
import type { GroupTarget } from './target.ts';

interface Named {
  readonly target: GroupTarget;
  readonly wish: NameRequest | undefined;
  readonly naming: Naming | undefined;
}

interface Lookups {
  readonly known: ReadonlyMap<string, KnownGroup>;
  readonly managed: ReadonlyMap<number, ManagedGroup>;
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  name_conflict_manual:
    'a group made by hand has this name: adopt it, rename it, or give the mapping another name',
  name_conflict_managed: 'another managed group has this name: give the mapping a name that tells them apart',
  name_conflict_new: 'several directory groups want this name: give the mapping a name that tells them apart',
  rename_conflict: 'the new name is taken, so the old one stays; its members go on',
};
const NO_TEMPLATE = 'no ou of their DNs does, so rename one or leave it out (groups.exclude)';

const keyOf = (teamId: number, name: string) => `${teamId}/${name}`;

/** Explains a problem. A name that is advised has been tried on the groups that want this one. */
export function explainer(
  named: readonly Named[],
  lookups: Lookups,
): (problem: string, wish: NameRequest) => string {
  const { rivals, bearers } = wantedNames(named, lookups);
  const told = new Map<string, string>();
  return (problem, wish) => {
    const explanation = EXPLANATIONS[problem] ?? '';
    if (problem !== 'name_conflict_new' && problem !== 'name_conflict_managed') return explanation;
    const key = keyOf(wish.teamId, wish.name);
    const advice = told.get(key) ?? advise(rivals.get(key) ?? [], bearers.get(key));
    told.set(key, advice);
    return `${explanation}: ${advice}, or set merge: true`;
  };
}

/** By name: the targets that want an AccessGroup of it, and the DN of the directory group that has it. */
function wantedNames(named: readonly Named[], { known, managed }: Lookups) {
  const rivals = new Map<string, GroupTarget[]>();
  const bearers = new Map<string, string>();
  for (const { dn, accessGroupId } of known.values()) {
    const group = accessGroupId === undefined ? undefined : managed.get(accessGroupId);
    if (group !== undefined) bearers.set(keyOf(group.teamId, group.name), dn);
  }
  for (const { target, wish, naming } of named) {
    if (wish === undefined || naming === undefined) continue;
    const key = keyOf(wish.teamId, naming.name);
    const same = rivals.get(key);
    if (wish.holder !== undefined) bearers.set(key, target.sources[0]?.group.dn ?? '');
    else if (same === undefined) rivals.set(key, [target]);
    else same.push(target);
  }
  return { rivals, bearers };
}

function advise(targets: readonly GroupTarget[], bearer: string | undefined): string {
  const dns = targets.flatMap(target => target.sources.map(source => source.group.dn));
  const all = bearer === undefined ? dns : [...dns, bearer];
  const template = distinguishingTemplate(targets[0]?.rule.name ?? '', all);
  return template === undefined ? NO_TEMPLATE : `name: "${template}" would`;
}
