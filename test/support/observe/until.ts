/** Waits for a condition, with more patience on a busy machine. */
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** The factor by which this machine is slower than an idle one: its load divided by its cores, at most 10. */
export function machineSlowness(): number {
  const [load = 0] = loadavg();
  return Math.min(10, Math.max(1, load / availableParallelism()));
}

/**
 * Polls until the answer is neither false nor undefined. Throws after the time limit, which grows on a busy machine
 * (G35).
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | false | undefined> | T | false | undefined,
  limitMs = 15_000,
): Promise<T> {
  const deadline = performance.now() + limitMs * machineSlowness();
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms without success: ${what}`);
    await pause(10);
  }
}
