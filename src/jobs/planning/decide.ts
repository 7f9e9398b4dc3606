/** What a run would do, from what was read and what the database holds. No I/O. */
import { DirectoryError } from '../../errors.ts';
import type { CurrentState, ReadWith } from '../../model/current.ts';
import type { Approved, PlanContext } from '../../model/plan.ts';
import type { Planned } from '../../model/run.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { judgeSteps } from '../../plan/guard/guard.ts';
import { NORMALISATION } from '../../plan/guard/normalisation.ts';
import { changesSince } from '../../plan/guard/read-conditions.ts';
import type { Prepared } from '../../plan/lookup-request.ts';
import { planSteps } from '../../plan/plan-sync.ts';
import { flaggedGroups } from '../../plan/sets/group-flags.ts';
import type { Steps } from '../../steps/steps.ts';
import { configDigest } from './config-digest.ts';

export interface DecideInput {
  readonly snapshot: Snapshot;
  /** What was prepared from the snapshot. */
  readonly prepared: Prepared;
  readonly current: CurrentState;
  readonly settings: DirectorySettings;
  /** What a person has allowed: the guard lets it pass. */
  readonly approved?: Approved | undefined;
}

/** Plan and verdict. Same input, same answer. Throws what contextOf throws. */
export function* decide(input: DecideInput): Steps<Planned> {
  const { snapshot, prepared, current, settings } = input;
  const context = contextOf(input);
  const plan = yield* planSteps(snapshot, current, settings, context, prepared);
  const verdict = yield* judgeSteps(plan, settings, context);
  return { snapshot, plan, verdict };
}

/**
 * The circumstances of a decision: the same for the plan, for what is planned again, and for the verdict. Throws
 * DirectoryError when the entries are identified by another attribute than those that are linked.
 */
export function contextOf({ snapshot, current, settings, approved }: DecideInput): PlanContext {
  requireSameIdentity(snapshot, current);
  return {
    changed: changesSince(current.lastRead, readWith(snapshot, settings)),
    unconfirmed: settings.firstRun === 'confirm' && current.confirmed !== true && approved === undefined,
    ...(approved && { approved }),
    rejected: flaggedGroups(current.groups, 'rejected'),
    ...(current.recentRemovals && { recent: current.recentRemovals }),
  };
}

/** What this read was made with, to be remembered and compared with the next one. */
export function readWith({ server, idAttribute }: Snapshot, settings: DirectorySettings): ReadWith {
  return { configDigest: configDigest(settings), server, normalisation: NORMALISATION, idAttribute };
}

/** By another attribute every person and every group would look new, and what is linked would look gone (case B11). */
function requireSameIdentity({ directory, idAttribute }: Snapshot, { lastRead, linked }: CurrentState): void {
  const before = lastRead?.idAttribute;
  if (before === undefined || before === idAttribute || !linked) return;
  throw new DirectoryError(
    'id_attribute_changed',
    `Directory ${directory} would be read with the identity attribute ${idAttribute}, and what is linked was found by ${before}; nothing was changed.`,
    {
      permanent: true,
      fix: `Set idAttribute: ${before} again, or match what is linked by DN: rollcall relink ${directory}`,
    },
  );
}
