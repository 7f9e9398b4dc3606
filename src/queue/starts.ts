/** Makes the starts of one directory: claimed among all instances, recorded, and tried again where that failed. */
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { isRecent, type Turn } from './turns.ts';

/** The newest start by schedule that is recorded. */
export interface LastFire {
  /** The instant the schedule named, milliseconds since 1970. */
  readonly at: number;
  readonly run: number;
  /** Since it was recorded, by the clock that all instances share. */
  readonly agoMs: number;
}

export interface StartPorts {
  /** True for one instance among all; throws when the queue is away, and then nobody fires. */
  readonly claimFire: (key: string, ttlMs: number) => Promise<boolean>;
  /** `fireTime`: the instant the schedule named, ISO 8601 in UTC; the same text on every instance, and never the same again. */
  readonly fire: (directory: string, fireTime: string) => Promise<void>;
  /** undefined: nothing is recorded. Left out: nothing is known of other instances and earlier processes. */
  readonly lastFire?: (directory: string) => Promise<LastFire | undefined>;
}

export interface Starts {
  /** `missed`: it came while no process looked. Its record is claim enough: there is none yet, and there can be only one. */
  make(turn: Turn, options?: { readonly missed: boolean }): void;
  /** Tries again what failed, unless a newer start came since; called every now and then. */
  retry(): void;
  settled(): Promise<void>;
}

/** Longer than clocks differ, so that an instance an hour behind finds the claim of the one that was first. */
const claimMs = 2 * 60 * 60 * 1_000;
const retryMs = 30_000;

export function startsOf(
  directory: string,
  ports: StartPorts,
  { log, elapsed }: { readonly log: Log; readonly elapsed: () => number },
): Starts {
  const inFlight = new Set<Promise<void>>();
  let owed: { readonly attempt: () => Promise<void>; readonly since: number } | undefined;

  function run(attempt: () => Promise<void>): void {
    owed = undefined;
    const going = attempt().catch(() => {
      owed = { attempt, since: elapsed() };
    });
    inFlight.add(going);
    void going.finally(() => inFlight.delete(going));
  }
  return {
    make: (turn, { missed } = { missed: false }) => run(attemptOf(turn, directory, { ports, log, missed })),
    retry() {
      if (owed !== undefined && elapsed() - owed.since >= retryMs) run(owed.attempt);
    },
    async settled() {
      await Promise.all(inFlight);
    },
  };
}

/** What is tried until it succeeds; a claim that was won stays ours. Throws, and has logged why. */
function attemptOf(
  turn: Turn,
  directory: string,
  { ports, log, missed }: { readonly ports: StartPorts; readonly log: Log; readonly missed: boolean },
): () => Promise<void> {
  let claimed = missed;
  return async () => {
    const fireTime = await loudly(
      () => fireTimeOf(turn, directory, ports),
      reason => log.error({ directory, reason }, 'start by schedule skipped'),
    );
    if (fireTime === undefined) return;
    const fire = `${directory}:${fireTime}`;
    claimed ||= await loudly(
      () => ports.claimFire(fire, claimMs),
      reason => log.error({ fire, reason }, 'start by schedule skipped'),
    );
    if (!claimed) return;
    if (missed) log.info({ directory, fireTime }, 'start by schedule was missed and is made now');
    await loudly(
      () => ports.fire(directory, fireTime),
      reason => log.error({ directory, fireTime, reason }, 'start by schedule failed'),
    );
  };
}

async function loudly<T>(work: () => Promise<T>, say: (reason: string) => void): Promise<T> {
  try {
    return await work();
  } catch (error) {
    say(messageOf(error));
    throw error;
  }
}

/** undefined: another instance, whose clock is right, has just made the start. */
async function fireTimeOf(
  { at, again, gapMs }: Turn,
  directory: string,
  { lastFire }: StartPorts,
): Promise<string | undefined> {
  const time = new Date(at).toISOString();
  if (again === undefined) return time;
  const last = await lastFire?.(directory);
  if (last !== undefined && isRecent(last.agoMs, gapMs)) return undefined;
  return `${time} again, after ${last === undefined ? new Date(again).toISOString() : `run ${last.run}`}`;
}
