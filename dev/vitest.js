import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './setup.js';

/**
 * Runs vitest with these arguments and shows what it says. Whatever is not passed has failed: a skipped test proves
 * nothing, a file that cannot be loaded has no tests to fail, and an error outside of all tests belongs to none.
 */
export function runTests(node, args) {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-tests-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync(node, ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const { passed, failed } = count(report);
  rmSync(folder, { recursive: true });
  return { passed, failed: failed === 0 && status !== 0 ? 1 : failed };
}

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
