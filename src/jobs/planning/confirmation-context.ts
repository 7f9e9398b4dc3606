/** The helpers of further reads after the first plan of a run. */
import { DirectoryError } from '../../errors.ts';
import type { CurrentState } from '../../model/current.ts';
import type { PlanContext } from '../../model/plan.ts';
import type { Planned } from '../../model/run.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { planSteps } from '../../plan/plan-sync.ts';
import { inTurns } from '../../steps/in-turns.ts';
import type { DecideInput } from './decide.ts';
import type { ReadDirectory, ReadOptions } from './plan-ports.ts';

export interface ConfirmationContext {
  readonly readDirectory: ReadDirectory;
  readonly options: ReadOptions;
  /** The input of the first plan. */
  readonly input: DecideInput;
  readonly context: PlanContext;
}

export type PlannedRead = Pick<Planned, 'snapshot' | 'plan'>;

/**
 * Returns undefined if the server cannot answer now, because it is busy or lags behind: that confirms nothing and does not
 * fail the run. Throws permanent errors, which end the run as in the first read.
 */
export async function unlessTransient<T>(
  { options }: ConfirmationContext,
  answer: Promise<T>,
): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DirectoryError && !error.permanent && options.signal?.aborted !== true)
      return undefined;
    throw error;
  }
}

/** Plans a snapshot, with the removals that further reads confirmed. */
export async function planWith(
  { input, context, options }: ConfirmationContext,
  snapshot: Snapshot,
  confirmed?: PlanContext['confirmed'],
): Promise<PlannedRead> {
  const { current, settings, prepared } = input;
  const known = { ...context, ...(confirmed && { confirmed }) };
  const steps = planSteps(snapshot, current, settings, known, prepared);
  return { snapshot, plan: await inTurns(steps, { signal: options.signal }) };
}

/** Returns the options to read the same directory again; with `secondOpinion`, from another server. */
export function repeatedReadOptions(
  { options, input: { settings } }: ConfirmationContext,
  { snapshot }: PlannedRead,
  targets: ReadOptions['targets'],
): ReadOptions {
  const { group: _, targets: __, onProgress: ___, hinted: ____, mapped: _____, ...rest } = options;
  return {
    ...rest,
    ...(snapshot.marker !== undefined && { position: snapshot.marker }),
    ...(settings.secondOpinion && { avoid: snapshot.server }),
    ...(targets !== undefined && { targets }),
  };
}

/** Returns the identities of linked users. */
export function identitiesOf({ links }: CurrentState, userIds: readonly number[]): string[] {
  const wanted = new Set(userIds);
  return links.filter(({ userId }) => wanted.has(userId)).map(({ externalId }) => externalId);
}
