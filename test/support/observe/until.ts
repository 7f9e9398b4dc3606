/** Waits for a condition, with more patience on a busy machine. */
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** The factor by which this machine is slower than an idle one: its load divided by its cores, at most 10. */
export function machineSlowness(): number {
  const [load = 0] = loadavg();
  return Math.min(10, Math.max(1, load / availableParallelism()));
}

// A question costs a query or a request, and most waits end soon or take seconds.
const SHORTEST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 100;

/**
 * Polls until the answer is neither false nor undefined, less often the longer it waits. Throws after the time limit,
 * which grows on a busy machine (G35).
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | false | undefined> | T | false | undefined,
  limitMs = 15_000,
): Promise<T> {
  const started = performance.now();
  const deadline = started + limitMs * machineSlowness();
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms without success: ${what}`);
    const waited = performance.now() - started;
    await pause(Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, waited / 20)));
  }
}
