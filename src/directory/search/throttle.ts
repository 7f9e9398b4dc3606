/** Limits the load on a server: a maximum of queries a second, and a growing wait before a query is retried. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Throttle {
  /** Resolves when the next query may be sent; undefined if it may be sent at once. */
  readonly turn: () => Promise<unknown> | undefined;
  /** Waits before a query is retried that was sent `tries` times. */
  readonly rest: (tries: number) => Promise<void>;
}

/** Resolves after the given number of milliseconds. */
export type Pause = (ms: number) => Promise<unknown>;

/** How often a query is sent in total. */
export const MAX_TRIES = 5;
const SECOND_MS = 1000;
const FIRST_REST_MS = 250;

/**
 * @param queriesPerSecond in any second, not on average; 0: no limit
 * @param clock monotonic, in milliseconds
 */
export function createThrottle(queriesPerSecond: number, clock: () => number, pause: Pause): Throttle {
  // A ring of the times at which the last `queriesPerSecond` queries were sent. The oldest must be at least a second
  // ago.
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

/**
 * Doubles with each attempt, minus up to half of it at random, so that clients that were rejected together do not retry
 * together.
 */
export function restMs(tries: number, random: number): number {
  return FIRST_REST_MS * 2 ** (tries - 1) * (1 - random / 2);
}

/** Waits until the time is over or the signal is aborted. The next query then throws the reason. */
export function pauseUntil(signal: AbortSignal): Pause {
  return async ms => {
    try {
      await delay(ms, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };
}
