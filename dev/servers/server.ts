/** Starts a server as a child process, waits until it is ready, and ends it with this process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Guard, startGuard } from './guard.ts';

/** The command line and probes of a server that runs in the foreground. */
export interface Recipe {
  readonly name: string;
  /** Contains its state and its log, `NAME.log`. */
  readonly folder: string;
  /** Whether the folder is removed with the server. */
  readonly temporary: boolean;
  /** Program and arguments. */
  readonly command: readonly string[];
  /** In addition to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Once, before the first start. */
  prepare?(): Promise<void>;
  readonly stopSignal: NodeJS.Signals;
  /** The signal of a crash: SIGKILL, except for servers that would leave something in the system. */
  readonly killSignal: NodeJS.Signals;
  /** Rejects or returns false until the server is ready. */
  ready(): Promise<boolean>;
}

/** A server that tests may stop and kill, and that never runs longer than this process. */
export interface Server extends AsyncDisposable {
  /** After `stop` or `kill`: on the same port, with its state. */
  start(): Promise<void>;
  /** Stops gracefully and keeps the state. */
  stop(): Promise<void>;
  /** `stop`, then `start`. */
  restart(): Promise<void>;
  /** Stops like a crash and keeps the state. */
  kill(): Promise<void>;
  /** Stops it and removes temporary files. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A server as a child process. */
export interface EmbeddedServer extends Server {
  readonly folder: string;
  /** undefined: it is not running. */
  readonly pid: number | undefined;
}

/** Starts the server and waits until it is ready; otherwise throws with the end of its log. */
export async function startServer(recipe: Recipe): Promise<EmbeddedServer> {
  const guard = startGuard({
    folder: recipe.temporary ? recipe.folder : undefined,
    signal: recipe.stopSignal,
  });
  let child: ChildProcess | undefined;
  const server: EmbeddedServer = {
    folder: recipe.folder,
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
  // Its own session: Ctrl-C on the terminal reaches only this process, which stops its servers when it is done.
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
  try {
    await untilReady(
      () => recipe.ready(),
      () => failure !== undefined || hasEnded(child),
    );
  } catch (error) {
    await endChild(child, 'SIGKILL');
    throw new Error(await failed(recipe, failure), { cause: failure ?? error });
  }
  return child;
}

/** Polls; throws if the server has ended (`over`) or is not ready within a minute. */
export async function untilReady(
  ready: () => Promise<boolean>,
  over: () => boolean = () => false,
): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await ready().catch(() => false))) {
    if (over()) throw new Error('it ended');
    if (Date.now() > deadline) throw new Error('it does not answer within a minute');
    await pause(15);
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
