/** Process entry: arguments and environment in, exit code out. */
import { createInterface } from 'node:readline/promises';
import { runCli } from './cli/program.ts';

// Whoever reads what is printed may have read enough: rollcall audit --jsonl | head
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

// A queue that is away leaves timers behind that would keep the process for as long as it stays away.
setTimeout(() => process.exit(), 1_000).unref();

/** The answer; stdout is for what a command says. */
async function ask(question: string): Promise<string> {
  using lines = createInterface({ input: process.stdin, output: process.stderr });
  return await lines.question(question);
}
