/** Finds a Node that can run Rollcall, and runs it in place of this process. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const packaged = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

/**
 * The path of a Node that runs TypeScript without a build: the one of this process if it is 24 or newer, otherwise the one
 * of the npm package `node`; undefined: there is neither.
 */
export function findNode24() {
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  return existsSync(packaged) ? packaged : undefined;
}

/**
 * Runs `node` with these arguments in place of this process: with the same streams, signals and exit code. A terminal sends
 * Ctrl-C to both processes, so SIGINT is not forwarded there.
 */
export function execNode(node, args) {
  const child = spawn(node, args, { stdio: 'inherit' });
  const onTerminal = process.stdin.isTTY || process.stderr.isTTY;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !onTerminal) child.kill(signal);
    });
  }
  child.once('error', error => {
    console.error(`${node} cannot be run: ${error.message}`);
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
