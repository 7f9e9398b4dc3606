/** What becomes of the entries that a search finds. */
import { inTurns } from '../../steps/in-turns.ts';
import type { Steps } from '../../steps/steps.ts';
import type { Entry } from '../entry/entry.ts';

/** Takes an entry in. A group may have millions of values: that takes several steps. */
export type OnEntry = (entry: Entry) => Steps<void> | undefined;

/** Waits until an entry is taken in. */
export async function takenIn(steps: ReturnType<OnEntry>): Promise<void> {
  if (steps !== undefined) await inTurns(steps);
}
