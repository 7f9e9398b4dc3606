/**
 * Only a fact removes: random organisations, their changes between and during reads, and what their servers hide,
 * compared with the rules. The same histories every time; ROLLCALL_KINDS_RUNS and ROLLCALL_KINDS_SEED play more.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CASES } from './cases.ts';
import { CASES_OF_OTHERS } from './cases-of-others.ts';
import { histories, play } from './history.ts';
import { openWorld, type World } from './world/world.ts';

const RUNS = Number(process.env['ROLLCALL_KINDS_RUNS'] ?? 80);
const SEED = Number(process.env['ROLLCALL_KINDS_SEED'] ?? 1);
/** For the whole test, including the search for a smaller failure. */
const LIMIT_MS = 60_000 + RUNS * 500;

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

describe('any doubt', () => {
  it(
    'keeps every member whom the directory names, does not keep a leaver, and ends with two reads of an unchanged directory (G01 to G05, G08, G17, G18)',
    async () => {
      const details = await fc.check(
        fc.asyncProperty(histories(), history => play(world, history)),
        { numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: LIMIT_MS - 20_000 },
      );
      if (!details.failed) return;
      throw new Error(
        `ROLLCALL_KINDS_SEED=${details.seed}; keep it: ${JSON.stringify(details.counterexample?.[0])}`,
        { cause: details.errorInstance },
      );
    },
    LIMIT_MS,
  );

  for (const { title, history } of [...CASES, ...CASES_OF_OTHERS])
    it(title, async () => {
      await expect(play(world, history)).resolves.toBeUndefined();
    });
});
