/** Runs vitest, repeats failed files once, and reports flaky and skipped tests. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from './setup.js';

// More files than this do not fail by chance.
const MAX_REPEATED = 3;
const MESSAGE_LINES = 12;

/**
 * Runs vitest with these arguments and shows its output. Every test that did not pass has failed: a skipped test proves
 * nothing, a file that cannot be loaded has no tests to fail, and an error outside of all tests belongs to none.
 *
 * A file that fails is run a second time, alone. If it passes then, its tests count as passed and are reported as flaky:
 * CI stays usable, and the report names what has to be mended. Failures are repeated at the end, each on lines that
 * begin with `rollcall!`, so that `.ci/run` can collect them from a long log.
 */
export function runTests(node, args) {
  const first = vitest(node, args);
  const broken = first.files.filter(file => file.failures.length > 0);
  const again =
    broken.length > 0 && broken.length <= MAX_REPEATED
      ? vitest(node, [...args.filter(isOption), ...broken.map(file => file.name)])
      : { files: [], status: first.status };
  const second = new Map(again.files.map(file => [file.name, file]));

  let passed = 0;
  let failed = 0;
  for (const file of first.files) {
    const final = second.get(file.name) ?? file;
    passed += final.passed;
    failed += final.failures.length;
    if (final !== file && final.failures.length === 0) show('FLAKY, passed when run again', file);
    else show('FAILED', final);
  }
  if (failed === 0 && again.status !== 0) {
    failed = 1;
    console.error(`rollcall! vitest ended with ${again.status} although no test failed, see its output`);
  }
  return { passed, failed };
}

// A path or a filter after `run` would choose other files; the value of an option is joined to it or follows it.
function isOption(argument, index, all) {
  return argument.startsWith('-') || (index > 0 && /^--?[a-z]+$/i.test(all[index - 1]));
}

function vitest(node, args) {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-tests-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync(node, ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args], {
    cwd: root,
    // Every file and every program that a test starts loads the same modules.
    env: { NODE_COMPILE_CACHE: join(root, '.rollcall/compiled'), ...process.env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const files = read(report);
  rmSync(folder, { recursive: true });
  return { status, files };
}

function read(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8')).testResults.map(outcome);
  } catch (error) {
    return [{ name: 'report', passed: 0, failures: [{ title: 'no report', message: error.message }] }];
  }
}

function outcome({ name, status, message, assertionResults }) {
  const failures = assertionResults
    .filter(test => test.status !== 'passed')
    .map(test => ({ title: test.fullName, message: test.failureMessages?.join('\n') ?? test.status }));
  if (status === 'failed' && failures.length === 0) failures.push({ title: 'the file', message });
  return { name, passed: assertionResults.filter(test => test.status === 'passed').length, failures };
}

function show(word, { name, failures }) {
  for (const { title, message } of failures) {
    console.error(`rollcall! ${word}: ${relative(root, name)} > ${title}`);
    const lines = message.split('\n').filter(line => !line.includes('/node_modules/'));
    for (const line of lines.slice(0, MESSAGE_LINES)) console.error(`rollcall!   ${line}`);
  }
}
