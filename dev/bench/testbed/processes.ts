/** Processes of their own for what is measured, so that its time and its memory are its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { nodeFlags } from '../../../bin/node24.js';

/** A process that one speaks with: a value in JSON a line, either way. */
export interface Talk extends AsyncDisposable {
  readonly pid: number;
  tell(value: unknown): void;
  /** What it says next; rejects when it ends instead. */
  hear<T>(): Promise<T>;
}

/** Starts a file of this folder; disposing of it ends it and waits for that. */
export function startTalk(file: string, ...args: string[]): Talk {
  const child = start(file, args);
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    tell: value => child.stdin.write(`${JSON.stringify(value)}\n`),
    hear: async () => {
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

/** Tells a file of this folder `input`, and answers what it says. */
export async function runTask<T>(file: string, input: object, ...args: string[]): Promise<T> {
  await using task = startTalk(file, ...args);
  task.tell(input);
  return await task.hear();
}
