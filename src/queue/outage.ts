import type { Log } from '../log.ts';
import { reasonOf } from './reason.ts';

/** Turns the many error events of one outage into one line when it starts and one when it is over. */
export interface Outage {
  seen(error: unknown): void;
  over(): void;
}

/** After so long without an error the next one starts a new outage: PostgreSQL has no event that says "back". */
const quietMs = 60_000;

/** Watches one server, named as people know it. `now` in milliseconds. */
export function watchOutage(name: string, log: Log, now: () => number = Date.now): Outage {
  let lastSeen: number | undefined;
  return {
    seen(error) {
      const goesOn = lastSeen !== undefined && now() - lastSeen < quietMs;
      lastSeen = now();
      if (!goesOn)
        log.error({ reason: reasonOf(error) }, `${name} does not answer; tasks wait until it does`);
    },
    over() {
      if (lastSeen !== undefined) log.info(`${name} answers again`);
      lastSeen = undefined;
    },
  };
}
