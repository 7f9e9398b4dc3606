/** Follows a run on a terminal until it ends. */
import { UnavailableError } from '../../errors.ts';
import type { Progress, Run } from '../../model/run.ts';
import { type CommandContext, complain, printInPlace } from '../terminal/command.ts';
import { bar, describeProgress } from './progress-bar.ts';

const WARN_AFTER_MS = 5_000;

/**
 * Prints the progress to stderr: one line that is updated in place on a terminal, otherwise one line per stage.
 * Resolves with the ended run.
 */
export async function watchRun(steps: AsyncIterable<Progress>, context: CommandContext): Promise<Run> {
  const { stderr } = context;
  const started = performance.now();
  let shown = '';
  let warned = false;
  for await (const progress of steps) {
    const { run, stage } = progress;
    if (run.finishedAt !== undefined) {
      printInPlace(context, undefined);
      return run;
    }
    const { text, share } = describeProgress(progress);
    if (stderr.isTTY) printInPlace(context, `${run.directory} ${bar(share)} ${text}`);
    else if (stage !== shown) complain(context, `${run.directory}: ${text}`);
    shown = stage;
    if (!warned && stage === 'waiting' && performance.now() - started > WARN_AFTER_MS) {
      warned = true;
      complain(context, `\n${NO_WORKER}`);
    }
  }
  throw new UnavailableError('the progress of the run ended before the run did');
}

const NO_WORKER =
  'No worker has started the run yet. Is "rollcall serve" running with the role worker? "rollcall sync --once" needs no service.';
