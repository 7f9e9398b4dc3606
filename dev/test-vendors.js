// npm run test:vendors [-- ARGUMENTS FOR VITEST]: the same organisation in OpenLDAP, 389 Directory Server and Samba.
import { spawnSync } from 'node:child_process';
import { root, say, setUp } from './setup.js';
import { runTests } from './vitest.js';

const notToBeHad = 3;
const node = setUp();
const { status } = spawnSync(node, ['dev/install/vendors.ts'], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
});
const args = ['--config', 'test/vendors/vitest.config.ts', ...process.argv.slice(2)];
if (status === notToBeHad) args.push('--exclude=**/389ds.test.ts', '--exclude=**/samba.test.ts');

const { passed, failed } =
  status === 0 || status === notToBeHad ? runTests(node, args) : { passed: 0, failed: 1 };
if (status === notToBeHad)
  say(
    '!!! 389 DIRECTORY SERVER AND SAMBA WERE NOT TESTED: not installed, and only root can install them !!!',
  );
console.log(`rollcall: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
