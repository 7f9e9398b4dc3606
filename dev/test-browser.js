// npm run test:browser [-- ARGUMENTS FOR VITEST]: the console in Debian's Chromium, against the service on real servers.
import { setUp } from './setup.js';
import { runTests } from './vitest.js';

const { passed, failed } = runTests(setUp(), [
  '--config',
  'test/browser/vitest.config.ts',
  ...process.argv.slice(2),
]);
console.log(`rollcall: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
