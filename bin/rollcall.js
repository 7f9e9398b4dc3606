#!/usr/bin/env -S node --min-semi-space-size=16 --max-semi-space-size=16 --initial-old-space-size=120 --heap-growing-percent=30 --v8-pool-size=1
/** The entry point of a checkout: runs src/main.ts with Node 24, also if this Node is older. */
import { fileURLToPath } from 'node:url';
import { nodeFlags } from './node-flags.js';
import { execNode, findNode24 } from './node24.js';

const main = new URL('../src/main.ts', import.meta.url);
const node = findNode24();

if (node === process.execPath) {
  await import(main.href);
} else if (node === undefined) {
  console.error(
    `rollcall needs Node 24 or newer; this is ${process.version}, and the packages are not installed.`,
  );
  console.error('Run `npm run setup` in the checkout (it gets Node 24 from npm), or install Node 24.');
  process.exit(1);
} else {
  execNode(node, [...nodeFlags, fileURLToPath(main), ...process.argv.slice(2)]);
}
