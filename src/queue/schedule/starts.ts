/** Makes the scheduled starts of one directory: claims each among all instances, records it, and retries failures. */
import { messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { type DueStart, isRecent } from './due-starts.ts';

/** The newest recorded scheduled start. */
export interface LastFire {
  /** The scheduled instant, in milliseconds since 1970. */
  readonly at: number;
  readonly run: number;
  /** Time since it was recorded, by the clock of the database. */
  readonly agoMs: number;
}

export interface StartPorts {
  /** True for exactly one instance. Throws if the queue does not answer; then no instance makes the start. */
  readonly claimFire: (key: string, ttlMs: number) => Promise<boolean>;
  /** `fireTime`: the scheduled instant, ISO 8601 in UTC. Unique for each start, and the same text on every instance. */
  readonly fire: (directory: string, fireTime: string) => Promise<void>;
  /** Resolves with undefined if no start is recorded. Omit it if starts are not recorded. */
  readonly lastFire?: (directory: string) => Promise<LastFire | undefined>;
}

export interface Starts {
  /** `missed`: the start was due while no process was running. It needs no claim, because its record is unique. */
  make(turn: DueStart, options?: { readonly missed: boolean }): void;
  /** Retries a failed start, unless a newer one was due since. Called periodically. */
  retry(): void;
  settled(): Promise<void>;
}

/** Longer than clocks differ: an instance that is an hour behind still finds the claim of the first instance. */
const claimMs = 2 * 60 * 60 * 1_000;
const retryMs = 30_000;

export function startsOf(
  directory: string,
  ports: StartPorts,
  { log, elapsed }: { readonly log: Log; readonly elapsed: () => number },
): Starts {
  const inFlight = new Set<Promise<void>>();
  let failed: { readonly attempt: () => Promise<void>; readonly since: number } | undefined;

  function run(attempt: () => Promise<void>): void {
    failed = undefined;
    const pending = attempt().catch(() => {
      failed = { attempt, since: elapsed() };
    });
    inFlight.add(pending);
    void pending.finally(() => inFlight.delete(pending));
  }
  return {
    make: (turn, { missed } = { missed: false }) => run(attemptOf(turn, directory, { ports, log, missed })),
    retry() {
      if (failed !== undefined && elapsed() - failed.since >= retryMs) run(failed.attempt);
    },
    async settled() {
      await Promise.all(inFlight);
    },
  };
}

/** One start, to be retried until it succeeds. Keeps a claim that it won. Logs and throws an error. */
function attemptOf(
  turn: DueStart,
  directory: string,
  { ports, log, missed }: { readonly ports: StartPorts; readonly log: Log; readonly missed: boolean },
): () => Promise<void> {
  let claimed = missed;
  return async () => {
    const fireTime = await logFailure(
      () => fireTimeOf(turn, directory, ports),
      reason => log.error({ directory, reason }, 'scheduled start skipped'),
    );
    if (fireTime === undefined) return;
    const fire = `${directory}:${fireTime}`;
    claimed ||= await logFailure(
      () => ports.claimFire(fire, claimMs),
      reason => log.error({ fire, reason }, 'scheduled start skipped'),
    );
    if (!claimed) return;
    if (missed) log.info({ directory, fireTime }, 'making a missed scheduled start');
    await logFailure(
      () => ports.fire(directory, fireTime),
      reason => log.error({ directory, fireTime, reason }, 'scheduled start failed'),
    );
  };
}

async function logFailure<T>(work: () => Promise<T>, log: (reason: string) => void): Promise<T> {
  try {
    return await work();
  } catch (error) {
    log(messageOf(error));
    throw error;
  }
}

/** Resolves with undefined if another instance, whose clock is right, has just made the start. */
async function fireTimeOf(
  { at, again, gapMs }: DueStart,
  directory: string,
  { lastFire }: StartPorts,
): Promise<string | undefined> {
  const time = new Date(at).toISOString();
  if (again === undefined) return time;
  const last = await lastFire?.(directory);
  if (last !== undefined && isRecent(last.agoMs, gapMs)) return undefined;
  return `${time} again, after ${last === undefined ? new Date(again).toISOString() : `run ${last.run}`}`;
}
