// npm run test:upgrade [-- --seed 7]: the release before and this one on one database and one queue.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, say, setUp } from './setup.js';
import { runTests } from './vitest.js';

// The last commit before the migration `certainty`. Its packages are those of package-lock.json today.
const RELEASE_BEFORE = 'a0b04627b61c';

const { values } = parseArgs({ options: { seed: { type: 'string' } } });
if (values.seed) process.env.ROLLCALL_UPGRADE_SEED = values.seed;

const node = setUp();
const folder = mkdtempSync(join(tmpdir(), 'rollcall-release-before-'));
try {
  if (checkOut(folder)) {
    process.env.ROLLCALL_UPGRADE_FROM = folder;
    const { passed, failed } = runTests(node, ['--config', 'test/upgrade/vitest.config.ts']);
    console.log(`rollcall: ${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 ? 0 : 1;
  } else {
    say(
      `this clone does not have commit ${RELEASE_BEFORE}, the release before; run \`git fetch --unshallow\` first`,
    );
    process.exitCode = 2;
  }
} finally {
  rmSync(folder, { recursive: true });
}

function checkOut(folder) {
  const archive = spawnSync('git', ['archive', RELEASE_BEFORE], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1024 ** 3,
  });
  if (archive.status !== 0) return false;
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return spawnSync('tar', ['-x', '-C', folder], { input: archive.stdout }).status === 0;
}
