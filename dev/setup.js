// npm run setup: installs the locked packages and Node 24. Runs on Node 20 and without packages.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { findNode24 } from '../bin/node24.js';

export const root = fileURLToPath(new URL('..', import.meta.url));
const record = `${root}node_modules/.rollcall`;
const lock = `${root}.rollcall/setup.pid`;

/** Installs the locked packages if they are missing, and returns the path of a Node 24. Otherwise ends the process. */
export function setUp() {
  const wanted = fingerprint();
  const isInstalled = () => existsSync(record) && readFileSync(record, 'utf8') === wanted;
  if (!isInstalled()) {
    alone(() => {
      if (isInstalled()) return;
      installPackages();
      writeFileSync(record, wanted);
    });
  }
  const node = findNode24();
  if (node === undefined) {
    fail(
      'npm did not install Node 24 (package `node`). Does a setting forbid install scripts (`ignore-scripts`)?',
    );
  }
  return node;
}

/** Prints a line on standard error, because standard output belongs to the program that runs next. */
export function say(line) {
  console.error(`rollcall: ${line}`);
}

// Two processes (`npm start` and `npm test` right after cloning) would delete each other's packages.
function alone(work) {
  mkdirSync(dirname(lock), { recursive: true });
  while (!claim()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function claim() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const owner = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
    if (owner > 0 && !lives(owner)) rmSync(lock, { force: true });
    return false;
  }
}

function lives(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function installPackages() {
  const started = performance.now();
  say('installing the locked packages (npm ci), which takes about half a minute');
  const options = ['--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath?.endsWith('.js')
    ? [process.execPath, process.env.npm_execpath]
    : ['npm'];
  const [program, ...args] = [...npm, 'ci', ...options];
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) fail(`\`npm ci\` failed${error ? `: ${error.message}` : ', see above'}`);
  say(`packages installed in ${((performance.now() - started) / 1000).toFixed(0)} s`);
}

// The folder may have been copied from another kind of machine, with its binaries.
function fingerprint() {
  const lock = createHash('sha256')
    .update(readFileSync(`${root}package-lock.json`))
    .digest('hex');
  return `${process.platform}-${process.arch} ${lock}\n`;
}

function fail(message) {
  say(message);
  process.exit(1);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const node = setUp();
  say(`ready; Node 24 is ${node === process.execPath ? 'your own' : relative(root, node)}`);
}
