/** Runs the program as users do: bin/rollcall.js in a child process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../observe/until.ts';

const program = programIn(fileURLToPath(new URL('../../../', import.meta.url)));

/** The program of a checkout. */
export function programIn(checkout: string): string {
  return join(checkout, 'bin/rollcall.js');
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly ended: Promise<Ended>;
  stderr(): string;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Ended>;
}

/** Runs one command to its end. */
export function rollcall(config: string, ...args: string[]): Promise<Ended> {
  return start(config, ...args).ended;
}

/** Starts one command that may not end by itself. */
export function start(config: string, ...args: string[]): Started {
  return startProgram(program, config, ...args);
}

/** The same with the program of any checkout. */
export function startProgram(path: string, config: string, ...args: string[]): Started {
  const child = spawn(process.execPath, [path, ...args], {
    env: environment(config),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', text => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', text => (said.stderr += text));
  const ended = new Promise<Ended>(resolve => child.once('close', code => resolve({ code, ...said })));
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return { ended, stderr: () => said.stderr, end };
}

export interface LogLine {
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** `rollcall serve`, until it is stopped or killed; it is killed at the latest when the test ends. */
export interface Service extends AsyncDisposable {
  /** undefined without the role http. */
  readonly url: string | undefined;
  readonly lines: readonly LogLine[];
  /** Sends the signal. */
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal and waits for the exit. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the service and waits until it reports that it is running. */
export function serve(config: string, ...args: string[]): Promise<Service> {
  return serveProgram(program, config, ...args);
}

/** The same with the program of any checkout. */
export async function serveProgram(path: string, config: string, ...args: string[]): Promise<Service> {
  const child = spawn(process.execPath, [path, 'serve', ...args], {
    env: environment(config),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve));
  const lines: LogLine[] = [];
  readLines(child, line => lines.push(line));
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  const running = await until('rollcall serve says that it is running', () => {
    if (child.exitCode !== null) throw new Error(`rollcall serve ended: ${JSON.stringify(lines)}`);
    return lines.find(line => line.msg === 'rollcall is running');
  });
  const url = typeof running['url'] === 'string' ? running['url'] : undefined;
  const signal = (which: NodeJS.Signals) => void child.kill(which);
  return { url, lines, signal, end, [Symbol.asyncDispose]: async () => void (await end('SIGKILL')) };
}

function readLines(child: ChildProcess, take: (line: LogLine) => void): void {
  let rest = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line.startsWith('{') ? JSON.parse(line) : { msg: line });
  });
}

function environment(config: string): NodeJS.ProcessEnv {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  return { PATH, HOME, NODE_COMPILE_CACHE, ROLLCALL_CONFIG: config };
}
