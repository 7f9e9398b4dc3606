import { type CronFieldError, validateDetailed } from 'node-cron';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { alarmAt } from './alarm.ts';
import { calendarOf } from './calendar.ts';
import { type StartPorts, startsOf } from './starts.ts';
import { turnsOf } from './turns.ts';

export interface ScheduleOptions extends StartPorts {
  readonly directories: readonly ScheduledDirectory[];
}

interface ScheduledDirectory {
  readonly name: string;
  readonly schedule: string;
  readonly timezone: string;
}

export interface Schedule {
  /** Fires no more, and waits for what is being fired. */
  stop(): Promise<void>;
}

/** In milliseconds. Only `elapsed` goes on evenly when the clock of the machine is set. */
export interface Clock {
  /** Since 1970. */
  readonly now: () => number;
  readonly elapsed: () => number;
}

const machine: Clock = { now: () => Date.now(), elapsed: () => performance.now() };

/** How soon it is seen that the clock was set: an alarm that waits for an instant does not notice. */
const glanceMs = 1_000;

/**
 * Fires every directory by its schedule, once among all instances that share the claims. What came since the last start
 * that is recorded, while no instance was up, is fired at once and as one.
 */
export function startSchedule(options: ScheduleOptions, log: Log, clock = machine): Schedule {
  const kept = options.directories.map(directory => keep(directory, options, { log, clock }));
  const glances = setInterval(() => {
    for (const directory of kept) directory.glance();
  }, glanceMs);
  return {
    async stop() {
      clearInterval(glances);
      await Promise.all(kept.map(directory => directory.stop()));
    },
  };
}

interface Kept {
  glance(): void;
  stop(): Promise<void>;
}

function keep(
  { name, schedule, timezone }: ScheduledDirectory,
  ports: StartPorts,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
): Kept {
  const starts = startsOf(name, ports, { log, elapsed: clock.elapsed });
  const calendar = calendarOf(schedule, timezone);
  const stopping = new AbortController();
  let look = (): void => undefined;

  async function begin(): Promise<void> {
    const since = await lastFired(name, ports, log);
    if (stopping.signal.aborted) return;
    const wall = clock.now();
    const turns = turnsOf(calendar, { since: since ?? wall, wall });
    const missed = turns.look(wall, clock.elapsed());
    if (missed !== undefined) starts.make(missed, { missed: true });
    const alarm = alarmClock(() => look());
    stopping.signal.addEventListener('abort', alarm.off);
    look = () => {
      const turn = turns.look(clock.now(), clock.elapsed());
      if (turn !== undefined) starts.make(turn);
      alarm.set(turns.next());
    };
    look();
  }
  const begun = begin();
  return {
    glance() {
      look();
      starts.retry();
    },
    async stop() {
      look = () => undefined;
      stopping.abort();
      await begun;
      await starts.settled();
    },
  };
}

async function lastFired(name: string, { lastFire }: StartPorts, log: Log): Promise<number | undefined> {
  try {
    return (await lastFire?.(name))?.at;
  } catch (error) {
    log.error({ directory: name, reason: messageOf(error) }, 'starts missed by schedule are not known');
    return undefined;
  }
}

/** One alarm at a time. */
function alarmClock(ring: () => void) {
  let at: number | undefined;
  let off = (): void => undefined;
  return {
    set(instant: number | undefined) {
      if (instant === at) return;
      off();
      at = instant;
      off = instant === undefined ? () => undefined : alarmAt(instant, ring);
    },
    off: () => off(),
  };
}

/** What is wrong with a schedule, for the person who wrote it; undefined: nothing. */
export function scheduleProblem(expression: string, timezone: string): string | undefined {
  const { errors } = validateDetailed(expression);
  if (errors.length > 0) {
    return `${errors.map(problemOf).join('; ')} (allowed: five or six cron fields such as "*/15 * * * *", or @hourly, @daily, @weekly)`;
  }
  if (!isTimezone(timezone))
    return `no time zone is named "${timezone}" (allowed: an IANA name such as Europe/Berlin)`;
  return nextFire(expression, timezone)
    ? undefined
    : `"${expression}" never comes: no day fits all of its fields`;
}

const fieldNames = new Map([
  ['second', 'second'],
  ['minute', 'minute'],
  ['hour', 'hour'],
  ['dayOfMonth', 'day of the month'],
  ['month', 'month'],
  ['dayOfWeek', 'day of the week'],
]);

function problemOf({ field, value, message }: CronFieldError): string {
  const name = fieldNames.get(field);
  return name === undefined ? message : `there is no ${name} "${value}"`;
}

function isTimezone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The next instant that a schedule names after that one; undefined where its fields exclude each other. */
export function nextFire(expression: string, timezone: string, after = new Date()): Date | undefined {
  const next = calendarOf(expression, timezone).next(after.getTime());
  return next === undefined ? undefined : new Date(next);
}
