import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type History, healed, histories, townOf } from './history.ts';
import { differences, violations } from './rules.ts';
import { after, type Change, changes } from './world/changes.ts';
import { type Memory, NO_MEMORY, remember } from './world/memory.ts';
import { type Replica, startReplica } from './world/replicas.ts';
import { openWorld, type World } from './world/world.ts';

const RUNS = Number(process.env['ROLLCALL_KINDS_RUNS'] ?? 20);
const SEED = Number(process.env['ROLLCALL_KINDS_SEED'] ?? 1);
const QUIET = { doubts: [], moments: [] };

let world: World;
let replica: Replica;

beforeAll(async () => {
  world = await openWorld({}, async server => {
    replica = await startReplica(server);
    return replica.url;
  });
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await replica[Symbol.asyncDispose]();
});

interface Lag {
  readonly change: Change;
  readonly skips: boolean;
  readonly catchesUp: boolean;
}

const lags = fc.record({ change: changes(), skips: fc.boolean(), catchesUp: fc.boolean() });

async function play(history: History, steps: readonly Lag[]): Promise<void> {
  world.begin(townOf(history), { marked: false });
  replica.lagAt(world.town);
  let memory: Memory = NO_MEMORY;
  const told: string[] = [];
  const run = async () => {
    const played = await world.run(QUIET);
    if (played === undefined) return;
    const both = { ...played, towns: [replica.town(), ...played.towns] };
    told.push(...violations(both, memory));
    memory = remember(both, memory);
  };
  await run();
  for (const { change, skips, catchesUp } of steps) {
    world.become(after(world.town, { ...change, tidy: true }));
    if (skips) replica.skip();
    await run();
    if (catchesUp) replica.lagAt(world.town);
    if (told.length > 0) throw new Error(told.join('\n'));
  }
  world.become(healed(world.town));
  replica.lagAt(world.town);
  await run();
  await run();
  told.push(...differences(world.town, world.application));
  if (told.length > 0) throw new Error(told.join('\n'));
}

describe('two servers of different age behind one address', () => {
  it('no member whom both servers name is removed, and all is correct once they agree (G07)', async () => {
    const property = fc.asyncProperty(histories(), fc.array(lags, { minLength: 1, maxLength: 4 }), play);
    await fc.assert(property, { numRuns: RUNS, seed: SEED });
  });
});
