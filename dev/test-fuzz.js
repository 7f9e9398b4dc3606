// npm run test:fuzz [-- --seconds 120 --seed 7]: wrong answers of directory servers. CONTRIBUTING.md says how to read it.
import { parseArgs } from 'node:util';
import { setUp } from './setup.js';
import { runTests } from './vitest.js';

const options = { seconds: { type: 'string', default: '120' }, seed: { type: 'string' } };
const { values } = parseArgs({ options });
process.env.ROLLCALL_FUZZ_SECONDS = values.seconds;
// A new one every time. npm test always uses the same inputs.
process.env.ROLLCALL_FUZZ_SEED = values.seed ?? String(Date.now());

const { passed, failed } = runTests(setUp(), ['test/fuzz']);
console.log(`rollcall: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
