/** Separate processes for measurements, so that their time and memory count alone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { nodeFlags } from '../../../bin/node-flags.js';

/** A process that exchanges values in JSON, one on each line. */
export interface JsonProcess extends AsyncDisposable {
  readonly pid: number;
  send(value: unknown): void;
  /** Its next value; rejects if it ends instead. */
  receive<T>(): Promise<T>;
}

/** Starts a file of this folder; disposal ends it and waits for its end. */
export function startJsonProcess(file: string, ...args: string[]): JsonProcess {
  const child = start(file, args);
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    send: value => child.stdin.write(`${JSON.stringify(value)}\n`),
    receive: async () => {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${file} ended without an answer`);
      return JSON.parse(value);
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function start(file: string, args: readonly string[]) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return spawn(process.execPath, [...nodeFlags, path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
}

/** Sends `input` to a file of this folder, and returns its answer. */
export async function runTask<T>(file: string, input: object, ...args: string[]): Promise<T> {
  await using task = startJsonProcess(file, ...args);
  task.send(input);
  return await task.receive();
}
