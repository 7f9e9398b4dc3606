import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Guard, startGuard } from './guard.ts';

/** How to run one server in the foreground. */
export interface Recipe {
  readonly name: string;
  /** Holds its state and its log, `NAME.log`. */
  readonly folder: string;
  /** The folder goes away with the server. */
  readonly temporary: boolean;
  /** Program and arguments. */
  readonly command: readonly string[];
  /** Beside our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Once, before the first start. */
  prepare?(): Promise<void>;
  readonly stopSignal: NodeJS.Signals;
  /** What a crash looks like: SIGKILL, but for servers that would leave something behind in the system. */
  readonly killSignal: NodeJS.Signals;
  /** Rejects, or says false, until the server takes work. */
  ready(): Promise<boolean>;
}

/** A server that runs as our child, and never longer than we do. */
export interface EmbeddedServer extends AsyncDisposable {
  readonly pid: number | undefined;
  /** After `stop` or `kill`: on the same port, with the state it had. */
  start(): Promise<void>;
  /** In order, state kept. */
  stop(): Promise<void>;
  /** `stop`, then `start`. */
  restart(): Promise<void>;
  /** As in a crash, state kept. */
  kill(): Promise<void>;
  /** Stops it and removes a temporary folder. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts the server and waits until it takes work; throws with the end of its log when it does not. */
export async function startServer(recipe: Recipe): Promise<EmbeddedServer> {
  const guard = startGuard({
    folder: recipe.temporary ? recipe.folder : undefined,
    signal: recipe.stopSignal,
  });
  let child: ChildProcess | undefined;
  const server: EmbeddedServer = {
    get pid() {
      return child?.pid;
    },
    start: async () => {
      if (child === undefined) child = await launch(recipe, guard);
    },
    stop: () => end(recipe.stopSignal),
    restart: async () => {
      await server.stop();
      await server.start();
    },
    kill: () => end(recipe.killSignal),
    [Symbol.asyncDispose]: async () => {
      await end(recipe.stopSignal);
      await guard.release();
    },
  };
  async function end(signal: NodeJS.Signals) {
    const ending = child;
    child = undefined;
    if (ending !== undefined) await endChild(ending, signal);
    guard.watch(undefined);
  }
  try {
    await recipe.prepare?.();
    await server.start();
  } catch (error) {
    await guard.release();
    throw error;
  }
  return server;
}

async function launch(recipe: Recipe, guard: Guard): Promise<ChildProcess> {
  const [program = '', ...args] = recipe.command;
  const log = openSync(logFile(recipe), 'a');
  // Its own session: Ctrl-C on the terminal is for us alone, and we stop our servers when our work is done.
  const child = spawn(program, args, {
    cwd: recipe.folder,
    env: { ...process.env, ...recipe.env },
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let failure: Error | undefined;
  child.once('error', error => {
    failure = error;
  });
  guard.watch(child.pid);
  child.unref();
  const deadline = Date.now() + 60_000;
  while (!(await answers(recipe))) {
    if (failure !== undefined || hasEnded(child) || Date.now() > deadline) {
      await endChild(child, 'SIGKILL');
      throw new Error(await failed(recipe, failure), { cause: failure });
    }
    await pause(15);
  }
  return child;
}

async function answers(recipe: Recipe): Promise<boolean> {
  try {
    return await recipe.ready();
  } catch {
    return false;
  }
}

function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise(resolve => {
    if (hasEnded(child)) return resolve();
    child.ref();
    const impatience = setTimeout(() => child.kill('SIGKILL'), 20_000);
    child.once('exit', () => {
      clearTimeout(impatience);
      resolve();
    });
    child.kill(signal);
  });
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function failed(recipe: Recipe, cause: Error | undefined): Promise<string> {
  const log = await readFile(logFile(recipe), 'utf8').catch(() => '');
  const lines = log.trim().split('\n').slice(-8).join('\n  ');
  return `${recipe.name} did not start${cause ? ` (${cause.message})` : ''}: ${recipe.command.join(' ')}\n  ${lines}`;
}

function logFile(recipe: Recipe): string {
  return join(recipe.folder, `${recipe.name}.log`);
}
