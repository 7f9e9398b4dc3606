/** Runs long work in steps and yields to the event loop between them. */
import { setImmediate } from 'node:timers/promises';
import type { Steps } from './steps.ts';

/** How long the event loop waits for one turn, if single steps are short. */
const TURN_MS = 50;

export interface Turns {
  /** Monotonic, in milliseconds. */
  readonly clock?: () => number;
  /** Stops the work between two turns. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs the steps to the result. Throws what the work throws, and the signal's reason if it is aborted. */
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
