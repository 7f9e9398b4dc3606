import fc from 'fast-check';
import { openWorld } from './world.ts';
import { histories, play } from './history.ts';
const world = await openWorld();
const runs = Number(process.env.ROLLCALL_KINDS_RUNS ?? 200), seed = Number(process.env.SEED ?? 1);
const t = performance.now();
let n = 0;
const details = await fc.check(fc.asyncProperty(histories(), async h => { n++; await play(world, h); }), { numRuns: runs, seed, ...(process.env.KPATH && { path: process.env.KPATH }), interruptAfterTimeLimit: Number(process.env.LIMIT ?? 120) * 1000 });
console.log(n, 'cases', Math.round(performance.now() - t), 'ms', 'failed', details.failed, 'runs', details.numRuns, 'shrinks', details.numShrinks, 'seed', details.seed, 'path', details.counterexamplePath);
if (details.failed && details.errorInstance) { console.log(details.errorInstance.stack?.slice(0, 1500)); console.log(JSON.stringify(details.counterexample?.[0])); }
await world[Symbol.asyncDispose]();
