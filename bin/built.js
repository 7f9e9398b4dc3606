#!/usr/bin/env node
/** The entry point of a build. Commands that read a directory start again with flags of V8; others start faster without. */
import { nodeFlags } from './node-flags.js';

const [node, program, ...args] = process.argv;

if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(`rollcall needs Node 24 or newer; this is ${process.version}.`);
  process.exit(1);
}
if (
  ['serve', 'sync', 'plan'].includes(args[0]) &&
  process.execArgv.length === 0 &&
  process.platform !== 'win32'
) {
  process.execve(node, [node, ...nodeFlags, program, ...args]);
}
await import('../src/main.ts');
