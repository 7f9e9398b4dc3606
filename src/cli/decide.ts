/** What `rollcall approve` and `rollcall reject` have in common. */
import { type Decisions, openDecisions } from '../app/deciding.ts';
import { GoneError, UsageError } from '../errors.ts';
import type { Deciding, Run } from '../run.ts';
import {
  type CommonFlags,
  caller,
  commandLog,
  EXIT,
  positive,
  type Surroundings,
  settingsOf,
} from './context.ts';

export interface DecideFlags extends CommonFlags {
  readonly reason: string;
}

/**
 * Decides about the run with that number as it is now, and resolves with the exit code: 3 when it can be decided no more.
 * Throws UsageError when there is no such run, or no reason.
 */
export async function decideRun(
  id: string,
  flags: DecideFlags,
  surroundings: Surroundings,
  decide: (decisions: Decisions, run: Run, deciding: Deciding) => Promise<void>,
): Promise<number> {
  const reason = flags.reason.trim();
  if (reason === '') throw new UsageError('--reason takes a text: why is this decided so?');
  const { settings } = await settingsOf(flags, surroundings);
  await using decisions = await openDecisions(settings, commandLog(settings.log.level));
  const run = await decisions.getRun(positive(id, 'RUN'));
  if (run === undefined) throw new UsageError(`there is no run ${id}; "rollcall runs" lists them`);
  const digest = run.counts.held?.digest;
  try {
    await decide(decisions, run, { by: caller(), reason, digest });
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof GoneError)) throw error;
    surroundings.stderr.write(`rollcall: ${error.message}\n`);
    return EXIT.held;
  }
}
