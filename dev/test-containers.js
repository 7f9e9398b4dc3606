// npm run test:containers [-- ARGUMENTS FOR VITEST]: what needs a Docker engine. The image and compose.yaml, then the tests
// that depend most on the servers, whose PostgreSQL, Redis and OpenLDAP run in containers here. The others would take ten
// minutes more; `ROLLCALL_TEST_SERVERS=docker npm test` runs them.
import { setUp } from './setup.js';
import { runTests } from './vitest.js';

const SPEAK_WITH_SERVERS = ['end-to-end', 'queue', 'store'];

const node = setUp();
const args = process.argv.slice(2);
const results = [runTests(node, ['--config', 'test/container/vitest.config.ts', ...args])];
if (args.length === 0) {
  process.env.ROLLCALL_TEST_SERVERS = 'docker';
  results.push(
    runTests(
      node,
      SPEAK_WITH_SERVERS.map(folder => `test/${folder}/`),
    ),
  );
}
const sum = of => results.reduce((total, result) => total + result[of], 0);
console.log(`rollcall: ${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
