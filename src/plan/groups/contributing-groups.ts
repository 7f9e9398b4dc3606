/** Checks whether the members of all directory groups that feed one AccessGroup are known. */
import type { CurrentState } from '../../model/current.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { grouped, type Steps } from '../../steps/steps.ts';
import { hasAllMapped } from '../sets/coverage.ts';
import type { Match } from './match-groups.ts';
import { isProvedMissing } from './missing-groups.ts';
import type { GroupTarget } from './target.ts';

/** Whether a directory group that feeds the AccessGroup is missing without a proof (case B2 for a merged group). */
export type MissingSource = (match: Match) => boolean;

/**
 * A source no longer feeds the AccessGroup if it was read and now feeds another name, or if two complete reads have missed
 * it. If its mapping, name or members are unknown, or only some groups were read, it may still feed the AccessGroup.
 */
export function* missingSources(
  { groups }: CurrentState,
  targets: readonly GroupTarget[],
  snapshot: Pick<Snapshot, 'whole' | 'allMapped' | 'unclearGroups'>,
  settings: Pick<DirectorySettings, 'graceMs'>,
): Steps<MissingSource> {
  const isAll = hasAllMapped(snapshot);
  const feeders = yield* grouped(groups, known => known.accessGroupId);
  const sources = targets.filter(target => target.problem === undefined).flatMap(target => target.sources);
  const placed = new Set(
    sources.filter(({ group }) => group.members.kind === 'complete').map(source => source.externalId),
  );
  return ({ group, target }) => {
    if (group === undefined) return false;
    const own = new Set(target.sources.map(source => source.externalId));
    const others = (feeders.get(group.id) ?? []).filter(
      known => !own.has(known.externalId) && known.state !== 'released',
    );
    if (target.problem !== undefined) return others.length > 0;
    return others.some(
      known =>
        snapshot.unclearGroups.has(known.externalId) ||
        (!placed.has(known.externalId) && (!isAll || !isProvedMissing(known, settings))),
    );
  };
}
