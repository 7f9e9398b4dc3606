// npm run test:chaos [-- --seconds 30 --seed 7]: a complete installation under injected faults. CONTRIBUTING.md explains its output.
import { parseArgs } from 'node:util';
import { setUp } from './setup.js';
import { runTests } from './vitest.js';

const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' } } });
if (values.seconds) process.env.ROLLCALL_CHAOS_SECONDS = values.seconds;
if (values.seed) process.env.ROLLCALL_CHAOS_SEED = values.seed;

const { passed, failed } = runTests(setUp(), ['--config', 'test/chaos/vitest.config.ts']);
console.log(`rollcall: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
