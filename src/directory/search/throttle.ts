/** Spares the server: so many queries a second and no more, and patience where it says that it has too much to do. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Throttle {
  /** Resolves when the next query may be sent; undefined: at once. */
  readonly turn: () => Promise<unknown> | undefined;
  /** Waits before a query that was asked `tries` times is asked again. */
  readonly rest: (tries: number) => Promise<void>;
}

/** Resolves after that many milliseconds. */
export type Pause = (ms: number) => Promise<unknown>;

/** How often a query is asked in all. */
export const MAX_TRIES = 5;
const SECOND_MS = 1000;
const FIRST_REST_MS = 250;

/**
 * @param queriesPerSecond in any second, not on average; 0: no limit
 * @param clock in milliseconds, never turned back
 */
export function startPace(queriesPerSecond: number, clock: () => number, pause: Pause): Throttle {
  // When the last so many queries were sent, in a ring: the oldest of them must be a second ago.
  const sent = new Float64Array(queriesPerSecond).fill(Number.NEGATIVE_INFINITY);
  let next = 0;
  const turn = () => {
    if (queriesPerSecond === 0) return undefined;
    const now = clock();
    const at = Math.max(now, (sent[next] ?? now) + SECOND_MS);
    sent[next] = at;
    next = (next + 1) % queriesPerSecond;
    return at > now ? pause(at - now) : undefined;
  };
  const rest = async (tries: number) => {
    await pause(restMs(tries, Math.random()));
  };
  return { turn, rest };
}

/** Twice as long each time, less up to half of it: clients that were refused together do not come back together. */
export function restMs(tries: number, random: number): number {
  return FIRST_REST_MS * 2 ** (tries - 1) * (1 - random / 2);
}

/** Waits until the time is over, or the signal says that nothing matters any more; the next query then says why. */
export function pauseUntil(signal: AbortSignal): Pause {
  return async ms => {
    try {
      await delay(ms, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };
}
