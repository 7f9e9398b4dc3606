// npm test [-- ARGUMENTS FOR VITEST]: all checks except the container tests. Runs on Node 20, the checks on 24.
import { execFile } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root, say, setUp } from './setup.js';
import { runTests } from './vitest.js';

const node = setUp();
const path = [dirname(node), join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
// All at once, because some use one core and others wait for files.
const checks = await Promise.all([
  check('types', 'tsc', '--noEmit'),
  check('types of the console', 'tsc', '--noEmit', '-p', 'src/http/console'),
  check('format and lint', 'biome', 'check', '--error-on-warnings', '.'),
  check('promises', 'oxlint', '--type-aware', '--deny-warnings', 'src', 'dev', 'test'),
  check('dead exports', 'knip'),
  check('words', node, 'dev/check-words.ts'),
]);
const failures = checks.filter(passed => !passed).length;

const started = performance.now();
const tests = runTests(node, process.argv.slice(2));
report(tests.failed === 0, 'tests', started);
if (failures > 0) say(`${failures} of the checks before the tests failed, see above`);
console.log(`rollcall: ${tests.passed} passed, ${tests.failed + failures} failed`);
process.exitCode = tests.failed + failures === 0 ? 0 : 1;

async function check(name, program, ...args) {
  const started = performance.now();
  const options = { cwd: root, env: { ...process.env, PATH: path }, maxBuffer: 64 * 1024 * 1024 };
  try {
    await promisify(execFile)(program, args, options);
  } catch ({ stdout, stderr, message }) {
    report(false, name, started);
    console.error(stdout || stderr ? `${stdout}${stderr}` : message);
    return false;
  }
  report(true, name, started);
  return true;
}

function report(passed, name, started) {
  say(`${passed ? '✓' : '✗'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
