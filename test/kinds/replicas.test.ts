/** Reads of two servers of different age behind one address remove no member whom both name. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type History, healed, histories, organisationOf } from './history.ts';
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
  world.begin(organisationOf(history), { marked: false });
  replica.lagAt(world.organisation);
  let memory: Memory = NO_MEMORY;
  const failures: string[] = [];
  const run = async () => {
    const played = await world.run(QUIET);
    if (played === undefined) return;
    const both = { ...played, organisations: [replica.organisation(), ...played.organisations] };
    failures.push(...violations(both, memory));
    memory = remember(both, memory);
  };
  await run();
  for (const { change, skips, catchesUp } of steps) {
    world.become(after(world.organisation, { ...change, tidy: true }));
    if (skips) replica.skip();
    await run();
    if (catchesUp) replica.lagAt(world.organisation);
    if (failures.length > 0) throw new Error(failures.join('\n'));
  }
  world.become(healed(world.organisation));
  replica.lagAt(world.organisation);
  await run();
  await run();
  failures.push(...differences(world.organisation, world.application));
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

describe('two servers of different age behind one address', () => {
  it('no member whom both servers name is removed, and all is correct once they agree (G07)', async () => {
    const property = fc.asyncProperty(histories(), fc.array(lags, { minLength: 1, maxLength: 4 }), play);
    await fc.assert(property, { numRuns: RUNS, seed: SEED });
  });
});
