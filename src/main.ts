/** Process entry: arguments and environment in, exit code out. */
import { runCli } from './cli/program.ts';

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
});

// A queue that is away leaves timers behind that would keep the process for as long as it stays away.
setTimeout(() => process.exit(), 1_000).unref();
