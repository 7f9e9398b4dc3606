/** A worker dies at one statement after the other of a run with every kind of change. */
import { describe, it } from 'vitest';
import { sample } from '../support/observe/sampling.ts';
import { freshDatabase } from '../support/servers/database.ts';
import { play } from './trial.ts';
import { CALM, type Scenario, type Trouble } from './world/scenario.ts';

const ADA = 0;
const BEN = 1;
const EVERYBODY = [0, 1, 2, 3, 4, 5, 6, 7];

/** Swaps two names, gives one to a new group, adds and removes people, misses a group and retires another. */
function eventful(trouble: Trouble): Scenario {
  const group = (name: number, people: readonly number[]) => ({ name, unit: 1, people });
  return {
    ...CALM,
    onMissingGroup: 'delete',
    groups: [
      group(0, [ADA, BEN]),
      group(2, [BEN]),
      group(3, EVERYBODY),
      group(4, [ADA]),
      group(5, [ADA, BEN]),
    ],
    steps: [
      { do: 'delete', group: 3 },
      { do: 'sync', trouble: { is: 'nothing' } },
      { do: 'rename', group: 0, name: 1 },
      { do: 'move', group: 3, unit: 0 },
      { do: 'create', name: 0, unit: 1, people: [ADA, 2, 3] },
      { do: 'leave', group: 1, person: 4 },
      { do: 'join', group: 0, person: 5 },
      { do: 'delete', group: 2 },
      { do: 'makeGroup', name: 3, people: [ADA] },
      { do: 'sync', trouble },
      { do: 'changeMember', group: 0, person: BEN },
    ],
  };
}

/** More statements than the run has, so that the last attempts reach its end. */
const READING = 60;
const APPLYING = 24;
const { first: FIRST, step: STEP } = sample(12);

describe('a worker that dies at a statement', () => {
  it.each([
    ['reading', READING],
    ['applying', APPLYING],
  ] as const)(
    'while %s: leaves nothing half done, and the next worker completes it (F77, D4)',
    async (at, statements) => {
      await using fresh = await freshDatabase();
      for (let statement = FIRST; statement <= statements; statement += STEP) {
        const trouble = { is: 'killed', statement, answered: statement % 2 === 0, at } as const;
        await play(eventful(trouble), fresh);
      }
    },
    600_000,
  );
});
