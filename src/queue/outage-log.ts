/** Logs the outages of a server. */
import type { Log } from '../log.ts';
import { reasonOf } from './unavailable.ts';

/** Logs one line when an outage starts and one when it ends, instead of one line for each error event. */
export interface Outage {
  readonly seen: (error: unknown) => void;
  readonly over: () => void;
}

/** An error after this much time starts a new outage, because an idle worker may not notice the end of the last one. */
const quietMs = 60_000;

/** Tracks the outages of one server. `meanwhile` describes the consequence in the log. `now` is in milliseconds. */
export function watchOutage(
  server: string,
  meanwhile: string,
  log: Log,
  now: () => number = Date.now,
): Outage {
  let lastSeen: number | undefined;
  return {
    seen(error) {
      const reason = reasonOf(error);
      if (namesTask(reason)) {
        log.warn({ reason }, 'this worker lost the lock of a running task; the task may run twice');
        return;
      }
      const continues = lastSeen !== undefined && now() - lastSeen < quietMs;
      lastSeen = now();
      if (!continues) log.error({ reason }, `${server} does not answer; ${meanwhile} until it does`);
    },
    over() {
      if (lastSeen !== undefined) log.info(`${server} answers again`);
      lastSeen = undefined;
    },
  };
}

/**
 * BullMQ also reports errors of a single task through this event: its lock expired, or the task is gone. The work can
 * continue: the lease in PostgreSQL decides which process may write, and queue locks can be lost (a Redis flush).
 */
function namesTask(reason: string): boolean {
  return /\b(run-\d|notice-)/.test(reason);
}
