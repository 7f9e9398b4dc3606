/** Drives long work in turns with everything else that the process has to do. */
import { setImmediate } from 'node:timers/promises';
import type { Steps } from './steps.ts';

/** So long others wait for their turn, as far as single steps are short. */
const TURN_MS = 50;

export interface Turns {
  /** In milliseconds, never turned back. */
  readonly clock?: () => number;
  /** Ends the work between two turns. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of the work. Throws what the work throws, and the signal's reason when it is aborted. */
export async function inTurns<Result>(
  steps: Steps<Result>,
  { clock = () => performance.now(), signal }: Turns = {},
): Promise<Result> {
  let end = clock() + TURN_MS;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (clock() < end) continue;
    await setImmediate();
    signal?.throwIfAborted();
    end = clock() + TURN_MS;
  }
}
