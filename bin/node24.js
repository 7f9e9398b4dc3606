import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * How Node runs Rollcall (sizes in MiB). Reading a large directory makes much that dies at once: a young generation that
 * is large from the beginning, but no larger than what a processor's cache and a small container can bear. The old one
 * is left alone while the directory comes in, and from then on grows by a third at a time; this keeps the peak of a
 * first sync of L under 350 MiB. One thread beside the main one collects and compiles: four would only take the other
 * core from the directory server or the database.
 */
export const nodeFlags = [
  '--min-semi-space-size=16',
  '--max-semi-space-size=16',
  '--initial-old-space-size=120',
  '--heap-growing-percent=30',
  '--v8-pool-size=1',
];

const packaged = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

/**
 * Path of a Node that runs TypeScript as it stands: our own if it is 24 or newer, else the one among the packages;
 * undefined where neither is there.
 */
export function findNode24() {
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  return existsSync(packaged) ? packaged : undefined;
}

/**
 * Runs `node` with these arguments in our place: same streams, signals passed on, and we end as it ended.
 * On a terminal Ctrl-C reaches it without us.
 */
export function become(node, args) {
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
