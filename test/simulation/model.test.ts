/**
 * Random organisations, limits and sequences of all events, compared with a small reference model. The same scenarios
 * every time; ROLLCALL_MODEL_RUNS and ROLLCALL_MODEL_SEED play more (see CONTRIBUTING.md).
 */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { freshDatabase } from '../support/servers/database.ts';
import { play } from './trial.ts';
import { scenarios } from './world/scenario.ts';

const RUNS = Number(process.env['ROLLCALL_MODEL_RUNS'] ?? 15);
const SEED = Number(process.env['ROLLCALL_MODEL_SEED'] ?? 1);
const PATH = process.env['ROLLCALL_MODEL_PATH'];
/** For the whole test, including the search for a smaller failure. */
const LIMIT_MS = 60_000 + RUNS * 4_000;

describe('any history', () => {
  it(
    'removes no member without a fact, and ends as the directory says after all failures',
    async () => {
      await using fresh = await freshDatabase();
      const property = fc.asyncProperty(scenarios(18), scenario => play(scenario, fresh));
      const details = await fc.check(property, {
        numRuns: RUNS,
        seed: SEED,
        interruptAfterTimeLimit: LIMIT_MS - 20_000,
        ...(PATH !== undefined && { path: PATH }),
      });
      if (!details.failed) return;
      const again = `ROLLCALL_MODEL_SEED=${details.seed} ROLLCALL_MODEL_PATH=${details.counterexamplePath}`;
      throw new Error(
        `Again: ${again} npm test -- test/simulation\nKeep it: ${JSON.stringify(details.counterexample?.[0])}`,
        { cause: details.errorInstance },
      );
    },
    LIMIT_MS,
  );
});
