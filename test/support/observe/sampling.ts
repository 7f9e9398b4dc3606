/** Which of many places a test visits in one run: every one by command, a few otherwise, and others at the next run. */
import { randomInt } from 'node:crypto';

/**
 * Numbers from 1: with ROLLCALL_MODEL_RUNS all of them, otherwise every n-th from a random one on, so that repeated runs
 * visit all. Prints the seed that repeats the choice.
 */
export function sample(every: number): { readonly first: number; readonly step: number } {
  if (process.env['ROLLCALL_MODEL_RUNS'] !== undefined) return { first: 1, step: 1 };
  const seed = Number(process.env['ROLLCALL_MODEL_SEED'] ?? randomInt(every));
  process.stderr.write(
    `rollcall: every ${every}th place is visited, ROLLCALL_MODEL_SEED=${seed} repeats it\n`,
  );
  return { first: 1 + (seed % every), step: every };
}
