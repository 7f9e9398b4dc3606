/** Watching a run on a terminal until it is over. */
import { UnavailableError } from '../errors.ts';
import { printable } from '../printable.ts';
import type { Progress, Run } from '../run.ts';
import { complain, type Surroundings } from './context.ts';
import { bar, describeProgress } from './progress.ts';

const PATIENCE_MS = 5_000;
const CLEAR_LINE = '\r\u001b[K';

/**
 * Shows every step on stderr: a line that moves on a terminal, a line a stage elsewhere. Resolves with the run as it
 * ended.
 */
export async function watchRun(steps: AsyncIterable<Progress>, surroundings: Surroundings): Promise<Run> {
  const { stderr } = surroundings;
  const started = performance.now();
  let shown = '';
  let warned = false;
  for await (const progress of steps) {
    const { run, stage } = progress;
    if (run.finishedAt !== undefined) {
      if (stderr.isTTY) stderr.write(CLEAR_LINE);
      return run;
    }
    const { text, share } = describeProgress(progress);
    if (stderr.isTTY) stderr.write(`${CLEAR_LINE}${printable(`${run.directory} ${bar(share)} ${text}`)}`);
    else if (stage !== shown) complain(surroundings, `${run.directory}: ${text}`);
    shown = stage;
    if (!warned && stage === 'waiting' && performance.now() - started > PATIENCE_MS) {
      warned = true;
      complain(surroundings, `\n${NO_WORKER}`);
    }
  }
  throw new UnavailableError('the run could not be watched to its end');
}

const NO_WORKER =
  'No worker has taken the run yet. Is "rollcall serve" running with the role worker? "rollcall sync --once" needs none.';
