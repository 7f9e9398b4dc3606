// npm test [-- ARGUMENTS FOR VITEST]: every check there is. Runs on Node 20, the checks themselves on Node 24.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { root, say, setUp } from './setup.js';

const node = setUp();
const bin = join(root, 'node_modules', '.bin');
const env = { ...process.env, PATH: [dirname(node), bin, process.env.PATH].join(delimiter) };
const failures = [
  check('types', 'tsc', '--noEmit'),
  check('format and lint', 'biome', 'check', '--error-on-warnings', '.'),
  check('promises', 'oxlint', '--type-aware', '--deny-warnings', 'src', 'dev', 'test'),
  check('dead exports', 'knip'),
].filter(passed => !passed).length;
const tests = runTests(process.argv.slice(2));
const failed = failures + tests.failed;

if (failures > 0) say(`${failures} of the checks before the tests failed, see above`);
console.log(`rollcall: ${tests.passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function check(name, program, ...args) {
  const { status, stdout, stderr, error, seconds } = timed(program, args, 'pipe');
  say(`${status === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (status !== 0) console.error(error?.message ?? `${stdout}${stderr}`);
  return status === 0;
}

function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-tests-'));
  const report = join(folder, 'report.json');
  const vitest = [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
  ];
  const { status, seconds } = timed(node, [...vitest, `--outputFile.json=${report}`, ...args], 'inherit');
  const counts = count(report);
  rmSync(folder, { recursive: true });
  // An error outside of any test fails the run without a failed test.
  const failed = counts.failed === 0 && status !== 0 ? 1 : counts.failed;
  say(`${failed === 0 ? '✓' : '✗'} tests (${seconds} s)`);
  return { passed: counts.passed, failed };
}

// A skipped test proves nothing, and a file that cannot be loaded has no tests to fail.
function count(report) {
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const tests = testResults.flatMap(file => file.assertionResults);
    const passed = tests.filter(test => test.status === 'passed').length;
    const broken = testResults.filter(file => file.status === 'failed' && file.assertionResults.length === 0);
    return { passed, failed: tests.length - passed + broken.length };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

function timed(program, args, output) {
  const started = performance.now();
  const result = spawnSync(program, args, {
    cwd: root,
    env,
    stdio: ['ignore', output, output],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { ...result, seconds: ((performance.now() - started) / 1000).toFixed(1) };
}
