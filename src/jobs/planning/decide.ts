/** Decides what a run would do, from the snapshot and the current state. No I/O. */
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
  /** The result of `prepare` for the snapshot. */
  readonly prepared: Prepared;
  readonly current: CurrentState;
  readonly settings: DirectorySettings;
  /** The removals that an operator approved: the guard lets them pass. */
  readonly approved?: Approved | undefined;
}

/** Returns plan and verdict. Pure. Throws what contextOf throws. */
export function* decide(input: DecideInput): Steps<Planned> {
  const { snapshot, prepared, current, settings } = input;
  const context = contextOf(input);
  const plan = yield* planSteps(snapshot, current, settings, context, prepared);
  const verdict = yield* judgeSteps(plan, settings, context);
  return { snapshot, plan, verdict };
}

/**
 * Returns the context of a decision: the same for the plan, for a repeated plan and for the verdict. Throws DirectoryError
 * if the identity attribute differs from that of the linked entries.
 */
export function contextOf({ snapshot, current, settings, approved }: DecideInput): PlanContext {
  requireSameIdentity(snapshot, current);
  return {
    changed: changesSince(current.lastRead, readWith(snapshot, settings)),
    ...(isOtherServer(snapshot, current) && { otherServer: true }),
    unconfirmed: settings.firstRun === 'confirm' && current.confirmed !== true && approved === undefined,
    ...(approved && { approved }),
    rejected: flaggedGroups(current.groups, 'rejected'),
    ...(current.recentRemovals && { recent: current.recentRemovals }),
  };
}

/** A replica can lag. Without markers to compare, the address must be the same. */
function isOtherServer({ unrelated, server }: Snapshot, { lastRead }: CurrentState): boolean {
  return lastRead !== undefined && (unrelated ?? lastRead.server !== server);
}

/** Returns the conditions of this read, to be stored and compared with those of the next read. */
export function readWith({ server, idAttribute }: Snapshot, settings: DirectorySettings): ReadWith {
  return { configDigest: configDigest(settings), server, normalisation: NORMALISATION, idAttribute };
}

/** With another attribute, every person and group would look new, and all linked entries would look absent (B11). */
function requireSameIdentity({ directory, idAttribute }: Snapshot, { lastRead, linked }: CurrentState): void {
  const before = lastRead?.idAttribute;
  if (before === undefined || before === idAttribute || !linked) return;
  throw new DirectoryError(
    'id_attribute_changed',
    `Directory ${directory} is configured with the identity attribute ${idAttribute}, but its links have identities of ${before}; nothing was changed.`,
    {
      permanent: true,
      fix: `Set idAttribute: ${before} again, or move the links by DN: rollcall relink ${directory}`,
    },
  );
}
