/** Directory groups that feed one AccessGroup: whether what all of them hold is known. */
import type { CurrentState } from '../../model/current.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { grouped, type Steps } from '../../steps/steps.ts';
import type { Match } from './match-groups.ts';
import { isMissedForGood } from './missing-groups.ts';
import type { GroupTarget } from './target.ts';

/** One source of the claim's AccessGroup is not there, and that is not proved yet (case B2 for a part of a group). */
export type MissingSource = (claim: Match) => boolean;

/**
 * That a source was read and feeds another name now is a fact, and so is that a second complete read has missed it. Where
 * its mapping, its name or its members are not known, or only some groups were read, it may feed the AccessGroup still.
 */
export function* missingSources(
  { groups }: CurrentState,
  targets: readonly GroupTarget[],
  { whole, unclearGroups }: Pick<Snapshot, 'whole' | 'unclearGroups'>,
  settings: Pick<DirectorySettings, 'graceMs'>,
): Steps<MissingSource> {
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
        !placed.has(known.externalId) &&
        (!whole || !isMissedForGood(known, settings) || unclearGroups.has(known.externalId)),
    );
  };
}
