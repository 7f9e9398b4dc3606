/** Judges the removals of a group while its change is planned. */
import type { CurrentState } from '../../model/current.ts';
import type { PlanContext } from '../../model/plan.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { Steps } from '../../steps/steps.ts';
import type { JudgeContext } from '../doubt/judge-member.ts';
import { judgeRemovals } from '../doubt/judge-removals.ts';
import { buildLookups } from '../doubt/lookups.ts';
import type { Undecided } from '../doubt/names.ts';
import type { People } from '../people/match-people.ts';
import { difference, EMPTY } from '../sets/id-set.ts';
import { areAhead, areOlder } from './entry-changes.ts';
import type { Sources } from './group-change.ts';

/** Returns the judge of a plan. The lookups are built for the first removal, because most plans have none. */
export function judgeContext(
  snapshot: Snapshot,
  current: CurrentState,
  settings: DirectorySettings,
  people: People,
  { confirmed, confirming = false, otherServer = false }: PlanContext,
): Pick<Sources, 'judge' | 'disagreed'> {
  let context: JudgeContext | undefined;
  function* opened(): Steps<JudgeContext> {
    context ??= {
      lookups: yield* buildLookups(snapshot, current, settings),
      people,
      undecided: undecidedIn(people),
      otherServer,
      graceMs: settings.graceMs,
      counts: snapshot.whole || confirming,
    };
    return context;
  }
  const disagreed = new Set(
    [...(confirmed ?? [])].filter(([, removals]) => removals === 'disagreed').map(([group]) => group),
  );
  return {
    disagreed,
    judge({ group, target }, members, named) {
      const found = group && confirmed?.get(group.id);
      const { id: accessGroupId = 0, members: present = EMPTY } = group ?? {};
      const sources = target.sources.map(({ externalId }) => externalId);
      const dns = target.sources.map(source => source.group.dn);
      const [remove, add] = [difference(present, named), difference(named, present)];
      const sure = found === undefined || found === 'disagreed' ? undefined : found;
      const removals = { accessGroupId, sources, dns, members, present, remove, add, confirmed: sure };
      return judgeRemovals(
        {
          ...removals,
          areOlder: () => areOlder(target.sources, snapshot, current),
          areAhead: () => areAhead(target.sources, snapshot),
        },
        opened,
      );
    },
  };
}

function undecidedIn({ possible }: People): Undecided {
  const undecided = new Map<number, number[]>();
  for (const [ordinal, userIds] of possible) {
    for (const userId of userIds) {
      const known = undecided.get(userId);
      if (known === undefined) undecided.set(userId, [ordinal]);
      else known.push(ordinal);
    }
  }
  return undecided;
}
