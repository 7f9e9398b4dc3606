import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** How much longer than on an idle machine things take here now: more work than cores, up to ten times. */
export function slowness(): number {
  const [load = 0] = loadavg();
  return Math.min(10, Math.max(1, load / availableParallelism()));
}

/**
 * Asks again and again until there is an answer other than false or undefined; throws when time is up, which on a busy
 * machine is later (G35).
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | false | undefined> | T | false | undefined,
  limitMs = 15_000,
): Promise<T> {
  const deadline = performance.now() + limitMs * slowness();
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms in vain: ${what}`);
    await pause(10);
  }
}
