/** The hints that wait for the next run. Pure. */
import type { Hint } from '../../model/watch.ts';

/** For more hints than this, a read of the whole directory costs less. */
const MAX_WAITING = 5_000;
/** One run takes no more than these, so that the first of them do not wait for a long run. */
const MAX_TAKEN = 150;

interface WaitingHint {
  readonly hint: Hint;
  readonly at: number;
  /** When the entry changed, in milliseconds since 1970 by the clock of the server, if it says so. */
  readonly changedAt?: number | undefined;
}

export interface WaitingHints {
  /** The oldest first. */
  readonly hints: Map<string, WaitingHint>;
  /** Why only a run of the whole directory can continue. */
  whole: string | undefined;
}

export type TakenHints = readonly WaitingHint[];

export function noHints(): WaitingHints {
  return { hints: new Map(), whole: undefined };
}

/** When the oldest hint arrived; undefined: there is none. */
export function firstAt({ hints }: WaitingHints): number | undefined {
  const [first] = hints.values();
  return first?.at;
}

/** Adds a hint. Equal hints count once, since the first of them. */
export function addHint(waiting: WaitingHints, added: WaitingHint): void {
  const { id, dn, oldDn } = added.hint;
  const key = JSON.stringify([id, dn, oldDn]);
  if (!waiting.hints.has(key)) waiting.hints.set(key, added);
  if (waiting.hints.size <= MAX_WAITING) return;
  waiting.hints.clear();
  waiting.whole = `more than ${MAX_WAITING} changes wait`;
}

/** Removes the oldest hints and returns them. */
export function takeHints({ hints }: WaitingHints): TakenHints {
  const taken = [...hints].slice(0, MAX_TAKEN);
  for (const [key] of taken) hints.delete(key);
  return taken.map(([, waiting]) => waiting);
}

/** Puts hints back that could not be used now. */
export function returnHints(waiting: WaitingHints, taken: TakenHints): void {
  const later = [...waiting.hints.values()];
  waiting.hints.clear();
  for (const each of [...taken, ...later]) addHint(waiting, each);
}
