/**
 * Keeps the name of a group whose attribute has several values. Values have no order (RFC 4511 section 4.1.7), so another
 * value must not rename an AccessGroup while the one that named it is still there.
 */
import type { CurrentState } from '../../model/current.ts';
import type { DirectoryGroup } from '../../model/snapshot.ts';
import { type GroupTarget, targetOf } from './target.ts';

/** More combinations of values are not tried. */
const MOST_TRIED = 64;

/** The same targets; where another choice among the values gives the present name, with that name. */
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
    all = all.flatMap(each => values.map(value => ({ ...each, [attribute]: value }))).slice(0, MOST_TRIED);
  return all.map(attributes => ({ ...group, attributes }));
}
