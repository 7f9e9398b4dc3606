// npm run test:containers: the image and compose.yaml, where a Docker engine answers.
import { setUp } from './setup.js';
import { runTests } from './vitest.js';

const { passed, failed } = runTests(setUp(), [
  '--config',
  'test/container/vitest.config.ts',
  ...process.argv.slice(2),
]);
console.log(`rollcall: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
