/** Callbacks for the entries that a search finds. */
import { inTurns } from '../../steps/in-turns.ts';
import type { Steps } from '../../steps/steps.ts';
import type { Entry } from '../entry/entry.ts';

/** Processes one entry. A group can have millions of values, so this may take several steps. */
export type OnEntry = (entry: Entry) => Steps<void> | undefined;

/** Waits until an entry is processed. */
export async function takenIn(steps: ReturnType<OnEntry>): Promise<void> {
  if (steps !== undefined) await inTurns(steps);
}
