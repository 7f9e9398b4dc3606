/** Process entry point: passes arguments and environment to the CLI and sets the exit code. */
import { createInterface } from 'node:readline/promises';
import { runCli } from './cli/program.ts';

// The reader may close the pipe early, as `rollcall audit --jsonl | head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
});

// An unreachable Redis leaves timers behind that would keep the process alive until Redis is back.
setTimeout(() => process.exit(), 1_000).unref();

/** Asks on standard error, because stdout carries the output of the command. */
async function ask(question: string): Promise<string> {
  using lines = createInterface({ input: process.stdin, output: process.stderr });
  return await lines.question(question);
}
