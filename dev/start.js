// npm start. Runs on Node 20; the service itself on Node 24.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { become } from '../bin/node24.js';
import { root, say, setUp } from './setup.js';

const node = setUp();
const configuration = process.env.ROLLCALL_CONFIG;

if (configuration === undefined) {
  become(node, [join(root, 'dev/demo/main.ts')]);
} else {
  const main = join(root, 'src/main.ts');
  say(`running on ${configuration} (ROLLCALL_CONFIG)`);
  const { status } = spawnSync(node, [main, 'migrate', 'up'], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) become(node, [main, 'serve']);
  else process.exitCode = status ?? 1;
}
