// npm start: starts the demo, or the service of ROLLCALL_CONFIG. This script runs on Node 20, the service on Node 24.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { execNode } from '../bin/node24.js';
import { root, say, setUp } from './setup.js';

const node = setUp();
const configuration = process.env.ROLLCALL_CONFIG;

if (configuration === undefined) {
  execNode(node, [join(root, 'dev/demo/main.ts')]);
} else {
  const main = join(root, 'src/main.ts');
  say(`running on ${configuration} (ROLLCALL_CONFIG)`);
  const { status } = spawnSync(node, [main, 'migrate', 'up'], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) execNode(node, [main, 'serve']);
  else process.exitCode = status ?? 1;
}
