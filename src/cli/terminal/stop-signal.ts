/** Waits for the signals by which an operator or a supervisor stops a command. */
import { constants } from 'node:os';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Resolves with the first signal that stops the process. */
export function stopSignal(): Promise<string> {
  return new Promise(resolve => {
    for (const signal of SIGNALS) process.once(signal, () => resolve(signal));
  });
}

/** Thrown if a signal stopped the work of a command. */
export class StoppedError extends Error {
  /** As a shell reports a process that the signal ended. */
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** Also if the terminal was closed. */
const INTERRUPTIONS = [...SIGNALS, 'SIGHUP'] as const;

/** Runs work whose signal aborts with StoppedError when a signal stops the process. The next signal ends the process at once. */
export async function untilStopped<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const stop = new AbortController();
  const interrupt = (signal: NodeJS.Signals) => stop.abort(new StoppedError(signal));
  for (const signal of INTERRUPTIONS) process.once(signal, interrupt);
  try {
    return await work(stop.signal);
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    for (const signal of INTERRUPTIONS) process.off(signal, interrupt);
  }
}
