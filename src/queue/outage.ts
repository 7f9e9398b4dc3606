import type { Log } from '../log.ts';
import { reasonOf } from './reason.ts';

/** Turns the many error events of one outage into one line when it starts and one when it is over. */
export interface Outage {
  readonly seen: (error: unknown) => void;
  readonly over: () => void;
}

/** After so long without an error the next one starts a new outage: an idle worker may not notice that one is over. */
const quietMs = 60_000;

/** Watches one server, named as people know it; `meanwhile` says what its absence means. `now` in milliseconds. */
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
        log.warn(
          { reason },
          'a task at work here is no longer ours in the queue; it may be carried out twice',
        );
        return;
      }
      const goesOn = lastSeen !== undefined && now() - lastSeen < quietMs;
      lastSeen = now();
      if (!goesOn) log.error({ reason }, `${server} does not answer; ${meanwhile} until it does`);
    },
    over() {
      if (lastSeen !== undefined) log.info(`${server} answers again`);
      lastSeen = undefined;
    },
  };
}

/**
 * BullMQ sends through the same event what concerns one task only: its lock ran out, or the task is gone. That is no
 * reason to stop the work: the lease in PostgreSQL decides who may write, and queue locks may be lost (a flush).
 */
function namesTask(reason: string): boolean {
  return /\b(run-\d|notice-)/.test(reason);
}
