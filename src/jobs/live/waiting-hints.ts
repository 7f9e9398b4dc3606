/** The hints that wait for the next run. Pure. */
import type { Hint } from '../../model/watch.ts';

/** For more hints than this, a read of the whole directory costs less. */
const MOST_WAITING = 5_000;

export interface WaitingHints {
  readonly hints: Map<string, Hint>;
  /** When the oldest of them arrived; undefined: there is none. */
  firstAt: number | undefined;
  /** Why only a run of the whole directory can continue. */
  whole: string | undefined;
}

export function noHints(): WaitingHints {
  return { hints: new Map(), firstAt: undefined, whole: undefined };
}

/** Adds a hint. Equal hints count once. */
export function addHint(waiting: WaitingHints, hint: Hint, at: number): void {
  const { id, dn, oldDn } = hint;
  waiting.hints.set(JSON.stringify([id, dn, oldDn]), hint);
  waiting.firstAt = Math.min(waiting.firstAt ?? at, at);
  if (waiting.hints.size <= MOST_WAITING) return;
  takeHints(waiting);
  waiting.whole = `more than ${MOST_WAITING} changes wait`;
}

/** Removes all hints and returns them, with the time at which the oldest arrived. */
export function takeHints(waiting: WaitingHints): {
  readonly hints: readonly Hint[];
  readonly firstAt: number;
} {
  const taken = { hints: [...waiting.hints.values()], firstAt: waiting.firstAt ?? 0 };
  waiting.hints.clear();
  waiting.firstAt = undefined;
  return taken;
}

/** Puts hints back that could not be used now. */
export function returnHints(waiting: WaitingHints, { hints, firstAt }: ReturnType<typeof takeHints>): void {
  for (const hint of hints) addHint(waiting, hint, firstAt);
}
