/** What is asked of a directory once more, after a read has been planned. */
import { DirectoryError } from '../../errors.ts';
import type { CurrentState } from '../../model/current.ts';
import type { Planned } from '../../model/run.ts';
import type { DecideInput } from './decide.ts';
import type { ReadDirectory, ReadOptions } from './plan-ports.ts';

export interface ConfirmationContext {
  readonly readDirectory: ReadDirectory;
  readonly options: ReadOptions;
  /** What the first decision was made from. */
  readonly input: DecideInput;
}

export type Seen = Pick<Planned, 'snapshot' | 'plan'>;

/**
 * A look that a server could not give now, because it is busy or lags behind, confirms nothing and fails nothing. What
 * another try would not change ends the run, as it does in the read itself.
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

/** How long steps may take. */
export const turnsOf = ({ options }: ConfirmationContext) => ({ signal: options.signal });

/** How the same directory is read again; with `secondOpinion`, from another server. */
export function againWith(
  { options, input: { settings } }: ConfirmationContext,
  { snapshot }: Seen,
  targets: ReadOptions['targets'],
): ReadOptions {
  const { group: _, targets: __, onProgress: ___, ...rest } = options;
  return {
    ...rest,
    ...(snapshot.marker !== undefined && { position: snapshot.marker }),
    ...(settings.secondOpinion && { avoid: snapshot.server }),
    ...(targets !== undefined && { targets }),
  };
}

/** The identities of linked users. */
export function identitiesOf({ links }: CurrentState, userIds: readonly number[]): string[] {
  const wanted = new Set(userIds);
  return links.filter(({ userId }) => wanted.has(userId)).map(({ externalId }) => externalId);
}
