// node dev/run.js FILE ARGS: runs a TypeScript file of the checkout, on a machine with Node 20 or newer.
import { execNode } from '../bin/node24.js';
import { setUp } from './setup.js';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node dev/run.js FILE [ARGUMENT…]');
  process.exit(2);
}
execNode(setUp(), [file, ...args]);
